import type { Use } from './tree.ts'

/** Two neighbours change places only when one is this many times as large as the other. */
const swapFactor = 1.5

/**
 * Uses in about the order of their size: as they were before, and two neighbours change places only when they differ much, so that
 * boxes do not dance while numbers change. New ones come where their size puts them.
 *
 * @param before ids in the order of before
 * @param now sorted, the largest first
 */
export function steadyOrder<T extends Use>(before: readonly string[], now: readonly T[]): readonly T[] {
  const byId = new Map(now.map((use) => [use.id, use]))
  const order = before.flatMap((id) => byId.get(id) ?? [])
  const known = new Set(order.map(({ id }) => id))
  for (const use of now) {
    if (known.has(use.id)) continue
    const at = order.findIndex(({ value }) => value < use.value)
    order.splice(at < 0 ? order.length : at, 0, use)
  }
  for (let at = 1; at < order.length; at++) {
    const use = order[at] as T
    let to = at
    while (to > 0 && use.value > swapFactor * (order[to - 1]?.value ?? Number.POSITIVE_INFINITY)) to -= 1
    if (to !== at) order.splice(to, 0, ...order.splice(at, 1))
  }
  return order
}
