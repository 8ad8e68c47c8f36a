import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type AppIdentity,
  checkAppProof,
  checkRefusal,
  proveApp,
  proveRefusal,
} from '../../../src/report/proof/app-proof.ts'
import { channelKeys, createExchange } from '../../../src/report/proof/channel-keys.ts'
import { publicKeyFrom, publicKeyText } from '../../../src/report/proof/ed25519.ts'
import {
  clusterMac,
  holdsClusterKey,
  isSignedByProbe,
  type ProofSubject,
  probeIdOf,
  proofHeaders,
  proofMessage,
  proveReport,
} from '../../../src/report/proof/proof.ts'

const newKey = () => generateKeyPairSync('ed25519').privateKey
const clusterKey = Buffer.alloc(32, 1)
const app: Required<AppIdentity> = { clusterKey, appKey: newKey() }
const probeKey = newKey()
const subject: ProofSubject = {
  challenge: 'c',
  probeId: probeIdOf(probeKey),
  epoch: '0123456789abcdef',
  seq: 5,
  body: new Uint8Array(),
}
type Headers = Record<string, string | undefined>
const reader = (headers: Headers) => (name: string) => headers[name]
const checked = (headers: Headers, about = subject) => checkAppProof(about, clusterKey, reader(headers))

describe('an app', () => {
  test('proves the cluster key and its own', () => {
    expect(checked(proveApp(subject, app))).toEqual({ key: publicKeyText(app.appKey) })
  })

  test('may have no key of its own', () => {
    expect(checked(proveApp(subject, { clusterKey }))).toEqual({ key: undefined })
  })

  const good = proveApp(subject, app, createExchange().publicKey)
  const other = proveApp(subject, { clusterKey, appKey: newKey() })
  test.each<[string, Headers]>([
    ['nothing at all', {}],
    ['another cluster key', proveApp(subject, { ...app, clusterKey: Buffer.alloc(32, 2) })],
    ['a key that was left out on the way', { ...good, [proofHeaders.appKey]: undefined }],
    ['a signature that was left out on the way', { ...good, [proofHeaders.appSignature]: undefined }],
    [
      'a key that was put in its place on the way',
      { ...good, [proofHeaders.appKey]: other[proofHeaders.appKey] },
    ],
    [
      'the key and signature of another app',
      { ...other, [proofHeaders.appProof]: good[proofHeaders.appProof] },
    ],
    [
      'the key of another app, which it does not hold',
      { ...other, [proofHeaders.appSignature]: good[proofHeaders.appSignature] },
    ],
    ['a key that is none', { ...good, [proofHeaders.appKey]: 'x' }],
    ['another exchange key', { ...good, [proofHeaders.exchange]: createExchange().publicKey }],
    ['no exchange key any more', { ...good, [proofHeaders.exchange]: undefined }],
  ])('proves nothing by %s', (_what, headers) => {
    expect(checked(headers)).toBeUndefined()
  })

  test.each<[string, Partial<ProofSubject>]>([
    ['challenge', { challenge: 'd' }],
    ['probe', { probeId: 'f'.repeat(16) }],
    ['start', { epoch: 'f'.repeat(16) }],
    ['number', { seq: 6 }],
    ['body', { body: Buffer.from('x') }],
    ['purpose', { purpose: 'channel' }],
  ])('proves nothing by an answer about another %s', (_what, change) => {
    expect(checked(good, { ...subject, ...change })).toBeUndefined()
  })
})

describe('a holder of the cluster key', () => {
  const thief = newKey()
  const exchange = createExchange().publicKey
  const genuine = proveApp(subject, app, exchange)
  /** The headers of an app, with an HMAC that is right for them. */
  const under = (key: string, own: string, signature: string | undefined): Headers => {
    const message = ['scope-app', proofMessage(subject), key, own].join('\n')
    return {
      [proofHeaders.appKey]: key,
      [proofHeaders.exchange]: own,
      [proofHeaders.appSignature]: signature,
      [proofHeaders.appProof]: clusterMac('app', clusterKey, message).toString('base64url'),
    }
  }
  const key = publicKeyText(app.appKey)
  const signature = genuine[proofHeaders.appSignature]
  const signed = (text: string) => sign(null, Buffer.from(text), thief).toString('base64url')

  test('can pass on what the app has proved', () => {
    expect(under(key, exchange, signature)).toEqual(genuine)
    expect(checked(genuine)).toEqual({ key })
  })

  test.each<[string, Headers]>([
    [
      'put its own exchange key in place of that of the app',
      under(key, createExchange().publicKey, signature),
    ],
    ['name the key of the app without a signature', under(key, exchange, undefined)],
    ['sign for the app', under(key, exchange, signed('scope-app'))],
    ['use the signature of the app for its own key', under(publicKeyText(thief), exchange, signature)],
  ])('cannot %s', (_what, headers) => {
    expect(checked(headers)).toBeUndefined()
  })
})

test('a proof for a report is none for a channel', () => {
  const headers = proveReport(subject, probeKey, clusterKey)
  const key = headers[proofHeaders.publicKey] ?? ''
  const signature = headers[proofHeaders.signature] ?? ''
  const proof = headers[proofHeaders.clusterProof] ?? ''
  expect(isSignedByProbe(subject, key, signature)).toBe(true)
  expect(holdsClusterKey(subject, clusterKey, proof)).toBe(true)
  const channel = { ...subject, purpose: 'channel' as const }
  expect(isSignedByProbe(channel, key, signature)).toBe(false)
  expect(holdsClusterKey(channel, clusterKey, proof)).toBe(false)
})

test.each([
  ['', undefined],
  ['x', undefined],
  ['A'.repeat(44), undefined],
  // The last character has bits that belong to no byte.
  [`${'A'.repeat(42)}B`, undefined],
  [publicKeyText(probeKey), publicKeyText(probeKey)],
])('a public key has one spelling: %j', (text, expected) => {
  expect(publicKeyFrom(text)?.export({ format: 'jwk' }).x).toBe(expected)
})

describe('the keys of a channel', () => {
  const probe = createExchange()
  const own = createExchange()
  const channel: ProofSubject = { ...subject, purpose: 'channel', body: Buffer.from(probe.publicKey) }
  const handshake = {
    subject: channel,
    appKey: publicKeyText(app.appKey),
    appExchange: own.publicKey,
    clusterKey,
  }
  const keys = channelKeys(probe.secretWith(own.publicKey), handshake)

  test('are the same at both ends, and one for each direction', () => {
    expect(channelKeys(own.secretWith(probe.publicKey), handshake)).toEqual(keys)
    expect(keys.toApp).toHaveLength(32)
    expect(keys.toApp).not.toEqual(keys.toProbe)
  })

  test.each([
    ['the secret of another exchange', createExchange().secretWith(own.publicKey), {}],
    ['another cluster key', probe.secretWith(own.publicKey), { clusterKey: Buffer.alloc(32, 2) }],
    ['another app', probe.secretWith(own.publicKey), { appKey: publicKeyText(newKey()) }],
    ['another probe', probe.secretWith(own.publicKey), { subject: { ...channel, probeId: 'f'.repeat(16) } }],
    ['another channel', probe.secretWith(own.publicKey), { subject: { ...channel, seq: 6 } }],
  ])('are others with %s', (_what, secret, change) => {
    expect(channelKeys(secret, { ...handshake, ...change })).not.toEqual(keys)
  })

  test.each(['', 'x', 'A'.repeat(43)])('cannot be agreed with %j', (text) => {
    expect(() => own.secretWith(text)).toThrow()
  })
})

describe('an app that holds another cluster key', () => {
  const sent = proveReport(subject, probeKey, clusterKey)[proofHeaders.clusterProof] ?? ''
  const headers = proveRefusal(subject, sent, app.appKey)

  test('proves its own key, and which proof it was shown', () => {
    expect(checkRefusal(subject, sent, reader(headers))).toBe(publicKeyText(app.appKey))
  })

  test.each<[string, Headers, ProofSubject?]>([
    ['that was shown another proof', proveRefusal(subject, 'x'.repeat(43), app.appKey)],
    ['of another request', headers, { ...subject, seq: 6 }],
    ['whose key was changed on the way', { ...headers, [proofHeaders.appKey]: publicKeyText(newKey()) }],
    ['without a signature', { ...headers, [proofHeaders.appSignature]: undefined }],
    ['that proved what another proof says', proveApp(subject, app)],
  ])('proves nothing: one %s', (_what, given, about = subject) => {
    expect(checkRefusal(about, sent, reader(given))).toBeUndefined()
  })

  test('does not pass for one that holds it', () => {
    expect(checked(headers)).toBeUndefined()
  })

  test('takes a report only where the probe has meant it to be unverified', () => {
    const verified = proveReport(subject, probeKey, clusterKey)
    const unverified = proveReport({ ...subject, purpose: 'unverified' }, probeKey, undefined)
    expect(unverified[proofHeaders.clusterProof]).toBeUndefined()
    const signed = (purpose: ProofSubject['purpose'], from: Headers) =>
      isSignedByProbe(
        { ...subject, purpose: purpose ?? 'report' },
        from[proofHeaders.publicKey] ?? '',
        from[proofHeaders.signature] ?? '',
      )
    expect(signed('unverified', unverified)).toBe(true)
    expect(signed('unverified', verified)).toBe(false)
    expect(signed('report', unverified)).toBe(false)
  })
})
