import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { formatJoinToken, type JoinToken, parseJoinToken } from '../../../src/cli/join/join-token.ts'
import { CommandError } from '../../../src/cli/options/usage-error.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'

const joined: JoinToken = {
  clusterKey: Buffer.from('0123456789abcdef0123456789ABCDEF'),
  appKey: publicKeyText(generateKeyPairSync('ed25519').privateKey),
}
const token = formatJoinToken(joined)
const at = (index: number): string => (token[index] === 'A' ? 'B' : 'A')

describe('a join token', () => {
  it('is one word, with a beginning by which it is known', () => {
    expect(token).toMatch(/^scopejoin_[\w-]{92}$/)
  })

  it.each([
    ['as it is', token],
    ['with the end of a line', `${token}\r\n`],
    ['wrapped by a terminal', `${token.slice(0, 40)}\n${token.slice(40, 80)} \n  ${token.slice(80)}`],
    [
      'as the whole line',
      ` printf %s '${token}' | sudo ./scope launch --probe-only --join=- 10.0.0.1:4040\n`,
    ],
  ])('is read %s', (_how, text) => {
    expect(parseJoinToken(text)).toEqual(joined)
  })

  it.each<[string, string, RegExp]>([
    ['nothing', ' \n', /^no join token was given; .*scope token --join/],
    ['something else', 'hello', /^this is not a join token, which begins with scopejoin_/],
    ['the secret of the API', 'A'.repeat(43), /may be the secret of page and API/],
    ['only its beginning', token.slice(0, 60), /not whole: it has 60 characters instead of 102/],
    ['all but the last character', token.slice(0, -1), /not whole: it has 101/],
    ['twice', token.repeat(2), /not whole: it has 204/],
    ['a changed character', `${token.slice(0, 50)}${at(50)}${token.slice(51)}`, /its checksum is wrong/],
    ['a changed end', `${token.slice(0, -1)}${at(101)}`, /its checksum is wrong/],
    ['a changed beginning', `scopejoin_g${token.slice(11)}`, /checksum is wrong/],
    ['one of a newer Scope', `scopejoin_Ag${token.slice(12)}AAAA`, /made by a newer Scope \(version 2/],
  ])('is refused when it is %s, without being quoted', (_what, text, message) => {
    const refused = (): unknown => {
      try {
        return parseJoinToken(text)
      } catch (error) {
        return error
      }
    }
    const error = refused() as Error
    expect(error).toBeInstanceOf(CommandError)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain(token.slice(10, 30))
  })

  it('is refused with the key of no app', () => {
    expect(() => parseJoinToken(formatJoinToken({ ...joined, clusterKey: Buffer.alloc(31) }))).toThrow(
      CommandError,
    )
  })
})
