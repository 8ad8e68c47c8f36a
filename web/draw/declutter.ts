import { type Box, overlaps } from '../domain/geometry.ts'

/** A box on screen, and how much it can show: all, or only the most important. */
export interface Spot {
  readonly box: Box
  readonly shows: 'whole' | 'least'
}

/** Something that wants a place on screen. */
export interface Wish {
  readonly id: string
  /** Where it could be, best first. */
  readonly spots: readonly Spot[]
  /** The larger one wins a collision. */
  readonly weight: number
  /** May cover obstacles, though not other wishes. */
  readonly over?: boolean
}

/**
 * Gives each wish the first of its spots that covers neither what has been placed before it nor an obstacle of another id. Who
 * finds none is left out.
 *
 * @param obstacles boxes that are there in any case; one's own is no obstacle
 */
export function declutter(
  wishes: readonly Wish[],
  obstacles: readonly { readonly id: string; readonly box: Box }[],
): ReadonlyMap<string, Spot> {
  const cell = 64
  type Held = { readonly id: string; readonly box: Box; readonly obstacle: boolean }
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
  for (const { id, box } of obstacles) put({ id, box, obstacle: true })
  const isFree = (wish: Wish, box: Box) =>
    !visit(
      box,
      (held) =>
        held?.some(
          (other) => other.id !== wish.id && !(wish.over && other.obstacle) && overlaps(other.box, box),
        ) ?? false,
    )
  const shown = new Map<string, Spot>()
  for (const wish of [...wishes].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))) {
    const spot = wish.spots.find(({ box }) => isFree(wish, box))
    if (!spot) continue
    shown.set(wish.id, spot)
    put({ id: wish.id, box: spot.box, obstacle: false })
  }
  return shown
}
