import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'

/**
 * Expects what `toEqual` expects, of much or often: the comparison of Node takes a fraction of the time; that of Vitest says what
 * differs, and decides where Node's is stricter.
 */
export const expectSame = (said: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(said, expected)) expect(said).toEqual(expected)
}
