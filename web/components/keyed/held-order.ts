import { createMemo, createSignal } from 'solid-js'
import { keepOrder } from '../../domain/table.ts'

/** Items whose order rests while it is held. */
export interface HeldOrder<T> {
  readonly items: () => readonly T[]
  /** To be called when the pointer comes and when it goes: below it, nothing moves. */
  hold(held: boolean): void
}

/** Lets a list that is sorted anew with every answer stay in its order while the pointer is on it; what is new comes last then. */
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
