import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CertificateError, checkDates, readKeyPair } from '../../../src/app/tls/key-pair.ts'
import {
  makeAuthority,
  type TestAuthority,
  type TestCertificate,
} from '../../support/machine/certificates.ts'

let dir: string
let authority: TestAuthority
let good: TestCertificate

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scope-pair-'))
  authority = await makeAuthority()
  good = await authority.issue(['localhost'])
})
afterAll(() => rmSync(dir, { recursive: true }))

const read = (cert: string, key: string) => {
  const files = { cert: join(dir, 'a.crt'), key: join(dir, 'a.key') }
  writeFileSync(files.cert, cert)
  writeFileSync(files.key, key)
  return readKeyPair(files)
}

it('reads a certificate with its chain', async () => {
  const { leaf, cert } = await read(good.cert + authority.cert, good.key)
  expect(leaf.subject).toBe('CN=localhost')
  expect(cert).toBe(good.cert + authority.cert)
})

const encrypted = (): string =>
  createPrivateKey(good.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString()
const smallRsa = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString()

it.each<[string, () => [cert: string, key: string], RegExp]>([
  ['an empty certificate', () => ['', good.key], /a\.crt is not a certificate in PEM/],
  ['a key in its place', () => [good.key, good.key], /a\.crt is not a certificate in PEM/],
  [
    'half a certificate',
    () => [good.cert.slice(0, 200), good.key],
    /a\.crt is not a certificate that can be read/,
  ],
  ['what is no key', () => [good.cert, good.cert], /a\.key is not a private key in PEM/],
  ['the key of another', () => [good.cert, smallRsa()], /a\.key is not that of the certificate .*a\.crt/],
  ['the chain first', () => [authority.cert + good.cert, good.key], /first certificate of the file/],
  ['a key with a passphrase', () => [good.cert, encrypted()], /protected by a passphrase/],
  ['a huge file', () => [good.cert + ' '.repeat(300_000), good.key], /longer than/],
])('refuses %s', async (_what, pair, message) => {
  const failure = await read(...pair()).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CertificateError)
  expect((failure as Error).message).toMatch(message)
})

it('refuses a file that is not there', async () => {
  await expect(readKeyPair({ cert: '/nowhere/a.crt', key: '/nowhere/a.key' })).rejects.toThrow(
    /cannot read the (certificate|private key) \/nowhere\/a\.(crt|key): ENOENT/,
  )
})

it('tells a certificate that has expired, or is not valid yet', async () => {
  const pair = await read(good.cert, good.key)
  const { validToDate, validFromDate } = pair.leaf
  checkDates(pair, Date.now())
  expect(() => checkDates(pair, validToDate.getTime())).toThrow(/expired at/)
  expect(() => checkDates(pair, validFromDate.getTime() - 1)).toThrow(/valid only from/)
})
