import { describe, expect, it } from 'vitest'
import { fold, foldPattern, literal, says } from '../../../src/topology/query/language/pattern.ts'

const id = '3f2adb97c0fe4b1d8e6a5c7d9b0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7a8b9cd'

describe('what a node says', () => {
  it.each([
    ['db', 'shop-db-1', true],
    ['b97c', id, false],
    ['cafe', id, false],
    ['3f2a', id, true],
    ['3F2ADB97C0FE', id, true],
    ['3f', id, false],
    [id, `${id};<container>`, true],
    ['container', `${id};<container>`, true],
    ['e6f7', `sha256:${id}`, false],
    ['sha256:3f', `sha256:${id}`, true],
    ['db97', `com.docker.compose.config-hash=${id}`, false],
    ['hash=3f', `com.docker.compose.config-hash=${id}`, true],
    // A later place counts as well.
    ['db97', `${id}\nmydb97`, true],
    // Not a hash: too short.
    ['cafe', 'decafeb0', true],
    ['a', 'a'.repeat(100_000), false],
  ])('%j in %j: %s', (text, said, is) => {
    expect(says(foldPattern(literal(text)), fold(said))).toBe(is)
  })

  it('is looked at as a whole by a pattern with wildcards', () => {
    expect(says({ pieces: ['', 'b97c', ''] }, id)).toBe(true)
  })
})
