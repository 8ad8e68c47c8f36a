import { connect } from 'node:net'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionsDocument, Edge, ViewDocument } from '../../../src/api/types.ts'
import { proofHeaders } from '../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { upgrade } from '../../support/scope/test-channel.ts'
import { type RecordedRequest, type Relay, requestsIn, startRelay } from './relay.ts'
import { startVictim, type Victim } from './victim.ts'

/** Sends bytes as they were recorded, and gives the status and the error code of the answer. */
const resend = (app: TestApp, { line, headers, body }: RecordedRequest): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(app.port, '127.0.0.1')
    const fields = Object.entries({ ...headers, connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}`,
    )
    socket.on('error', reject)
    socket.write([line, ...fields, '', ''].join('\r\n'))
    socket.write(body)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]
      const code = /"code":"(\w+)"/.exec(text)?.[1]
      resolve(code === undefined ? `${status}` : `${status} ${code}`)
    })
  })

describeWith(['root'], 'somebody between a probe and its app', () => {
  let app: TestApp
  let relay: Relay
  let victim: Victim
  let server: TrafficProcess & { readonly port: number }
  let client: TrafficProcess

  beforeAll(async () => {
    app = await startTestApp()
    relay = await startRelay(app.port)
    server = await startServer()
    client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    victim = await startVictim({
      host: 'victim',
      appUrls: [relay.url],
      clusterKey: await clusterKey(app.stateDir),
    })
    await eventually('the channel', () => victim.channels > 0)
  })
  afterAll(async () => {
    await victim?.remove()
    await client?.end()
    await server?.end()
    await relay?.close()
    await app?.remove()
  })

  const requests = () => relay.recorded.flatMap(requestsIn)
  const isReport = ({ line, body }: RecordedRequest) => line.startsWith('POST') && body.length > 0
  const firstOf = (kind: (request: RecordedRequest) => boolean) =>
    eventually('a recorded request', () => requests().find(kind))
  const hosts = async (): Promise<string[]> =>
    JSON.parse((await ask(`${app.url}/api/probes`)).text).map(
      ({ hostname }: { hostname: string }) => hostname,
    )

  const connections = async (): Promise<ConnectionsDocument> => {
    const edge = await eventually('the edge', async () => {
      const view: ViewDocument = JSON.parse((await ask(`${app.url}/api/topology/processes`)).text)
      return Object.values<Edge>(view.edges).find(({ ports }) => ports.includes(server.port))
    })
    return JSON.parse((await ask(`${app.url}/api/connections?view=processes&edge=${edge.id}`)).text)
  }

  test('reads what is reported over plain HTTP: that takes TLS or a tunnel to prevent', async () => {
    const { headers, body } = await firstOf(isReport)
    expect(headers['content-encoding']).toBe('zstd')
    expect(zstdDecompressSync(body).includes('victim')).toBe(true)
  })

  test('cannot repeat a report', async () => {
    expect(await resend(app, await firstOf(isReport))).toBe('409 stale_seq')
  })

  test('cannot change a report, nor say that it is another', async () => {
    const report = await firstOf(isReport)
    const body = Buffer.from(report.body)
    body[20] = (body[20] ?? 0) ^ 1
    expect(await resend(app, { ...report, body })).toBe('400 wrong_hash')
    const headers = { ...report.headers, [proofHeaders.seq]: '999999' }
    expect(await resend(app, { ...report, headers })).toBe('403 wrong_cluster_key')
  })

  test('cannot open a channel as the probe, by what the probe has sent', async () => {
    const isUpgrade = ({ headers }: RecordedRequest) =>
      headers.upgrade !== undefined && headers[proofHeaders.challenge] !== ''
    const isIntroduction = ({ line, headers, body }: RecordedRequest) =>
      line.startsWith('POST') && body.length === 0 && headers[proofHeaders.challenge] !== ''
    const proofs = ({ headers }: RecordedRequest) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('scope-')))
    const opened = proofs(await firstOf(isUpgrade))
    expect(await upgrade(app.url, opened)).toMatchObject({ status: 409, code: 'stale_seq' })
    const later = { ...opened, [proofHeaders.seq]: '999999' }
    expect(await upgrade(app.url, later)).toMatchObject({ status: 403, code: 'wrong_cluster_key' })
    const introduced = {
      ...proofs(await firstOf(isIntroduction)),
      [proofHeaders.exchange]: opened[proofHeaders.exchange] ?? '',
    }
    expect(await upgrade(app.url, introduced)).toMatchObject({ status: 403, code: 'wrong_cluster_key' })
  })

  test('cannot read the channel', async () => {
    let seen = Buffer.alloc(0)
    relay.tamper = (chunk) => {
      seen = Buffer.concat([seen, chunk])
      return chunk
    }
    await eventually('an answer', async () => (await connections()).total === 1)
    relay.tamper = undefined
    expect(seen.length).toBeGreaterThan(0)
    const all = Buffer.concat([seen, ...relay.recorded])
    for (const word of ['scope-order', '"connections"', '"records"', '"bytesSent"'])
      expect(all.includes(word), word).toBe(false)
  })

  /** A WebSocket frame with binary data: an order. */
  const isOrder = (chunk: Buffer) => chunk[0] === 0x82

  test.each<[string, (chunk: Buffer) => Buffer]>([
    [
      'change an order',
      (chunk) => {
        const changed = Buffer.from(chunk)
        changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1
        return changed
      },
    ],
    ['repeat an order', (chunk) => Buffer.concat([chunk, chunk])],
  ])('cannot %s: the probe closes the channel, writes it down and opens another', async (_what, change) => {
    const before = victim.channels
    relay.tamper = (chunk) => {
      if (!isOrder(chunk)) return chunk
      relay.tamper = undefined
      return change(chunk)
    }
    await connections()
    await eventually('another channel', () => victim.channels > before)
    expect(victim.audited()).toContainEqual(
      expect.objectContaining({
        ...{ who: '', from: relay.url, action: 'refused', target: 'order', result: 'refused' },
        reason: expect.stringContaining('a frame does not bear the seal of the other side'),
      }),
    )
    await eventually('an answer', async () => (await connections()).total === 1)
    expect(await hosts()).toEqual(['victim'])
  })

  test('cannot use what was recorded before the app was started again', async () => {
    const report = await firstOf(isReport)
    await victim.stop()
    app = await app.restarted()
    expect(await resend(app, report)).toBe('401 challenge')
    expect(await hosts()).toEqual([])
  })
})
