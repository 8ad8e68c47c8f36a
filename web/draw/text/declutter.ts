import { type Box, overlaps } from '../../domain/plot/geometry.ts'

/** A possible place of a label: a box on screen, and what is shown in it. */
export interface Spot<T> {
  readonly box: Box
  readonly shows: T
  /** Larger alternatives, best first. One is taken if it covers nothing after all wishes have got their spots. */
  readonly better?: () => readonly Spot<T>[]
  /** As a better spot: may cover obstacles that are faint. */
  readonly overFaint?: boolean
}

/** A label that is to be placed on screen. */
export interface Wish<T> {
  readonly id: string
  /** Its possible spots, best first. */
  readonly spots: readonly Spot<T>[]
  /** Wishes with more weight are placed first. */
  readonly weight: number
  /** May cover obstacles when no spot is free of them, though not other wishes. */
  readonly over?: boolean
}

/**
 * Gives each wish the first of its spots that covers neither an earlier wish's spot nor an obstacle. Wishes without a
 * free spot are left out. Then each placed wish takes the first of its `better` spots that covers nothing.
 *
 * @param obstacles boxes that must stay free; an obstacle does not hinder the wish with the same id
 * @returns the spots by id of the wish
 */
export function declutter<T>(
  wishes: readonly Wish<T>[],
  obstacles: readonly { readonly id: string; readonly box: Box; readonly faint?: boolean }[],
): ReadonlyMap<string, Spot<T>> {
  const cell = 64
  type Held = { readonly id: string; readonly box: Box; readonly obstacle: 'none' | 'faint' | 'clear' }
  const cells = new Map<string, Held[]>()
  const visit = (box: Box, each: (held: Held[] | undefined, key: string) => boolean) => {
    for (let x = Math.floor(box.left / cell); x <= Math.floor(box.right / cell); x++) {
      for (let y = Math.floor(box.top / cell); y <= Math.floor(box.bottom / cell); y++) {
        const key = `${x},${y}`
        if (each(cells.get(key), key)) return true
      }
    }
    return false
  }
  const put = (item: Held) =>
    visit(item.box, (held, key) => {
      if (held) held.push(item)
      else cells.set(key, [item])
      return false
    })
  for (const { id, box, faint } of obstacles) put({ id, box, obstacle: faint ? 'faint' : 'clear' })
  const isFree = (id: string, box: Box, over: readonly Held['obstacle'][] = []) =>
    !visit(
      box,
      (held) =>
        held?.some(
          (other) => other.id !== id && !over.includes(other.obstacle) && overlaps(other.box, box),
        ) ?? false,
    )
  const shown = new Map<string, Spot<T>>()
  const take = (id: string, spot: Spot<T>) => {
    shown.set(id, spot)
    put({ id, box: spot.box, obstacle: 'none' })
  }
  for (const wish of [...wishes].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))) {
    const free = wish.spots.find(({ box }) => isFree(wish.id, box))
    const spot =
      free ?? (wish.over ? wish.spots.find(({ box }) => isFree(wish.id, box, ['faint', 'clear'])) : undefined)
    if (spot) take(wish.id, spot)
  }
  for (const [id, { better }] of [...shown]) {
    const spot = better?.().find(({ box, overFaint }) => isFree(id, box, overFaint ? ['faint'] : []))
    if (spot) take(id, spot)
  }
  return shown
}
