import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AppStatus } from '../../../src/cli/parts/state-files.ts'
import { isOwn, trustFor } from '../../../src/cli/tls/trust-for.ts'
import { TlsFailure } from '../../../src/tls/failure.ts'

const none = { tlsCa: undefined, tlsFingerprints: [] }
const certificate = { fingerprint: 'AB', validUntil: '2029-01-01T00:00:00Z', isSelfSigned: true }
const app = (localUrl: string, port: number): AppStatus => ({
  ...{ pid: 1, port, urls: [], localUrl, startedAt: '', certificate },
})

describe('the app of the same state directory', () => {
  it.each([
    ['https://127.0.0.1:4040', app('https://127.0.0.1:4040', 4040)],
    ['https://localhost:4040', app('https://127.0.0.1:4040', 4040)],
    ['https://[::1]:4040', app('https://127.0.0.1:4040', 4040)],
    ['https://10.0.0.5:443', app('https://10.0.0.5:443', 443)],
  ])('is known at %s by its certificate, whatever the options say', (url, own) => {
    const trust = trustFor(url, { ...none, tlsFingerprints: ['CD'] }, own)
    expect(trust).toMatchObject({ by: 'fingerprint', fingerprints: ['AB'] })
  })
})

describe('another app', () => {
  const own = app('https://127.0.0.1:4040', 4040)

  it.each(['https://127.0.0.1:4041', 'https://10.0.0.5:4040', 'https://127.0.0.1.example.com:4040'])(
    '%s is verified by the authorities of the system',
    (url) => {
      expect(trustFor(url, none, own)).toEqual({ by: 'system' })
    },
  )

  it('is verified by the authorities or fingerprints named', () => {
    const url = 'https://10.0.0.5:4040'
    const fingerprints = ['CD', 'EF']
    expect(trustFor(url, { ...none, tlsFingerprints: fingerprints }, own)).toMatchObject({
      by: 'fingerprint',
      fingerprints,
      namedBy: 'named by --probe.tls.fingerprint',
    })
    const file = join(tmpdir(), `scope-authorities-${process.pid}`)
    writeFileSync(file, 'PEM')
    expect(trustFor(url, { ...none, tlsCa: file }, own)).toEqual({ by: 'ca', pem: 'PEM' })
    rmSync(file)
    expect(() => trustFor(url, { ...none, tlsCa: file }, undefined)).toThrow(TlsFailure)
  })
})

describe('over plain HTTP, the app of the same state directory', () => {
  const http = (localUrl: string, ...urls: string[]) => ({ localUrl, port: 4040, urls })
  const onAll = http('http://127.0.0.1:4040', 'http://localhost:4040', 'http://10.0.0.5:4040')

  it.each([
    ['http://127.0.0.1:4040', http('http://127.0.0.1:4040', 'http://127.0.0.1:4040')],
    ['http://10.0.0.5:4040', http('http://10.0.0.5:4040', 'http://10.0.0.5:4040')],
    ['http://localhost:4040', http('http://localhost:4040', 'http://localhost:4040')],
    ['http://localhost:4040', onAll],
    ['http://[::1]:4040', onAll],
    ['http://127.0.0.9:4040', onAll],
  ])('is at %s', (url, own) => {
    expect(isOwn(new URL(url), own)).toBe(true)
  })

  it.each([
    ['http://localhost:4040', http('http://127.0.0.1:4040', 'http://127.0.0.1:4040')],
    ['http://[::1]:4040', http('http://127.0.0.1:4040', 'http://127.0.0.1:4040', 'http://10.0.0.5:4040')],
    ['http://localhost:4040', http('http://10.0.0.5:4040', 'http://10.0.0.5:4040')],
    ['http://127.0.0.1:4040', http('http://[::1]:4040', 'http://[::1]:4040')],
    ['http://[::1]:4040', http('http://localhost:4040', 'http://localhost:4040')],
    ['http://localhost:4041', onAll],
  ])('is not at %s, where anybody else can listen', (url, own) => {
    expect(isOwn(new URL(url), own)).toBe(false)
  })
})
