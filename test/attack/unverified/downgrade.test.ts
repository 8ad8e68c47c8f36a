import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createEpoch } from '../../../src/probe/feed/epoch.ts'
import { createHttpClient } from '../../../src/probe/publish/http-client.ts'
import { introduce } from '../../../src/probe/publish/introduction.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'
import { probeIdOf, proofHeaders } from '../../../src/report/proof/proof.ts'
import { clusterKey, readAppPublicKey } from '../../../src/state/state-dir.ts'
import { startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { describeWith } from '../../support/machine/requirements.ts'

type Headers = Record<string, string | string[] | undefined>

/** Somebody on the way, who changes the headers of requests and answers. */
const startMiddle = async (
  port: number,
  change: {
    readonly request?: (headers: Headers) => Headers
    readonly answer?: (headers: Headers) => Headers
  },
) => {
  const server = createServer((incoming, outgoing) => {
    const headers = change.request?.({ ...incoming.headers }) ?? incoming.headers
    const { method, url: path } = incoming
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, change.answer?.({ ...answer.headers }) ?? answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

describeWith(['root'], 'who a probe meets', () => {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  /** @param sameKey whether the probe holds the app's cluster key */
  const meet = async (sameKey: boolean, change: Parameters<typeof startMiddle>[1] = {}, options = {}) => {
    const app: TestApp = await startTestApp({ address: ':0', ...options })
    closing.push(() => app.remove())
    const middle = await startMiddle(app.port, change)
    closing.push(() => middle.close())
    const client = createHttpClient(middle.url, 5000)
    closing.push(() => client.close())
    const probeKey = generateKeyPairSync('ed25519').privateKey
    const asked: unknown[] = []
    const met = await introduce(
      {
        client,
        probeId: probeIdOf(probeKey),
        epoch: createEpoch(),
        probeKey,
        clusterKey: sameKey ? await clusterKey(app.stateDir) : Buffer.alloc(32, 9),
        trust: async (shown) => {
          asked.push(shown)
          return { kind: 'reports_only', reason: '' }
        },
      },
      '',
    )
    return { met, asked, own: await readAppPublicKey(app.stateDir) }
  }

  test('an app with the same cluster key is known as such', async () => {
    const { met, asked, own } = await meet(true)
    expect(met).toMatchObject({ unproven: false, terms: { limits: { nodes: 20_000 } } })
    expect(asked).toEqual([{ key: own, holdsClusterKey: true }])
  })

  test('an app with another is known by its own key, and tells tighter limits', async () => {
    const { met, asked, own } = await meet(false)
    expect(met).toMatchObject({
      unproven: true,
      appKey: undefined,
      terms: { limits: { nodes: 5000, connections: 5000 } },
    })
    expect(asked).toEqual([{ key: own, holdsClusterKey: false }])
  })

  const another = publicKeyText(generateKeyPairSync('ed25519').privateKey)
  test.each<[string, Parameters<typeof startMiddle>[1], string]>([
    [
      'by another cluster proof',
      { request: (headers) => ({ ...headers, [proofHeaders.clusterProof]: 'A'.repeat(43) }) },
      'wrong_cluster_key',
    ],
    [
      'by taking the cluster proof away',
      { request: ({ [proofHeaders.clusterProof]: _proof, ...headers }) => headers },
      'bad_signature',
    ],
    [
      "by taking the app's proof away",
      { answer: ({ [proofHeaders.appProof]: _proof, ...headers }) => headers },
      'unproven',
    ],
    [
      "by another key than the app's",
      { answer: (headers) => ({ ...headers, [proofHeaders.appKey]: another }) },
      'unproven',
    ],
  ])('nobody on the way makes a verified probe an unverified one %s', async (_how, change, code) => {
    const { met, asked } = await meet(true, change)
    expect(met).toMatchObject({ kind: 'refused', code })
    expect(asked).toEqual([])
  })

  test.each<[string, Parameters<typeof startMiddle>[1]]>([
    ['puts another key in', { answer: (headers) => ({ ...headers, [proofHeaders.appKey]: another }) }],
    [
      'takes the signature away',
      { answer: ({ [proofHeaders.appSignature]: _signature, ...headers }) => headers },
    ],
  ])('nobody on the way is taken for an app with another key: %s', async (_how, change) => {
    const { met, asked } = await meet(false, change)
    expect(met).toMatchObject({ kind: 'refused', code: 'wrong_cluster_key' })
    expect(asked).toEqual([])
  })

  test('an app that takes no unverified probes is told nothing, and not got to know', async () => {
    const { met, asked } = await meet(false, {}, { access: { requireClusterKey: true } })
    expect(met).toMatchObject({ kind: 'refused', code: 'wrong_cluster_key' })
    expect(asked).toEqual([])
  })
})
