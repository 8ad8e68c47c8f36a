import { createMemo, createSignal } from 'solid-js'
import { keepOrder } from '../../domain/plot/table.ts'

/** A list of items whose order can be held. */
export interface HeldOrder<T> {
  readonly items: () => readonly T[]
  /** Call with true when the pointer enters the list and with false when it leaves. */
  hold(held: boolean): void
}

/**
 * Keeps the order of a list, which is sorted again with every answer, while the pointer is on it. New items are then
 * appended.
 */
export function createHeldOrder<T extends { readonly id: string }>(sorted: () => readonly T[]): HeldOrder<T> {
  const [held, setHeld] = createSignal(false)
  const order = createMemo<readonly string[]>((before) => {
    const now = sorted().map(({ id }) => id)
    return held() ? keepOrder(before, now) : now
  }, [])
  const items = createMemo(() => {
    const byId = new Map(sorted().map((item) => [item.id, item]))
    return order().flatMap((id) => byId.get(id) ?? [])
  })
  return { items, hold: setHeld }
}
