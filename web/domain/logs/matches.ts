import { count, plural } from '../words/format.ts'

/** A line in which the text is found that is looked for. */
interface Match {
  readonly id: number
}

/**
 * The match to which somebody goes: the next one below or above, and from the last on to the first; at first the newest, which is the last.
 *
 * @param current id of the one that somebody is at
 */
export function nextMatch<M extends Match>(
  matches: readonly M[],
  current: number | undefined,
  step: 1 | -1,
): M | undefined {
  const at = matches.findIndex(({ id }) => id === current)
  return at < 0 ? matches.at(-1) : matches[(at + step + matches.length) % matches.length]
}

/** What was found: `3 lines`, `2 of 3 lines`; empty while nothing is looked for. */
export function foundWords(text: string, matches: readonly Match[], current: number | undefined): string {
  if (text === '') return ''
  const at = matches.findIndex(({ id }) => id === current)
  const total = plural(matches.length, 'line')
  return at < 0 ? total : `${count(at + 1)} of ${total}`
}

/**
 * What is said where no line is shown.
 *
 * @param isFiltered whether there are lines that are left out
 * @param isLive whether lines can still come
 */
export function noLinesWords(isFiltered: boolean, isLive: boolean): string {
  if (isFiltered) return 'No line matches.'
  return isLive ? 'No lines yet. They appear here as they are written.' : ''
}

/** How many lines are no longer held; empty when all are. */
export function goneLinesWords(gone: number): string {
  return gone > 0
    ? `${plural(gone, 'earlier line')} of these logs ${gone === 1 ? 'is' : 'are'} no longer held.`
    : ''
}
