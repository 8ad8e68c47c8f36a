import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type App, startApp } from '../../src/app/app.ts'
import { createLogger } from '../../src/log/log.ts'
import type { Collector } from '../../src/probe/collector.ts'
import { type CollectorFaults, createCollectorFaults } from '../../src/probe/collector-faults.ts'
import { createCollectorSet } from '../../src/probe/collector-set.ts'
import type { Control } from '../../src/probe/controls/control.ts'
import { type Probe, type ProbeOptions, startProbe } from '../../src/probe/probe.ts'
import type { ProbeStatusDocument } from '../../src/probe/status-file.ts'
import { eventually } from '../support/eventually.ts'
import { control as description } from '../support/reports/reports.ts'
import { targetsAt } from '../support/targets-at.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
let stateDir: string
let app: App | undefined
let probe: Probe | undefined

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'scope-probe-'))
})
afterEach(async () => {
  await probe?.stop()
  await app?.stop()
  probe = undefined
  app = undefined
  await rm(stateDir, { recursive: true, force: true })
})

const startAppHere = () =>
  startApp({ address: '127.0.0.1:0', stateDir, windowMs: 15_000, webRoot: tmpdir(), log })
const startProbeAt = (appUrls: string[], more: Partial<ProbeOptions> = {}) =>
  startProbe({
    targets: targetsAt(appUrls),
    stateDir,
    publishIntervalMs: 1000,
    procRoot: '/proc',
    ebpf: false,
    docker: false,
    log,
    ...more,
  })
const statusFile = () => join(stateDir, 'probe.status.json')
const readStatus = (): ProbeStatusDocument => JSON.parse(readFileSync(statusFile(), 'utf8'))

describe('a probe', () => {
  test('says which of its collectors are switched off, and by what', async () => {
    probe = await startProbeAt([], { conntrack: false, dns: false })
    const off = probe.status().filter(({ state }) => state === 'off')
    expect(off.map(({ id, mode, reason }) => [id, mode, reason])).toEqual([
      ['docker', 'off', 'switched off by --probe.docker=false'],
      ['names', 'off', 'switched off by --no-dns'],
      ['nat', 'off', 'switched off by --probe.conntrack=false'],
      ['weave', 'off', 'switched off by --weave=false'],
    ])
  })

  test.each([
    [undefined, { mode: 'on', state: 'ok', reason: 'allowed: container' }],
    [['host', 'process'] as const, { mode: 'on', state: 'ok', reason: 'allowed: host, process' }],
    [[], { mode: 'off', state: 'off', reason: 'switched off by --probe.controls=none' }],
  ])('says which controls it allows: %j', async (controls, expected) => {
    probe = await startProbeAt([], controls === undefined ? {} : { controls })
    expect(probe.status().find(({ id }) => id === 'control')).toMatchObject(expected)
  })

  test('shows this machine in an app, secrets apart', async () => {
    app = await startAppHere()
    const url = `http://127.0.0.1:${app.port}`
    const script = 'setInterval(() => {}, 1000)'
    const child = spawn(process.execPath, ['-e', script, '--', '--password', 'hunter2'])
    try {
      probe = await startProbeAt([url])
      const view = `${url}/api/topology/processes?unconnected=show&system=all`
      const text = await eventually('the process', async () => {
        const body = await (await fetch(view)).text()
        return body.includes(`;${child.pid}"`) ? body : undefined
      })
      expect(text).not.toContain('hunter2')
      const details = `${url}/api/topology/processes/${encodeURIComponent(idIn(text, child.pid))}?unconnected=show&system=all`
      const told = await (await fetch(details)).text()
      expect(told).toContain('--password •••')
      expect(told).not.toContain('hunter2')
    } finally {
      child.kill()
    }
  })

  test('tells no argument of any command line, if asked to', async () => {
    app = await startAppHere()
    const url = `http://127.0.0.1:${app.port}`
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', 'customers-2024'])
    try {
      probe = await startProbeAt([url], { omitCommandArguments: true })
      const query = '?unconnected=show&system=all'
      const id = await eventually('the process', async () => {
        const text = await (await fetch(`${url}/api/topology/processes${query}`)).text()
        return text.includes(`;${child.pid}"`) ? idIn(text, child.pid) : undefined
      })
      const path = `/api/topology/processes/${encodeURIComponent(id)}`
      const told = await (await fetch(`${url}${path}${query}`)).text()
      expect(told).toContain(process.execPath)
      expect(told).not.toContain('customers-2024')
      expect(told).not.toContain('setInterval')
    } finally {
      child.kill()
    }
  })

  test('says how it runs, also where no app is, and leaves nothing behind', async () => {
    probe = await startProbeAt(['http://127.0.0.1:9'])
    expect(probe.probeId).toMatch(/^[0-9a-f]{16}$/)
    expect(probe.status().map(({ id }) => id)).toEqual([
      'host',
      'process',
      'docker',
      'names',
      'nat',
      'weave',
      'connections',
      'control',
    ])
    const status = await eventually('the app away', () => {
      const document = existsSync(statusFile()) ? readStatus() : undefined
      return document?.apps[0]?.state === 'away' ? document : undefined
    })
    expect(status.pid).toBe(process.pid)
    expect(status.collectors.find(({ id }) => id === 'connections')).toMatchObject({ mode: 'proc' })
    expect(status.collectors.find(({ id }) => id === 'docker')).toMatchObject({ mode: 'off', state: 'off' })
    expect(status.apps).toMatchObject([
      {
        url: 'http://127.0.0.1:9',
        address: '127.0.0.1',
        origin: 'named',
        state: 'away',
        reason: expect.stringContaining('ECONNREFUSED'),
      },
    ])
    await probe.stop()
    probe = undefined
    expect(existsSync(statusFile())).toBe(false)
  })

  test('is the same probe after a restart', async () => {
    const first = await startProbeAt([])
    await first.stop()
    probe = await startProbeAt([])
    expect(probe.probeId).toBe(first.probeId)
  })
})

const idIn = (text: string, pid: number | undefined): string =>
  new RegExp(`"([^"]+;${pid})"`).exec(text)?.[1] ?? ''

const control = (id: string): Control => ({ ...description(id), run: async () => ({}) })

describe('a set of collectors', () => {
  const clock = { uptimeMs: () => 5, nowMs: () => 0 }
  let faults: CollectorFaults
  beforeEach(() => {
    faults = createCollectorFaults(clock, log)
  })
  const working = (id: string): Collector => ({
    id,
    start: async () => {},
    collect: () => ({
      nodes: [{ id, topology: 'process', name: id, facts: {}, parents: {}, controls: [] }],
      metrics: [],
      connections: [],
      addresses: [],
      status: { id, mode: 'test', state: 'ok', reason: '', sinceMs: 0, counters: {} },
    }),
    stop: async () => {},
  })
  const broken = (id: string, what: 'start' | 'collect' | 'stop'): Collector => ({
    ...working(id),
    [what]: () => {
      throw new Error('out of order')
    },
  })

  test.each(['start', 'collect'] as const)(
    'goes on without one that cannot %s, and tells why',
    async (what) => {
      const set = createCollectorSet([broken('a', what), working('b')], { clock, faults, log })
      await set.start(() => {})
      const [a, b] = set.collect(5)
      expect(a).toMatchObject({
        nodes: [],
        status: { id: 'a', state: 'degraded', reason: `failed to ${what}: out of order`, sinceMs: 5 },
      })
      expect(b?.nodes).toHaveLength(1)
      await set.stop()
    },
  )

  test('has what one tells as it is after the others have collected, in the order of all', () => {
    let name = 'bash'
    const connections: Collector = {
      ...working('b'),
      collect: (uptimeMs) => {
        name = 'client'
        return working('b').collect(uptimeMs)
      },
    }
    const processes: Collector = {
      ...working('a'),
      collectsLast: true,
      collect: (uptimeMs) => working(name).collect(uptimeMs),
    }
    const set = createCollectorSet([processes, connections, working('c')], { clock, faults, log })
    expect(set.collect(5).map(({ status }) => status.id)).toEqual(['client', 'b', 'c'])
  })

  test('tells what the beats of one fail to do, until they go well', async () => {
    const every = faults.everyOf('a', (_, job) => {
      beats.push(job)
      return () => {}
    })
    const beats: (() => void)[] = []
    let isBroken = true
    every(1000, () => {
      if (isBroken) throw new Error('out of order')
    })
    every(1000, () => {})
    const set = createCollectorSet([working('a'), working('b')], { clock, faults, log })
    await set.start(() => {})
    for (const beat of beats) beat()
    expect(set.collect(5).map(({ nodes, status }) => [nodes.length, status.state, status.reason])).toEqual([
      [1, 'degraded', 'failed to do its regular work: out of order'],
      [1, 'ok', ''],
    ])
    isBroken = false
    for (const beat of beats) beat()
    expect(set.status().map(({ state }) => state)).toEqual(['ok', 'ok'])
    await set.stop()
  })

  test.each<[string, () => Control[], string]>([
    [
      'throws',
      () => {
        throw new Error('out of order')
      },
      'out of order',
    ],
    [
      'describes one wrongly',
      () => [control('kill'), { ...control('stop'), icon: 'x'.repeat(2000) }],
      'icon',
    ],
  ])('has no controls of one that %s, and tells why', async (_, controls, reason) => {
    const offering = { ...working('b'), controls: () => [control('start')] }
    const set = createCollectorSet([{ ...working('a'), controls }, working('c'), offering], {
      clock,
      faults,
      log,
    })
    await set.start(() => {})
    expect(set.controls().map(({ id }) => id)).toEqual(['start'])
    const [a, , b] = set.status()
    expect(a).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('failed to offer controls'),
    })
    expect(a?.reason).toContain(reason)
    expect(b?.state).toBe('ok')
    expect(set.collect(5).map(({ nodes }) => nodes.length)).toEqual([1, 1, 1])
  })

  test('has each control once, and none of one that did not start', async () => {
    const [first, second, unstarted] = [control('start'), control('start'), control('stop')]
    const set = createCollectorSet(
      [
        { ...working('a'), controls: () => [first, control('kill')] },
        { ...working('b'), controls: () => [second] },
        { ...broken('c', 'start'), controls: () => [unstarted] },
      ],
      { clock, faults, log },
    )
    await set.start(() => {})
    expect(set.controls().map(({ id }) => id)).toEqual(['start', 'kill'])
    expect(set.controls()[0]).toBe(first)
  })

  test('stops all, whatever one of them does', async () => {
    let stopped = false
    const last: Collector = {
      ...working('b'),
      stop: async () => {
        stopped = true
      },
    }
    const set = createCollectorSet([broken('a', 'stop'), last], { clock, faults, log })
    await set.stop()
    expect(stopped).toBe(true)
  })

  test('does not wait for ever for one to start', async () => {
    const stuck: Collector = { ...working('a'), start: () => new Promise(() => {}) }
    const set = createCollectorSet([stuck, working('b')], { clock, faults, log, startTimeoutMs: 50 })
    await set.start(() => {})
    expect(set.collect(5)).toHaveLength(2)
  })
})
