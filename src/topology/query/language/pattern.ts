/** A text with wildcards: its pieces, between any two of which anything may stand. One piece = no wildcard. */
export interface Pattern {
  readonly pieces: readonly string[]
}

/** Where a match is in a text: UTF-16 units, `to` exclusive. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/** The pattern `*`: anything. */
export const isAnything = ({ pieces }: Pattern): boolean => pieces.length > 1 && pieces.every((p) => p === '')

/** A pattern without a wildcard. */
export const literal = (text: string): Pattern => ({ pieces: [text] })

/** Capitals do not matter. */
export const fold = (text: string): string => text.toLowerCase()

/** The same pattern in lower case, to be compared with folded texts. */
export const foldPattern = ({ pieces }: Pattern): Pattern => ({ pieces: pieces.map(fold) })

/**
 * Whether a text contains the pattern; with wildcards, whether it is all of the text.
 *
 * @param pattern folded, as the text is
 */
export const occursIn = (pattern: Pattern, text: string): boolean =>
  pattern.pieces.length === 1 ? text.includes(pattern.pieces[0] ?? '') : isWhole(pattern, text)

/** Whether the pattern is all of a text. Both folded. In time linear in the text, for there is no going back. */
export const isWhole = ({ pieces }: Pattern, text: string): boolean => {
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return text === first
  const last = pieces[pieces.length - 1] ?? ''
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= end
}

/** Where the pieces of a pattern that matches are in a text. @param text as shown, not folded */
export const rangesIn = ({ pieces }: Pattern, text: string): TextRange[] => {
  const folded = fold(text)
  // Some letters change their length with their case; then places in the one are not places in the other.
  if (folded.length !== text.length) return text === '' ? [] : [{ from: 0, to: text.length }]
  const ranges: TextRange[] = []
  let at = 0
  pieces.forEach((piece, i) => {
    const isTail = i > 0 && i === pieces.length - 1
    const found = isTail ? folded.length - piece.length : folded.indexOf(fold(piece), at)
    if (piece === '' || found < at) return
    ranges.push({ from: found, to: found + piece.length })
    at = found + piece.length
  })
  return ranges
}
