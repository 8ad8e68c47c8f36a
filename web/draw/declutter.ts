import { type Box, overlaps } from '../domain/geometry.ts'

/** Something that wants a place on screen. */
export interface Wish {
  readonly id: string
  readonly box: Box
  /** The larger one wins a collision. */
  readonly weight: number
  /** What it makes do with where there is no room for all. */
  readonly least?: Box
  /** May cover obstacles, though not other wishes. */
  readonly over?: boolean
}

/**
 * Which of the wished boxes can be shown, whole or at least in part, without covering each other or an obstacle of another id.
 *
 * @param obstacles boxes that are there in any case; one's own is no obstacle
 */
export function declutter(
  wishes: readonly Wish[],
  obstacles: readonly { readonly id: string; readonly box: Box }[],
): ReadonlyMap<string, 'whole' | 'least'> {
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
  const shown = new Map<string, 'whole' | 'least'>()
  for (const wish of [...wishes].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))) {
    if (isFree(wish, wish.box)) shown.set(wish.id, 'whole')
    else if (wish.least && isFree(wish, wish.least)) shown.set(wish.id, 'least')
    else continue
    const box = shown.get(wish.id) === 'least' && wish.least ? wish.least : wish.box
    put({ id: wish.id, box, obstacle: false })
  }
  return shown
}
