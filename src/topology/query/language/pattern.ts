/**
 * A text with wildcards, split at them: any characters may stand between two pieces. A single piece means that there
 * is no wildcard.
 */
export interface Pattern {
  readonly pieces: readonly string[]
}

/** The range of a match in a text, in UTF-16 code units; `to` is exclusive. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/** Whether the pattern matches any text (`*`). */
export const isAnything = ({ pieces }: Pattern): boolean => pieces.length > 1 && pieces.every((p) => p === '')

/** A pattern without a wildcard. */
export const literal = (text: string): Pattern => ({ pieces: [text] })

/** Folds case, so that comparisons ignore it. */
export const fold = (text: string): string => text.toLowerCase()

/** The pattern with its case folded, for comparison with folded texts. */
export const foldPattern = ({ pieces }: Pattern): Pattern => ({ pieces: pieces.map(fold) })

/**
 * Whether a text contains the pattern. A pattern with wildcards must match the whole text.
 *
 * @param pattern folded, as the text is
 */
export const occursIn = (pattern: Pattern, text: string): boolean =>
  pattern.pieces.length === 1 ? text.includes(pattern.pieces[0] ?? '') : isWhole(pattern, text)

/** So many hex digits in a row are an id or a hash: of a container, an image, a configuration. */
const HASH_DIGITS = 32
/** A shorter text at the beginning of a hash is rather a word: `db`, `fad`. */
const MIN_HASH_PREFIX = 4

/**
 * Whether a text says something, for terms that are looked for in all texts of a node. Unlike {@link occursIn}, of ids and hashes only
 * the beginning counts: `db` is somewhere in the id of every fourth container.
 *
 * @param pattern folded, as the text is
 */
export const says = (pattern: Pattern, text: string): boolean => {
  const [piece = ''] = pattern.pieces
  if (pattern.pieces.length > 1) return isWhole(pattern, text)
  let at = text.indexOf(piece)
  while (at >= 0) {
    const hash = hashAround(text, at)
    if (hash === undefined || (at === hash.from && piece.length >= MIN_HASH_PREFIX)) return true
    at = text.indexOf(piece, hash.to)
  }
  return false
}

/** The hash that has the character at this place in it. */
const hashAround = (text: string, at: number): TextRange | undefined => {
  let from = at
  let to = at
  while (isHexDigit(text.charCodeAt(to))) to++
  if (to === at) return undefined
  while (isHexDigit(text.charCodeAt(from - 1))) from--
  return to - from < HASH_DIGITS ? undefined : { from, to }
}

/** Of a folded text. */
const isHexDigit = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 97 && code <= 102)

/**
 * Whether the pattern matches the whole text; both must be folded. Takes time linear in the text, as it never
 * backtracks.
 */
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

/** The ranges in a text that the pieces of a matching pattern cover. @param text as shown, not folded */
export const rangesIn = ({ pieces }: Pattern, text: string): TextRange[] => {
  const folded = fold(text)
  // Folding can change the length of a text. Offsets then differ from those in the original, so the whole text is
  // returned.
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
