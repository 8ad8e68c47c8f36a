import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { namesOfMachine, selfSignedFiles, selfSignedPair } from '../../../src/app/tls/self-signed.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.parse('2026-03-01T00:00:00Z')
const names = () => ({ dns: ['localhost', 'db1.example.com', 'db1'], ips: ['127.0.0.1', '::1', '192.0.2.7'] })

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scope-certificate-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('a self-signed certificate', () => {
  it('is for the names and addresses of the machine, with an elliptic key, and is no authority', async () => {
    await selfSignedPair(dir, NOW_MS, names)
    const { cert, key } = selfSignedFiles(dir)
    const certificate = new X509Certificate(readFileSync(cert))
    for (const host of ['localhost', 'db1', 'db1.example.com']) expect(certificate.checkHost(host)).toBe(host)
    for (const ip of ['127.0.0.1', '::1', '192.0.2.7']) expect(certificate.checkIP(ip)).toBe(ip)
    expect(certificate.checkHost('example.com')).toBeUndefined()
    expect(certificate.checkIP('192.0.2.8')).toBeUndefined()
    expect(certificate.publicKey.asymmetricKeyType).toBe('ec')
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
    expect(certificate.ca).toBe(false)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.subject).toBe('CN=Scope on db1.example.com')
    expect(BigInt(`0x${certificate.serialNumber}`)).toBeGreaterThan(0n)
    expect(certificate.validFromDate.getTime()).toBeLessThan(NOW_MS)
    // Apple's systems refuse more.
    const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / DAY_MS
    expect(days).toBeLessThan(825)
    expect(statSync(key).mode & 0o777).toBe(0o600)
  })

  it('is made once', async () => {
    const first = await selfSignedPair(dir, NOW_MS, names)
    const again = await selfSignedPair(dir, NOW_MS + 700 * DAY_MS, names)
    expect(again.cert).toBe(first.cert)
  })

  it('is made anew before it expires, with the same key', async () => {
    const first = await selfSignedPair(dir, NOW_MS, names)
    const later = first.leaf.validToDate.getTime() - 10 * DAY_MS
    const second = await selfSignedPair(dir, later, names)
    expect(second.leaf.validToDate.getTime()).toBeGreaterThan(later + 700 * DAY_MS)
    expect(second.key).toBe(first.key)
    expect(second.cert).not.toBe(first.cert)
  })

  it('is made anew when it was deleted', async () => {
    const first = await selfSignedPair(dir, NOW_MS, names)
    rmSync(selfSignedFiles(dir).cert)
    expect((await selfSignedPair(dir, NOW_MS, names)).cert).not.toBe(first.cert)
  })

  it('says what to do when it was spoilt', async () => {
    await selfSignedPair(dir, NOW_MS, names)
    writeFileSync(selfSignedFiles(dir).cert, 'nothing')
    await expect(selfSignedPair(dir, NOW_MS, names)).rejects.toThrow(
      /app\.tls\.crt is not a certificate in PEM.*\. Delete .*app\.tls\.crt and .*app\.tls\.key to have new ones made/,
    )
  })
})

it('names a machine by its host name and the addresses that others may reach', () => {
  const of = (address: string) => ({ address }) as never
  const interfaces = {
    lo: [of('127.0.0.1'), of('::1')],
    eth0: [of('192.0.2.7'), of('2001:db8::7'), of('fe80::1')],
  }
  expect(namesOfMachine('db1.example.com', interfaces)).toEqual({
    dns: ['localhost', 'db1.example.com', 'db1'],
    ips: ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7'],
  })
  expect(namesOfMachine('strange_name', {}).dns).toEqual(['localhost'])
})
