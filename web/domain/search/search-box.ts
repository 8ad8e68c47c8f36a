import type { Suggestion } from './suggestions.ts'

/**
 * The completion that Tab takes: the one that the arrow keys went to, or the first while they went to none and something is typed; undefined
 * when Tab leaves the search box.
 *
 * @param shown what its list shows; empty while the list is closed
 * @param at the place in it that the arrow keys went to, -1 = none
 */
export function tabTakes(
  text: string,
  shown: readonly Suggestion[],
  at: number,
): Extract<Suggestion, { readonly kind: 'completion' }> | undefined {
  const taken = shown[at] ?? (text === '' ? undefined : shown.find(({ kind }) => kind === 'completion'))
  return taken?.kind === 'completion' ? taken : undefined
}

/**
 * Whether Escape only closes the list; else it empties the search box and leaves it. An empty list of an empty box is not there to be seen.
 *
 * @param isOpen whether the list is not closed
 * @param listed how much it has
 */
export function escapeCloses(text: string, isOpen: boolean, listed: number): boolean {
  return isOpen && (listed > 0 || text !== '')
}

/**
 * Whether Backspace removes the last term of the filter: there is no text before the caret, nor elsewhere. A key that is held does not
 * run on from text into the filter.
 *
 * @param selection what of the text is selected; both ends are the caret when nothing is
 * @param at the place in the list that the arrow keys went to, -1 = none
 * @param isRepeated whether the key is held
 */
export function backspaceWidens(
  text: string,
  selection: { readonly start: number; readonly end: number },
  at: number,
  isRepeated: boolean,
): boolean {
  return text.trim() === '' && selection.start === 0 && selection.end === 0 && at < 0 && !isRepeated
}

/**
 * The place in the list to which an arrow key leads, round its ends: from no place down to the first, up to the last.
 *
 * @param at -1 = no place
 * @returns undefined in an empty list
 */
export function stepRound(at: number, by: -1 | 1, length: number): number | undefined {
  if (length === 0) return undefined
  return at < 0 && by < 0 ? length - 1 : (at + by + length) % length
}
