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
  /**
   * How bad it is to cover an obstacle, by its id: the wish then takes of its spots that are free the one that covers least, small obstacles
   * too; of several, the first.
   */
  readonly least?: (id: string) => number
}

/** A box that is to stay free. */
export interface Obstacle {
  readonly id: string
  readonly box: Box
  /** Covered by better spots that say so. */
  readonly faint?: boolean
  /** Hinders nobody; who wishes to cover the least counts it. */
  readonly small?: boolean
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
  obstacles: readonly Obstacle[],
): ReadonlyMap<string, Spot<T>> {
  const cell = 64
  type Held = {
    readonly id: string
    readonly box: Box
    readonly obstacle: 'none' | 'small' | 'faint' | 'clear'
  }
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
  for (const { id, box, faint, small } of obstacles)
    put({ id, box, obstacle: small ? 'small' : faint ? 'faint' : 'clear' })
  const isFree = (id: string, box: Box, over: readonly Held['obstacle'][] = []) =>
    !visit(
      box,
      (held) =>
        held?.some(
          (other) =>
            other.id !== id &&
            other.obstacle !== 'small' &&
            !over.includes(other.obstacle) &&
            overlaps(other.box, box),
        ) ?? false,
    )
  /** How much of the obstacles is below a box, in square pixels, each counted as a wish says. */
  const covered = (box: Box, counts: (id: string) => number) => {
    const below = new Set<Held>()
    visit(box, (held) => {
      for (const other of held ?? []) if (other.obstacle !== 'none') below.add(other)
      return false
    })
    return [...below].reduce((sum, other) => sum + counts(other.id) * sharedArea(other.box, box), 0)
  }
  const chosen = ({ id, spots, least }: Wish<T>, over?: readonly Held['obstacle'][]) => {
    if (!least) return spots.find(({ box }) => isFree(id, box, over))
    let best: { readonly spot: Spot<T>; readonly area: number } | undefined
    for (const spot of spots) {
      if (best?.area === 0) break
      if (!isFree(id, spot.box, over)) continue
      const area = covered(spot.box, least)
      if (!best || area < best.area) best = { spot, area }
    }
    return best?.spot
  }
  const shown = new Map<string, Spot<T>>()
  const take = (id: string, spot: Spot<T>) => {
    shown.set(id, spot)
    put({ id, box: spot.box, obstacle: 'none' })
  }
  for (const wish of [...wishes].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))) {
    const spot = chosen(wish) ?? (wish.over ? chosen(wish, ['faint', 'clear']) : undefined)
    if (spot) take(wish.id, spot)
  }
  for (const [id, { better }] of [...shown]) {
    const spot = better?.().find(({ box, overFaint }) => isFree(id, box, overFaint ? ['faint'] : []))
    if (spot) take(id, spot)
  }
  return shown
}

function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return Math.max(0, width) * Math.max(0, height)
}
