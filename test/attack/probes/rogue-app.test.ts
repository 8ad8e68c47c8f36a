import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetApp } from '../../../src/cli/forget-app.ts'
import { judgeHealth } from '../../../src/cli/status/health.ts'
import { clusterKey, readAppPublicKey } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startRelay } from './relay.ts'
import { startRogueApp } from './rogue-app.ts'
import { startVictim, type Victim } from './victim.ts'

let app: TestApp
let secret: Uint8Array
let closing: (() => unknown)[]
beforeEach(async () => {
  closing = []
  // Others take its place at the same port.
  app = await startTestApp({ address: `127.0.0.1:${await freePort()}` })
  secret = await clusterKey(app.stateDir)
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  await app.remove()
})

const hosts = async (of: TestApp): Promise<string[]> =>
  JSON.parse((await ask(`${of.url}/api/probes`)).text).map(({ hostname }: { hostname: string }) => hostname)
const probeWith = async (host: string, appUrls: string[], stateDir?: string): Promise<Victim> => {
  const victim = await startVictim({
    ...{ host, appUrls, clusterKey: secret },
    ...(stateDir !== undefined && { stateDir }),
  })
  closing.push(() => victim.stop())
  return victim
}
/** How many apps take its reports. */
const reportsTo = (victim: Victim): number => victim.apps().filter(({ state }) => state === 'ok').length
const refused = (victim: Victim, index = 0) =>
  eventually('the refusal', () => {
    const status = victim.apps()[index]
    return status?.state === 'refused' ? status : undefined
  })

describe('a program that has taken the port before the app', () => {
  test('is sent nothing, and the app gets all once it is there', async () => {
    const { port } = app
    await app.stop()
    const rogue = await startRogueApp(undefined, port)
    const victim = await probeWith('alpha', [rogue.url], app.stateDir)
    expect((await refused(victim)).reason).toContain('unproven')
    expect(Buffer.concat(rogue.bodies)).toHaveLength(0)
    await rogue.close()
    await victim.stop()
    app = await startTestApp({ address: `127.0.0.1:${port}` }, join(app.stateDir, '..'))
    const again = await probeWith('alpha', [app.url], app.stateDir)
    await eventually('the report', async () => (await hosts(app)).includes('alpha'))
    await eventually('the channel', () => again.channels > 0)
  })

  /** Another app of the same cluster, as on another machine. */
  const startForeignApp = async (): Promise<TestApp> => {
    const foreign = await startTestApp()
    closing.push(() => foreign.remove())
    await foreign.stop()
    await cp(join(app.stateDir, 'cluster.key'), join(foreign.stateDir, 'cluster.key'))
    const started = await foreign.restarted()
    closing.push(() => started.stop())
    return started
  }

  test('cannot pass the probe of this machine on to another app, with or without its key', async () => {
    const foreign = await startForeignApp()
    const { port } = app
    await app.stop()
    const relay = await startRelay(foreign.port, port)
    closing.push(() => relay.close())
    const victim = await probeWith('alpha', [relay.url], app.stateDir)
    const { reason } = await refused(victim)
    expect(reason).toContain('app_key_changed')
    expect(reason).toContain(await readAppPublicKey(foreign.stateDir))
    expect(reason).toContain('another program answers at the port of that app')
    expect(await hosts(foreign)).toEqual([])
    await victim.stop()

    // The proof under the cluster key covers the app's key, so leaving it out breaks the proof.
    relay.tamper = (chunk) =>
      Buffer.from(chunk.toString('latin1').replace(/scope-app-key: .*\r\n/i, ''), 'latin1')
    const again = await probeWith('alpha', [relay.url], app.stateDir)
    expect((await refused(again)).reason).toContain('unproven')
    expect(await hosts(foreign)).toEqual([])
    expect(relay.recorded.some((bytes) => bytes.includes('content-encoding'))).toBe(false)
  })

  test('passes a probe elsewhere on to another app only where it has not met the right one', async () => {
    const foreign = await startForeignApp()
    const { port } = app
    const victim = await probeWith('alpha', [app.url])
    closing.push(() => rm(victim.stateDir, { recursive: true, force: true }))
    await eventually('the channel', () => victim.channels > 0)
    await victim.stop()
    await app.stop()
    const relay = await startRelay(foreign.port, port)
    closing.push(() => relay.close())
    const again = await probeWith('alpha', [relay.url], victim.stateDir)
    expect((await refused(again)).reason).toContain('app_key_changed')
    expect(await hosts(foreign)).toEqual([])
  })
})

describe('an app that has another key than before', () => {
  test('gets nothing of a probe elsewhere, which says so everywhere, until it is accepted', async () => {
    const other = await startTestApp()
    closing.push(() => other.remove())
    await cp(join(app.stateDir, 'cluster.key'), join(other.stateDir, 'cluster.key'))
    const witness = await other.restarted()
    closing.push(() => witness.stop())
    const urls = [app.url, witness.url]
    const victim = await probeWith('alpha', urls)
    closing.push(() => rm(victim.stateDir, { recursive: true, force: true }))
    await eventually('both', () => reportsTo(victim) === 2)
    const before = await readAppPublicKey(app.stateDir)

    const { port } = app
    await app.stop()
    await rm(join(app.stateDir, 'app.key'))
    app = await startTestApp({ address: `127.0.0.1:${port}` }, join(app.stateDir, '..'))
    const now = await readAppPublicKey(app.stateDir)
    const { reason } = await refused(victim)
    const target = `127.0.0.1:${port}`
    for (const part of ['app_key_changed', before, now, `scope forget-app ${target}`])
      expect(reason).toContain(part)
    expect(await hosts(app)).toEqual([])

    const nowMs = Date.now()
    const facts = { launchedMs: nowMs, writtenMs: nowMs, apps: victim.apps() }
    const { probe } = judgeHealth({ probe: facts }, nowMs)
    expect(probe).toContain(`it cannot report to ${urls[0]}: ${reason}`)
    const card = await eventually('the other app to know', async () => {
      const [known] = JSON.parse((await ask(`${witness.url}/api/probes`)).text)
      const control = known.collectors.find(({ id }: { id: string }) => id === 'control')
      return control.state === 'degraded' ? control : undefined
    })
    expect(card.reason).toContain(reason)
    expect(victim.audited()).toContainEqual(expect.objectContaining({ from: urls[0], target: 'app key' }))

    await victim.stop()
    expect(await forgetApp(victim.stateDir, [target])).toContain('is forgotten')
    const again = await probeWith('alpha', urls, victim.stateDir)
    await eventually('the app again', () => reportsTo(again) === 2)
    expect(await hosts(app)).toEqual(['alpha'])
  })

  test('is known at once to the probe of its own state directory', async () => {
    const { port } = app
    const victim = await probeWith('alpha', [app.url], app.stateDir)
    await eventually('the channel', () => victim.channels === 1)
    await app.stop()
    await rm(join(app.stateDir, 'app.key'))
    app = await startTestApp({ address: `127.0.0.1:${port}` }, join(app.stateDir, '..'))
    await eventually('another channel', () => victim.channels === 2)
    const appKey = await readAppPublicKey(app.stateDir)
    // The status is a file, which may be written after the channel is open.
    await eventually('its state', () => victim.apps()[0]?.appKey === appKey)
    expect(victim.apps()).toMatchObject([{ state: 'ok' }])
  })
})
