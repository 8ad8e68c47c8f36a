import { isParenthesis, isSpace } from './runs.ts'
import { type Alternatives, wordAt } from './word.ts'

/** A token of a query. Offsets are in UTF-16 code units, `to` exclusive. */
export type Token = { readonly from: number; readonly to: number } & (
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' }
  | { readonly kind: 'word'; readonly words: Alternatives }
)

/**
 * Splits the text of a query into tokens.
 *
 * @param unfinished true while the user is typing: a quote that is not closed extends to the end of the text
 * @throws {QueryError} when a quote is not closed
 */
export const tokensOf = (text: string, unfinished = false): Token[] => {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const from = at
    const char = text[at] ?? ''
    if (isSpace(char)) at++
    else if (isParenthesis(char)) tokens.push({ kind: char, from, to: ++at })
    else if (char === '-') tokens.push({ kind: 'not', from, to: ++at })
    else if (char === '|') {
      while (text[at] === '|') at++
      tokens.push({ kind: 'or', from, to: at })
    } else {
      const read = wordAt(text, at, unfinished)
      at = 'keyword' in read ? read.to : (read.at(-1)?.to ?? text.length)
      tokens.push(
        'keyword' in read
          ? { kind: read.keyword, from, to: at }
          : { kind: 'word', words: read, from, to: at },
      )
    }
  }
  return tokens
}
