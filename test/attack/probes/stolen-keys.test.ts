import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Edge } from '../../../src/api/types.ts'
import { type Order, signOrder } from '../../../src/report/proof/order.ts'
import { probeIdOf, proofHeaders, proveReport } from '../../../src/report/proof/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'
import { clusterKey, readAppPublicKey } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { openTestChannel, type TestChannel } from '../../support/scope/test-channel.ts'
import { type RogueApp, startRogueApp } from './rogue-app.ts'
import { startVictim, type Victim } from './victim.ts'

const newKey = () => generateKeyPairSync('ed25519').privateKey

let app: TestApp
let secret: Uint8Array
/** The probe of the host alpha, whose keys are stolen or whose id is used. */
let alpha: TestProbe
let closing: (() => unknown)[]
beforeEach(async () => {
  closing = []
  // Others take its place at the same port.
  app = await startTestApp({ address: `127.0.0.1:${await freePort()}` })
  secret = await clusterKey(app.stateDir)
  alpha = await connectTestProbe(app)
  expect((await alpha.post(ofHost('alpha'))).status).toBe(200)
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  await app.remove()
})

const ofHost = (host: string) =>
  report({
    host,
    nodes: [processNode(host, 1, { name: 'web' }), processNode(host, 2, { name: 'db' })],
    connections: [pair(`${host};1`, `${host};2`, 80, { id: 'c1' })],
    intervalMs: 60_000,
  })
const hosts = async (): Promise<string[]> =>
  JSON.parse((await ask(`${app.url}/api/probes`)).text)
    .map(({ hostname }: { hostname: string }) => hostname)
    .sort()
const channelAs = (probe: Pick<TestProbe, 'probeId' | 'epoch' | 'key'>, key = secret, number = 1) =>
  openTestChannel({ ...probe, url: app.url, clusterKey: key, number })
const channelOf = async (probe: TestProbe, number = 1): Promise<TestChannel> => {
  const channel = await channelAs(probe, secret, number)
  if ('status' in channel) throw new Error(channel.code)
  closing.push(() => channel.socket.terminate())
  return channel
}
const rogue = async (...args: Parameters<typeof startRogueApp>): Promise<RogueApp> => {
  const started = await startRogueApp(...args)
  closing.push(() => started.close())
  return started
}
const probeAt = async (...appUrls: string[]): Promise<Victim> => {
  const started = await startVictim({ host: 'beta', appUrls, clusterKey: secret })
  closing.push(() => started.remove())
  return started
}

/** An order that the app really gave the probe of alpha, with its signature. */
const capturedOrder = async (): Promise<Uint8Array> => {
  const channel = await channelOf(alpha)
  const { edges } = JSON.parse((await ask(`${app.url}/api/topology/processes`)).text)
  const [edge] = Object.values<Edge>(edges)
  const asked = ask(`${app.url}/api/connections?view=processes&edge=${edge?.id}`)
  // Looking at the map asks the probe for a report, too.
  const order = await eventually('the order', () =>
    channel.orders.find(({ method }) => method === 'connections'),
  )
  channel.answer({ id: order.number, result: { connections: [], total: 0 } })
  expect((await asked).status).toBe(200)
  return channel.signed[channel.orders.indexOf(order)] as Uint8Array
}

describe('who has nothing but the id of another probe', () => {
  const strangerKey = newKey()
  test('reports nothing in its name, and opens no channel', async () => {
    const stranger = await connectTestProbe({ ...app, key: strangerKey, clusterKey: Buffer.alloc(32, 7) })
    stranger.seq = 1
    const named = { [proofHeaders.probeId]: alpha.probeId }
    expect(await stranger.postBody(Buffer.from('x'), named)).toMatchObject({
      status: 403,
      body: { error: { code: 'wrong_cluster_key' } },
    })
    const { probeId, epoch } = alpha
    expect(await channelAs({ probeId, epoch, key: strangerKey }, Buffer.alloc(32, 7))).toMatchObject({
      status: 403,
      code: 'wrong_cluster_key',
    })
    expect(await hosts()).toEqual(['alpha'])
  })
})

describe('who has stolen the cluster key', () => {
  test('cannot report as another probe, and what it sends is not even read', async () => {
    const { probeId, epoch } = alpha
    const asked = await ask(`${app.url}/api/report`, { method: 'POST' })
    const challenge = String(asked.headers[proofHeaders.challenge])
    const body = Buffer.from('a report')
    const subject = { challenge, probeId, epoch, seq: 99, body }
    const answer = await fetch(`${app.url}/api/report`, {
      method: 'POST',
      headers: { 'content-type': REPORT_CONTENT_TYPE, ...proveReport(subject, newKey(), secret) },
      body,
    })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'bad_signature' } })
    expect((await alpha.post(ofHost('alpha'))).status).toBe(200)
  })

  test('cannot speak as another probe', async () => {
    const { probeId, epoch } = alpha
    expect(await channelAs({ probeId, epoch, key: newKey() })).toMatchObject({
      status: 403,
      code: 'bad_signature',
    })
    expect(await channelAs({ probeId: probeIdOf(newKey()), epoch, key: newKey() })).toMatchObject({
      code: 'bad_signature',
    })
    expect((await channelOf(alpha)).socket.readyState).toBe(1)
  })

  test('can report as a new probe, but no host that another one reports', async () => {
    const thief = await connectTestProbe(app)
    expect(await thief.post(ofHost('alpha'))).toMatchObject({
      status: 409,
      body: { error: { code: 'host_taken' } },
    })
    expect((await thief.post(ofHost('made-up'))).status).toBe(200)
    expect(await hosts()).toEqual(['alpha', 'made-up'])
  })

  test('gets nothing of a probe that knows the app, in whose place it is', async () => {
    const victim = await probeAt(app.url)
    await eventually('the channel', () => victim.channels === 1)
    const { port } = app
    await app.stop()
    for (const identity of [{ clusterKey: secret, appKey: newKey() }, { clusterKey: secret }]) {
      const thief = await startRogueApp(identity, port)
      try {
        const code = 'appKey' in identity ? 'app_key_changed' : 'app_key_missing'
        await eventually('the refusal', () => victim.apps()[0]?.reason.startsWith(code))
        expect(victim.apps()).toMatchObject([{ state: 'refused' }])
        expect(victim.apps()[0]).not.toHaveProperty('appKey')
        expect(Buffer.concat(thief.bodies)).toHaveLength(0)
        expect(victim.channels).toBe(1)
      } finally {
        await thief.close()
      }
    }
    expect(victim.audited()).toContainEqual(
      expect.objectContaining({ from: app.url, action: 'refused', target: 'app key', result: 'refused' }),
    )
    app = await app.restarted()
  })

  test('is taken for the app where no app was met before: what --app-key is for', async () => {
    const thief = await rogue({ clusterKey: secret, appKey: newKey() })
    const met = await probeAt(thief.url)
    await eventually('the channel', () => thief.channels[0])
    await eventually('its state', () => met.apps()[0]?.state === 'ok')
    await met.stop()
    const reported = thief.bodies.length
    const warned = await startVictim({
      ...{ host: 'gamma', appUrls: [thief.url], clusterKey: secret },
      appKeys: new Map([[new URL(thief.url).host, [(await readAppPublicKey(app.stateDir)) ?? '']]]),
    })
    closing.push(() => warned.remove())
    await eventually('the refusal', () => warned.apps()[0]?.state === 'refused')
    expect(warned.apps()[0]?.reason).toContain('app_key_changed')
    expect(Buffer.concat(thief.bodies.slice(reported))).toHaveLength(0)
  })

  test('gets reports, and gives no orders, as an app without a key that nobody has met', async () => {
    const thief = await rogue({ clusterKey: secret })
    const victim = await probeAt(thief.url)
    await eventually('a report', () => thief.bodies.some(({ length }) => length > 0))
    await eventually('its state', () => victim.apps()[0]?.state === 'ok')
    expect(victim.apps()[0]?.reason).toContain('its orders are not taken')
    expect(victim.channels).toBe(0)
    expect(thief.channels).toEqual([])
  })

  test.each(['request', 'open'] as const)(
    'cannot use an order of the app for one probe on another, nor make one: %s',
    async (type) => {
      const captured = await capturedOrder()
      const thief = await rogue({ clusterKey: secret, appKey: newKey() })
      const victim = await probeAt(thief.url)
      const { recipient, socket, sendFrame } = await eventually('a channel', () => thief.channels[0])
      const closed = new Promise((resolve) => socket.once('close', resolve))
      sendFrame({ type, order: captured })
      expect(await closed).toBe(1008)
      const again = await eventually('another channel', () => thief.channels[1])
      const { recipient: latest } = again
      expect(latest.channel).toBeGreaterThan(recipient.channel)
      const made: Order = { ...latest, number: 1, person: 'anna', method: 'connections', params: null }
      const closedAgain = new Promise((resolve) => again.socket.once('close', resolve))
      again.sendFrame({ type, order: signOrder(made, newKey()) })
      expect(await closedAgain).toBe(1008)
      expect(victim.audited()).toContainEqual(
        expect.objectContaining({
          ...{ from: thief.url, action: 'refused', target: 'order', result: 'refused' },
          reason: "an order is not signed by the app's key",
        }),
      )
    },
  )
})

describe('who has stolen the key of a probe', () => {
  test('gains nothing without the cluster key', async () => {
    const thief = await connectTestProbe({ ...app, key: alpha.key, clusterKey: Buffer.alloc(32, 7) })
    thief.epoch = alpha.epoch
    expect(await thief.post(ofHost('alpha'))).toMatchObject({
      status: 403,
      body: { error: { code: 'wrong_cluster_key' } },
    })
    expect(await channelAs(alpha, Buffer.alloc(32, 7))).toMatchObject({ code: 'wrong_cluster_key' })
  })

  test('speaks with the cluster key as this host alone, which the true probe notices', async () => {
    const beta = await connectTestProbe(app)
    await beta.post(ofHost('beta'))
    const thief = await connectTestProbe({ ...app, key: alpha.key })
    expect(thief.probeId).toBe(alpha.probeId)
    expect((await thief.post(ofHost('alpha'))).status).toBe(200)
    expect(await alpha.post(ofHost('alpha'))).toMatchObject({
      status: 409,
      body: { error: { code: 'key_in_use' } },
    })
    expect(await thief.post(ofHost('beta'))).toMatchObject({
      status: 409,
      body: { error: { code: 'host_taken' } },
    })
    expect(await channelAs({ ...beta, key: alpha.key })).toMatchObject({ code: 'bad_signature' })
    expect(await hosts()).toEqual(['alpha', 'beta'])
    expect((await channelOf(thief)).orders).toEqual([])
  })
})
