import type { PressedKey } from '../keys/keys.ts'

/** What a key does in the palette: goes to an entry of its list, or takes the one that was gone to, or opens its menu. */
export type PaletteDeed =
  | { readonly kind: 'to'; readonly at: number }
  | { readonly kind: 'take'; readonly menu: boolean }

/**
 * What a key does in the palette; undefined when the key is another's.
 *
 * @param at the place in the list that was gone to
 * @param length how many entries the list has
 */
export function paletteDeed(
  { key, ctrlKey, metaKey }: Pick<PressedKey, 'key' | 'ctrlKey' | 'metaKey'>,
  at: number,
  length: number,
): PaletteDeed | undefined {
  if (key === 'Enter') return { kind: 'take', menu: ctrlKey || metaKey }
  const by = ({ ArrowDown: 1, ArrowUp: -1 } as const)[key]
  return by === undefined || length === 0 ? undefined : { kind: 'to', at: (at + by + length) % length }
}

/**
 * The place that is gone to after the list has changed: that of the same entry, but the first stays the first, whatever it is, since nobody
 * has chosen it.
 *
 * @param before ids of the entries before; undefined when there was no list
 * @param now ids of the entries now
 */
export function placeKept(before: readonly string[] | undefined, at: number, now: readonly string[]): number {
  const id = at > 0 ? before?.[at] : undefined
  return id === undefined ? 0 : Math.max(0, now.indexOf(id))
}
