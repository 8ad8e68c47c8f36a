/** A text that is no query. The only thing that the parser throws. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  /** Where in the text it went wrong, in UTF-16 units from its start; the text's length = at its end. */
  readonly offset: number
  /** What would have been right there. */
  readonly expected: string

  /** @param found what is there instead, when that tells more */
  constructor(offset: number, expected: string, found?: string) {
    super(`at character ${offset + 1}: expected ${expected}${found === undefined ? '' : `, found ${found}`}`)
    this.offset = offset
    this.expected = expected
  }
}
