import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetHost } from '../../../src/cli/forget-host.ts'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import { proofHeaders } from '../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import {
  address,
  containerNode,
  control,
  hostNode,
  imageNode,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { openTestChannel } from '../../support/scope/test-channel.ts'

// Whoever runs these tests is root here, whose unverified probe an app takes that listens on the network.
describeWith(['root'], 'a probe that does not hold the cluster key', () => {
  let app: TestApp
  let alpha: TestProbe
  let mallory: TestProbe
  const newKey = () => generateKeyPairSync('ed25519').privateKey
  const urlOf = ({ port }: TestApp) => `http://127.0.0.1:${port}`
  const unverified = (key = newKey(), of = app) =>
    connectTestProbe({ url: urlOf(of), stateDir: of.stateDir, key, unverified: true })
  const verified = (key = newKey(), of = app) =>
    connectTestProbe({ url: urlOf(of), stateDir: of.stateDir, key })
  const probes = async (of = app): Promise<{ hostId: string; verified: boolean; id: string }[]> =>
    JSON.parse((await ask(`${urlOf(of)}/api/probes`)).text)
  const codeOf = async (answer: ReturnType<TestProbe['post']>): Promise<string> => {
    const { status, body } = await answer
    return body.error === undefined ? String(status) : `${status} ${body.error.code}`
  }

  beforeEach(async () => {
    app = await startTestApp({ address: ':0' })
    alpha = await verified()
    mallory = await unverified()
  })
  afterEach(() => app.remove())

  test('is seen, and told from those that do', async () => {
    expect(await codeOf(alpha.post(report({ host: 'alpha' })))).toBe('200')
    expect(await codeOf(mallory.post(report({ host: 'mallory' })))).toBe('200')
    expect((await probes()).map(({ hostId, verified }) => [hostId, verified]).sort()).toEqual([
      ['alpha', true],
      ['mallory', false],
    ])
  })

  test('goes on as any other: changes, numbers, epochs', async () => {
    const first = report({ host: 'mallory' })
    expect(await codeOf(mallory.post(first))).toBe('200')
    const next = report({ host: 'mallory', seq: 2, nodes: [processNode('mallory', 7)] })
    expect(await codeOf(mallory.post(makeDelta(first, next)))).toBe('200')
    expect(await codeOf(mallory.post(next, { seq: 2 }))).toMatch(/wrong_envelope|stale_seq/)
    mallory.restart()
    expect(await codeOf(mallory.post(first))).toBe('200')
  })

  describe('is told 403 wrong_cluster_key', () => {
    test.each<[string, Parameters<typeof startTestApp>[0]]>([
      ['by an app that requires the key', { address: ':0', access: { requireClusterKey: true } }],
      ['by an app that listens on loopback alone', { address: '127.0.0.1:0' }],
    ])('%s', async (_what, options) => {
      const strict = await startTestApp(options)
      try {
        const stranger = await unverified(newKey(), strict)
        expect(await codeOf(stranger.post(report({ host: 'mallory' })))).toBe('403 wrong_cluster_key')
        const other = await connectTestProbe({
          ...{ url: urlOf(strict), stateDir: strict.stateDir, clusterKey: Buffer.alloc(32, 9) },
        })
        other.seq = 1
        const answer = await other.postBody(new Uint8Array())
        expect(answer.status).toBe(403)
        expect(answer.headers.get(proofHeaders.appKey)).toBeNull()
        expect(answer.body).not.toHaveProperty('unverified')
        expect(await probes(strict)).toEqual([])
      } finally {
        await strict.remove()
      }
    })

    test('also when it sends a proof of another key with a report', async () => {
      const other = await connectTestProbe({
        ...{ url: urlOf(app), stateDir: app.stateDir, clusterKey: Buffer.alloc(32, 9) },
      })
      expect(await codeOf(other.post(report({ host: 'mallory' })))).toBe('403 wrong_cluster_key')
      expect(await probes()).toEqual([])
    })
  })

  test('opens no channel, and its nodes offer nothing', async () => {
    const node = { ...containerNode('mallory', 'web'), controls: ['stop'] }
    expect(
      await codeOf(mallory.post(report({ host: 'mallory', nodes: [node], controls: [control('stop')] }))),
    ).toBe('200')
    const raw = JSON.parse((await ask(`${urlOf(app)}/api/report`)).text)
    expect(raw.reports[0].report.controls).toEqual([])
    expect(
      raw.reports[0].report.nodes.every(({ controls }: { controls: string[] }) => controls.length === 0),
    ).toBe(true)
    for (const [secret, code] of [
      [Buffer.alloc(32, 9), 'wrong_cluster_key'],
      // Whoever has the cluster key after all must first report with it.
      [await clusterKey(app.stateDir), 'unknown_probe'],
    ] as const)
      expect(
        await openTestChannel({
          ...{ url: urlOf(app), probeId: mallory.probeId, epoch: mallory.epoch, number: 1 },
          ...{ key: mallory.key, clusterKey: secret },
        }),
      ).toMatchObject({ code })
  })

  describe('does not take the host of a verified one', () => {
    test('while that reports, and makes way for it', async () => {
      expect(await codeOf(mallory.post(report({ host: 'alpha' })))).toBe('200')
      expect(await codeOf(alpha.post(report({ host: 'alpha' })))).toBe('200')
      expect(await probes()).toMatchObject([{ hostId: 'alpha', verified: true, id: alpha.probeId }])
      expect(await codeOf(mallory.post(report({ host: 'alpha' })))).toBe('409 host_taken')
    })

    test('after a restart of the app, before that has reported again', async () => {
      expect(await codeOf(alpha.post(report({ host: 'alpha' })))).toBe('200')
      app = await app.restarted()
      const again = await unverified(mallory.key)
      expect(await codeOf(again.post(report({ host: 'alpha' })))).toBe('409 host_taken')
      expect(await forgetHost(app.stateDir, ['alpha'])).toContain('forgotten')
      await eventually(
        'the host to be free',
        async () => (await codeOf(again.post(report({ host: 'alpha' })))) === '200',
      )
    })

    test('nor that of another unverified one, which is bound to the first key', async () => {
      expect(await codeOf(mallory.post(report({ host: 'bob' })))).toBe('200')
      const other = await unverified()
      expect(await codeOf(other.post(report({ host: 'bob' })))).toBe('409 host_taken')
      app = await app.restarted()
      const later = await unverified(other.key)
      expect(await codeOf(later.post(report({ host: 'bob' })))).toBe('409 host_taken')
      const known = JSON.parse(await readFile(join(app.stateDir, 'app', 'known-hosts.json'), 'utf8'))
      expect(known.bob).toMatchObject({ probe: mallory.probeId, verified: false })
    })
  })

  describe('with the key of a verified probe gains nothing', () => {
    test.each(['alpha', 'other'])('as the host %s, also after a restart of the app', async (host) => {
      expect(await codeOf(alpha.post(report({ host: 'alpha' })))).toBe('200')
      const stolen = await unverified(alpha.key)
      expect(await codeOf(stolen.post(report({ host })))).toBe('409 was_verified')
      app = await app.restarted()
      const again = await unverified(alpha.key)
      expect(await codeOf(again.post(report({ host })))).toBe('409 was_verified')
    })

    test('and what it has told before is no base of what that tells', async () => {
      const first = report({ host: 'alpha' })
      const early = await unverified(alpha.key)
      expect(await codeOf(early.post(first))).toBe('200')
      alpha.epoch = early.epoch
      alpha.seq = 1
      const next = report({ host: 'alpha', nodes: [processNode('alpha', 7)] })
      const delta = makeDelta({ ...first, envelope: { ...first.envelope, seq: 1 } }, next)
      expect(await codeOf(alpha.post(delta))).toBe('409 need_full')
      expect(await codeOf(alpha.post(next))).toBe('200')
      expect(await probes()).toMatchObject([{ hostId: 'alpha', verified: true }])
    })
  })

  test('cannot make a verified report of a recorded one, nor an unverified one', async () => {
    const body = Buffer.from('x')
    alpha.seq = 1
    mallory.seq = 1
    const answer = await alpha.postBody(body, { [proofHeaders.clusterProof]: undefined })
    expect(answer.body.error?.code).toBe('bad_signature')
    const forged = await mallory.postBody(body, { [proofHeaders.clusterProof]: 'A'.repeat(43) })
    expect(forged.body.error?.code).toBe('bad_signature')
  })

  test.each<[string, Parameters<typeof report>[0]]>([
    ['the process of another host', { nodes: [processNode('alpha', 1)] }],
    ['another host', { nodes: [hostNode('mallory'), hostNode('alpha')] }],
    ['a node of the map itself', { nodes: [{ ...containerNode('mallory', 'web'), id: 'in-theinternet' }] }],
    [
      'a container that is called like a host',
      { nodes: [{ ...containerNode('mallory', 'web'), id: 'alpha;<host>' }] },
    ],
    [
      'an image that is called like a container',
      { nodes: [{ ...imageNode('mallory', 'x'), id: containerNode('mallory', 'web').id }] },
    ],
    [
      'an address that is unique on another host',
      { addresses: [address('172.17.0.2', { kind: 'host', hostId: 'alpha' })] },
    ],
    [
      'an address of a namespace there',
      { addresses: [address('127.0.0.1', { kind: 'netns', hostId: 'alpha', netns: 4026 })] },
    ],
  ])('reports no %s, and neither does one that holds the key', async (_what, parts) => {
    for (const probe of [mallory, alpha])
      expect(await codeOf(probe.post(report({ host: 'mallory', ...parts })))).toBe('400 foreign_node')
    expect(await probes()).toEqual([])
  })

  test.each(['alpha;1', 'a b', '<host>', ''])('is no host with the id %o', async (host) => {
    expect(
      await codeOf(mallory.post({ ...report({ host: 'mallory' }), host: { id: host, name: 'x' } })),
    ).toMatch(/^400 /)
  })
})
