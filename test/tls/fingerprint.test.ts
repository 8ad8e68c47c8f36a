import { expect, it } from 'vitest'
import { parseFingerprint } from '../../src/tls/fingerprint.ts'

const canonical = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
)
const digits = canonical.replaceAll(':', '')

it.each([
  ['with colons', canonical],
  ['without', digits],
  ['in small letters', digits.toLowerCase()],
  ['as openssl prints it', `sha256 Fingerprint=${canonical}`],
  ['as older openssl prints it', `SHA256 Fingerprint=${canonical}\n`],
  ['with the name of the hash', `sha256:${digits}`],
])('is read %s', (_how, text) => {
  expect(parseFingerprint(text)).toBe(canonical)
})

it.each([
  ['nothing', ''],
  ['SHA-1', canonical.slice(0, 59)],
  ['one digit too many', `${digits}0`],
  ['what is no hex', `G${digits.slice(1)}`],
  ['another hash', `sha1:${digits}`],
])('is not %s', (_what, text) => {
  expect(parseFingerprint(text)).toBeUndefined()
})
