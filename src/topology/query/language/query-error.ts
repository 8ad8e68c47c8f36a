/** A text is not a valid query. The parser throws no other errors. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  /** Position of the error in the text, in UTF-16 code units; the length of the text when the error is at its end. */
  readonly offset: number
  /** What was expected at that position. */
  readonly expected: string

  /** @param found what is there instead, where that helps */
  constructor(offset: number, expected: string, found?: string) {
    super(`at character ${offset + 1}: expected ${expected}${found === undefined ? '' : `, found ${found}`}`)
    this.offset = offset
    this.expected = expected
  }
}
