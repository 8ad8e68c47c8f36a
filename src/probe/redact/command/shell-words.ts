/** Characters that end a command. */
const SEPARATORS = ';|&()\n'
const QUOTES = '"\''

/** Index after the closing quote; undefined when there is none. */
const closing = (text: string, open: number): number | undefined => {
  const quote = text[open]
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++
    else if (text[at] === quote) return at + 1
  }
  return undefined
}

const kindOf = (character: string): 'separator' | 'blank' | 'word' => {
  if (SEPARATORS.includes(character)) return 'separator'
  return /\s/.test(character) ? 'blank' : 'word'
}

/**
 * Splits a command line into words, keeping what is between them: joined, the words give the text again. Blanks and
 * command separators are words of their own; a quoted part belongs to one word. A quote without an end is an ordinary
 * character, as in "don't".
 *
 * @example shellWords('a "b c"; d') // ['a', ' ', '"b c"', ';', ' ', 'd']
 */
export const shellWords = (text: string): string[] => {
  const words: string[] = []
  // Once no end was found for a kind of quote, it is not searched again. This keeps the time linear.
  const endless = new Set<string>()
  let start = 0
  let kind: ReturnType<typeof kindOf> | undefined
  let at = 0
  while (at < text.length) {
    const character = text[at] as string
    const now = kindOf(character)
    if (kind !== undefined && now !== kind) {
      words.push(text.slice(start, at))
      start = at
    }
    kind = now
    const isQuote = QUOTES.includes(character) && !endless.has(character)
    const end = isQuote ? closing(text, at) : undefined
    if (isQuote && end === undefined) endless.add(character)
    at = end ?? at + 1
  }
  if (start < text.length) words.push(text.slice(start))
  return words
}

/** True for a word of blanks only. */
export const isBlank = (word: string): boolean => kindOf(word[0] ?? 'x') === 'blank' && word.trim() === ''

/** True for a separator such as `|`, `;`, `&&`. An ordinary word may begin like one: `&token=x`. */
export const isSeparator = (word: string): boolean =>
  SEPARATORS.includes(word[0] ?? 'x') && [...word].every((character) => SEPARATORS.includes(character))
