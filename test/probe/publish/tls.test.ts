import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type App, startApp } from '../../../src/app/app.ts'
import type { CertificateSource } from '../../../src/app/tls/keeper.ts'
import { unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import { createDialler } from '../../../src/probe/channel/dial.ts'
import { createEpoch } from '../../../src/probe/feed/epoch.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { type Publisher, startPublisher } from '../../../src/probe/publish/publisher.ts'
import { probeIdOf } from '../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { fingerprintOf } from '../../../src/tls/fingerprint.ts'
import type { Trust } from '../../../src/tls/trust.ts'
import { eventually } from '../../support/eventually.ts'
import { makeAuthority } from '../../support/machine/certificates.ts'

let stateDir: string
let closing: (() => Promise<unknown>)[]
const quiet = createLogger({ format: 'text', debug: false, write: () => {} })

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-publish-tls-'))
  closing = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  rmSync(stateDir, { recursive: true })
})

const start = async (certificate: CertificateSource): Promise<App> => {
  const app = await startApp({
    ...{ address: '127.0.0.1:0', stateDir, windowMs: 15_000, webRoot: tmpdir(), log: quiet },
    certificate,
  })
  closing.push(() => app.stop())
  return app
}

const identity = async () => {
  const probeKey = generateKeyPairSync('ed25519').privateKey
  return {
    probeKey,
    probeId: probeIdOf(probeKey),
    clusterKey: await clusterKey(stateDir),
  }
}
const ownKey = (): string => readFileSync(join(stateDir, 'app.pub'), 'utf8').trim()
type Identity = Awaited<ReturnType<typeof identity>>

const publish = (url: string, own: Identity, trust: Trust): Publisher => {
  const { probeId } = own
  const started = performance.now()
  const merge = createMerger()
  const feed = createReportFeed({
    ...{ probeId, intervalMs: 200, guard: unguarded },
    collect: () =>
      merge({
        uptimeMs: performance.now() - started,
        host: { id: 'here', name: 'here' },
        probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
        contributions: [],
      }),
  })
  const publisher = startPublisher({
    ...own,
    target: { url, address: '127.0.0.1', origin: 'named' },
    trustOf: () => trust,
    ...{ feed, intervalMs: 200, log: quiet },
  })
  closing.push(() => publisher.stop())
  return publisher
}

const byFingerprint = (fingerprint: string): Trust => ({
  by: 'fingerprint',
  fingerprints: [fingerprint],
  namedBy: 'named by --probe.tls.fingerprint',
})
const fingerprint = (app: App): string => app.certificate?.fingerprint ?? ''
const other = Array.from({ length: 32 }, () => '00').join(':')

describe('an app with a self-signed certificate', () => {
  const selfSigned = (): Promise<App> => start({ kind: 'self-signed', dir: stateDir })

  test.each<[string, (app: App) => Trust, string]>([
    ['by its fingerprint', (app) => byFingerprint(fingerprint(app)), '127.0.0.1'],
    [
      'by its file as an authority',
      () => ({ by: 'ca', pem: readFileSync(join(stateDir, 'app.tls.crt'), 'utf8') }),
      'localhost',
    ],
  ])('gets reports and a channel when it is trusted %s', async (_how, trustIn, host) => {
    const app = await selfSigned()
    const [own, trust] = [await identity(), trustIn(app)]
    const url = `https://${host}:${app.port}`
    const publisher = publish(url, own, trust)
    await eventually('trust', () => publisher.status().state === 'ok')
    const dial = createDialler(new URL(url), {
      ...own,
      epoch: publisher.epoch,
      appKey: ownKey,
      trustOf: () => trust,
    })
    const { socket } = await dial(new AbortController().signal)
    expect(socket.readyState).toBe(socket.OPEN)
    socket.terminate()
  })

  test('is refused with both fingerprints when it is another than the one named', async () => {
    const app = await selfSigned()
    const [own, trust] = [await identity(), byFingerprint(other)]
    const url = `https://127.0.0.1:${app.port}`
    const publisher = publish(url, own, trust)
    await eventually('the refusal', () => publisher.status().state === 'refused')
    const told = `its certificate has the fingerprint ${fingerprint(app)}, which is not the one named by --probe.tls.fingerprint: ${other}`
    expect(publisher.status().reason).toBe(told)
    const dial = createDialler(new URL(url), {
      ...own,
      epoch: publisher.epoch,
      appKey: ownKey,
      trustOf: () => trust,
    })
    await expect(dial(new AbortController().signal)).rejects.toThrow(told)
  })

  test('is refused by the authorities of the system', async () => {
    const app = await selfSigned()
    const publisher = publish(`https://127.0.0.1:${app.port}`, await identity(), { by: 'system' })
    await eventually('the refusal', () => publisher.status().state === 'refused')
    expect(publisher.status().reason).toMatch(/authority that this machine does not trust.*--probe\.tls\.ca/)
  })

  test('tells a probe that speaks plain HTTP what to do', async () => {
    const app = await selfSigned()
    const publisher = publish(`http://127.0.0.1:${app.port}`, await identity(), { by: 'system' })
    await eventually('the refusal', () => publisher.status().state === 'refused')
    expect(publisher.status().reason).toMatch(/https_only: this port speaks https only/)
  })

  test('is trusted again after its certificate was renewed and named', async () => {
    const app = await selfSigned()
    const before = fingerprint(app)
    const own = await identity()
    let trust = byFingerprint(before)
    const url = `https://127.0.0.1:${app.port}`
    const dial = createDialler(new URL(url), {
      ...own,
      epoch: createEpoch(),
      appKey: ownKey,
      trustOf: () => trust,
    })
    rmSync(join(stateDir, 'app.tls.crt'))
    await eventually('the renewal', () => fingerprint(app) !== before)
    await expect(dial(new AbortController().signal)).rejects.toThrow(fingerprint(app))
    trust = byFingerprint(fingerprint(app))
    const publisher = publish(url, own, trust)
    await eventually('trust', () => publisher.status().state === 'ok')
  })
})

test('an app with a certificate of an authority is trusted by it, until that expires or is for another name', async () => {
  const authority = await makeAuthority()
  const files = { cert: join(stateDir, 'own.crt'), key: join(stateDir, 'own.key') }
  const expectations: [dns: string, days: number, reason: RegExp | undefined][] = [
    ['localhost', 90, undefined],
    ['localhost', -1, /its certificate has expired/],
    ['scope.example.com', 90, /its certificate is not for localhost, but for DNS:scope\.example\.com/],
  ]
  for (const [dns, days, reason] of expectations) {
    const { cert, key } = await authority.issue([dns], days)
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
    const app = await start({ kind: 'files', files })
    expect(app.certificate?.fingerprint).toBe(fingerprintOf(new X509Certificate(cert)))
    const trust: Trust = { by: 'ca', pem: authority.cert }
    const publisher = publish(`https://localhost:${app.port}`, await identity(), trust)
    await eventually('an answer', () => publisher.status().state !== 'waiting')
    expect(publisher.status().state).toBe(reason === undefined ? 'ok' : 'refused')
    expect(publisher.status().reason).toMatch(reason ?? /^$/)
    await publisher.stop()
  }
})
