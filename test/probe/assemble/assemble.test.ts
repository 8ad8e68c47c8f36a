import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createAssembler } from '../../../src/probe/assemble/assemble.ts'
import type { FitLimits } from '../../../src/probe/assemble/fitter.ts'
import type { Contribution } from '../../../src/probe/collector.ts'
import type { ControlDescription } from '../../../src/report/control/control.ts'
import { decodeReport } from '../../../src/report/encoding/decoding.ts'
import { encodeReport } from '../../../src/report/encoding/encoding.ts'
import { facts, metrics as metricIds } from '../../../src/report/facts.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { type ConnectionRecord, PROTOCOL, type Report, type ReportNode } from '../../../src/report/schema.ts'
import { control } from '../../support/reports/reports.ts'

const envelope: Report['envelope'] = {
  protocol: PROTOCOL,
  probeId: '0123456789abcdef',
  epoch: 'fedcba9876543210',
  seq: 1,
  base: null,
  uptimeMs: 5000,
  intervalMs: 1000,
}

const contribution = (id: string, more: Partial<Contribution> = {}): Contribution => ({
  nodes: [],
  metrics: [],
  connections: [],
  addresses: [],
  status: { id, mode: 'test', state: 'ok', reason: '', sinceMs: 0, counters: {} },
  ...more,
})

const node = (
  id: string,
  topology: ReportNode['topology'] = 'process',
  more: Partial<ReportNode> = {},
): ReportNode => ({
  id,
  topology,
  name: id,
  facts: {},
  parents: {},
  controls: [],
  ...more,
})

const record = (id: string, client: string, more: Partial<ConnectionRecord> = {}): ConnectionRecord => ({
  id,
  client,
  server: 'server',
  serverAddress: ';10.0.0.1',
  serverPort: 80,
  sinceMs: 0,
  lastMs: 0,
  open: 0,
  opened: 0,
  closed: 0,
  failed: 0,
  abandoned: 0,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  ...more,
})

const address = { id: ';10.0.0.1', ip: '10.0.0.1', scope: 'global' as const }

const assemble = (contributions: Contribution[], limits: Partial<FitLimits> = {}) =>
  createAssembler({ ...defaultLimits, ...limits })({
    envelope,
    host: { id: 'here', name: 'here' },
    probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
    contributions,
  })

const ids = (entities: readonly { readonly id: string }[]) => entities.map(({ id }) => id)

describe('a report', () => {
  test('tells what one collector knows of a node of another, within the limits', () => {
    const knows = contribution('connections', {
      facts: new Map([['server', { [facts.listeningAddresses]: ['0.0.0.0:80'], note: 'x'.repeat(9000) }]]),
    })
    const { nodes } = assemble([contribution('process', { nodes: [node('server')] }), knows])
    expect(nodes[0]?.facts[facts.listeningAddresses]).toEqual(['0.0.0.0:80'])
    expect(nodes[0]?.facts.note).toHaveLength(defaultLimits.valueLength)
  })

  test('has what all collectors tell, in their order, with the host as parent', () => {
    const report = assemble([
      contribution('host', { nodes: [node('here;<host>', 'host')] }),
      contribution('process', {
        nodes: [node('a'), node('b', 'process', { parents: { container: ['c'] } })],
      }),
      contribution('docker', { nodes: [node('c', 'container', { parents: { host: [] } })] }),
    ])
    expect(Object.fromEntries(report.nodes.map(({ id, parents }) => [id, parents]))).toEqual({
      'here;<host>': {},
      a: { host: ['here;<host>'] },
      b: { host: ['here;<host>'], container: ['c'] },
      c: {},
    })
    expect(ids(report.status)).toEqual(['host', 'process', 'docker'])
    expect(report.omitted).toEqual({ nodes: 0, metrics: 0, connections: 0, addresses: 0, listeners: 0 })
  })

  test('has each id once; what collectors know of an address is put together', () => {
    const report = assemble([
      contribution('a', {
        nodes: [node('x', 'process', { name: 'first' })],
        addresses: [{ ...address, owners: ['h'] }],
      }),
      contribution('b', {
        nodes: [node('x', 'process', { name: 'second' })],
        addresses: [{ ...address, owners: ['h', 'c'], names: ['db'] }],
      }),
    ])
    expect(report.nodes.map(({ name }) => name)).toEqual(['first'])
    expect(report.addresses).toEqual([{ ...address, owners: ['h', 'c'], names: ['db'] }])
  })

  test('names nothing that is not in it', () => {
    const report = assemble([
      contribution('a', {
        nodes: [node('server'), node('client'), node('box', 'container'), node('image', 'container_image')],
        addresses: [address],
        connections: [
          record('whole', 'client'),
          record('no node', 'gone'),
          record('a container, of a probe that tells of no processes', 'box'),
          record('an image', 'image'),
          record('no address', 'client', { serverAddress: ';1.1.1.1' }),
        ],
        metrics: [{ node: 'gone', id: 'm', samples: [] }],
      }),
    ])
    expect(ids(report.connections)).toEqual(['whole', 'a container, of a probe that tells of no processes'])
    expect(report.metrics).toEqual([])
    expect(report.omitted).toMatchObject({ connections: 3, metrics: 1 })
  })

  test('gives a node that stayed the same as the same object', () => {
    const make = createAssembler(defaultLimits)
    const parts = {
      envelope,
      host: { id: 'here', name: 'here' },
      probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
      contributions: [contribution('a', { nodes: [node('a')] })],
    }
    expect(make(parts).nodes[0]).toBe(make(parts).nodes[0])
  })
})

describe('one report after the other', () => {
  /** As collectors make it: connections, addresses and status anew each time, nodes not. */
  const nodes = [node('server'), node('client'), node('other')]
  const listening = new Map([['server', { [facts.listeningAddresses]: ['0.0.0.0:80'] }]])
  const next = (more: { nodes?: ReportNode[]; opened?: number; events?: number } = {}) => [
    contribution('process', { nodes: more.nodes ?? nodes }),
    contribution('connections', {
      facts: listening,
      addresses: [{ ...address, names: ['db'] }],
      connections: [record('a', 'client', { opened: more.opened ?? 1 }), record('b', 'other')],
      status: {
        ...contribution('connections').status,
        counters: { events: more.events ?? 0 },
      },
    }),
  ]
  const make = () => {
    const assembleNext = createAssembler(defaultLimits)
    const [host, probe] = [
      { id: 'here', name: 'here' },
      { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
    ]
    return (contributions: Contribution[]) => assembleNext({ envelope, host, probe, contributions })
  }

  test('shares all of which nothing changed', () => {
    const assembleNext = make()
    const [first, second] = [assembleNext(next()), assembleNext(next())]
    for (const section of ['nodes', 'connections', 'addresses', 'status'] as const)
      expect(second[section]).toBe(first[section])
  })

  test('differs in just the entities that changed', () => {
    const assembleNext = make()
    const first = assembleNext(next())
    const second = assembleNext(next({ opened: 2, events: 5 }))
    expect(second.nodes).toBe(first.nodes)
    expect(second.connections.map((one, i) => one === first.connections[i])).toEqual([false, true])
    expect(second.connections[0]?.opened).toBe(2)
    expect(second.status.map((one, i) => one === first.status[i])).toEqual([true, false])
    const third = assembleNext(next({ nodes: [...nodes.slice(0, 2), node('other'), node('new')] }))
    expect(third.nodes.map((one, i) => one === first.nodes[i])).toEqual([true, true, false, false])
  })

  test('takes facts that changed, of nodes that did not', () => {
    const assembleNext = make()
    const first = assembleNext(next())
    const contributions = next()
    const moved = { ...(contributions[1] as Contribution), facts: new Map([['server', { note: 'moved' }]]) }
    const second = assembleNext([contributions[0] as Contribution, moved])
    expect(second.nodes.map((one, i) => one === first.nodes[i])).toEqual([false, true, true])
    expect(second.nodes[0]?.facts).toEqual({ note: 'moved' })
  })
})

describe('limits', () => {
  test('leave the connections that fail and are busy, and their processes', () => {
    const clients = Array.from({ length: 20 }, (_, i) => `client${i}`)
    const report = assemble(
      [
        contribution('host', { nodes: [node('here;<host>', 'host')] }),
        contribution('process', { nodes: [...clients.map((id) => node(id)), node('server'), node('idle')] }),
        contribution('connections', {
          addresses: [address],
          connections: clients.map((client, i) =>
            record(`r${i}`, client, {
              failed: i === 3 ? 1 : 0,
              open: i === 7 ? 1 : 0,
              opened: i === 11 ? 100 : i === 12 ? 50 : 1,
            }),
          ),
        }),
      ],
      { nodes: 6, connections: 10 },
    )
    expect(ids(report.connections)).toEqual(['r3', 'r7', 'r11', 'r12'])
    expect(new Set(ids(report.nodes))).toEqual(
      new Set(['here;<host>', 'server', 'client3', 'client7', 'client11', 'client12']),
    )
    expect(report.omitted).toMatchObject({ nodes: 17, connections: 16 })
  })

  test('take of connections that rest the longest first, and those that go on before them last', () => {
    const MINUTE = 60_000
    const report = assemble(
      [
        contribution('process', { nodes: [node('client'), node('server')] }),
        contribution('connections', {
          addresses: [address],
          connections: [
            record('rests 5 min, failed', 'client', { lastMs: 5 * MINUTE, failed: 9, opened: 900 }),
            record('rests 1 min', 'client', { lastMs: 9 * MINUTE, opened: 5 }),
            record('rests 9 min', 'client', { lastMs: MINUTE, opened: 5000 }),
            record('open and idle', 'client', { lastMs: 0, open: 1 }),
            record('just now', 'client', { lastMs: 10 * MINUTE, opened: 1 }),
          ],
        }),
      ],
      { connections: 3 },
    )
    expect(ids(report.connections)).toEqual(['open and idle', 'just now', 'rests 1 min'])
    expect(report.omitted).toMatchObject({ connections: 2 })
  })

  test('leave hosts and running containers, then busy processes', () => {
    const cpu = (id: string, value: number) => ({
      node: id,
      id: metricIds.processCpu,
      samples: [[0, value]] as [number, number][],
    })
    const state = (value: string) => ({ facts: { [facts.containerState]: value } })
    const report = assemble(
      [
        contribution('a', {
          nodes: [
            node('idle'),
            node('busy'),
            node('stopped', 'container', state('exited')),
            node('running', 'container', state('running')),
            node('here;<host>', 'host'),
          ],
          metrics: [cpu('idle', 1), cpu('busy', 90)],
        }),
      ],
      { nodes: 3 },
    )
    expect(ids(report.nodes)).toEqual(['here;<host>', 'running', 'busy'])
    expect(report.metrics.map((metric) => metric.node)).toEqual(['busy'])
    expect(report.omitted).toMatchObject({ nodes: 2, metrics: 1 })
  })

  test('cut texts, entries and samples, and drop what no report can say', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
    const report = assemble(
      [
        contribution('a', {
          nodes: [
            node('a', 'process', {
              name: 'n'.repeat(99),
              facts: {
                long: 'x'.repeat(99),
                half: `${'x'.repeat(19)}😀`,
                nan: Number.NaN,
                list: ['y'.repeat(99)],
              },
              labels: { ...many(9), ['__proto__']: 'x', '': 'x' },
              parents: { container: ['c', 'c'.repeat(99)] },
            }),
            node('i'.repeat(99)),
          ],
          metrics: [
            {
              node: 'a',
              id: 'm',
              max: Number.POSITIVE_INFINITY,
              samples: [
                [-1, 1],
                [3, Number.NaN],
                [2, 2],
                [1, 3],
              ],
            },
          ],
        }),
      ],
      { nameLength: 10, valueLength: 20, entriesPerNode: 4 },
    )
    expect(report.nodes).toEqual([
      {
        id: 'a',
        topology: 'process',
        name: 'n'.repeat(10),
        facts: { long: 'x'.repeat(20), half: `${'x'.repeat(19)}\ufffd`, list: ['y'.repeat(20)] },
        labels: { k0: 'v', k1: 'v', k2: 'v', k3: 'v' },
        parents: { container: ['c'] },
        controls: [],
      },
    ])
    expect(report.metrics).toEqual([
      {
        node: 'a',
        id: 'm',
        samples: [
          [2, 2],
          [1, 3],
        ],
      },
    ])
    expect(report.omitted.nodes).toBe(1)
  })

  test('hold whatever comes, so that the app takes it', async () => {
    const processes = Array.from({ length: 300 }, (_, i) =>
      node(`p${i}`, 'process', { name: 'é'.repeat(i * 10) }),
    )
    const limits = { ...defaultLimits, nodes: 100, metrics: 50, connections: 80, addresses: 60 }
    const report = assemble(
      [
        contribution('a', {
          nodes: [node('here;<host>', 'host'), node('server'), ...processes, ...processes],
          metrics: processes.map(({ id }) => ({
            node: id,
            id: 'm',
            samples: Array.from({ length: 900 }, () => [1, 1] as [number, number]),
          })),
          addresses: processes.map((_, i) => ({
            id: `;10.0.1.${i % 250}`,
            ip: `10.0.1.${i % 250}`,
            scope: 'global' as const,
          })),
          connections: processes.map(({ id }, i) =>
            record(`r${i}`, id, { serverAddress: `;10.0.1.${i % 250}` }),
          ),
        }),
      ],
      limits,
    )
    const decoded = decodeReport(gunzipSync(await encodeReport(report)), limits)
    expect(decoded.nodes).toHaveLength(100)
    expect(decoded.connections.length).toBeGreaterThan(0)
    expect(decoded.omitted.nodes).toBe(202)
  })
})

test('a connection goes with what it names, and comes back with it', () => {
  const make = createAssembler(defaultLimits)
  const [host, probe] = [
    { id: 'here', name: 'here' },
    { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
  ]
  const nodes = [node('server'), node('client'), node('other')]
  const told = (who: ReportNode[], addresses = [address]) =>
    ids(
      make({
        ...{ envelope, host, probe },
        contributions: [
          contribution('process', { nodes: who }),
          contribution('connections', {
            addresses,
            connections: [record('a', 'client'), record('b', 'other')],
          }),
        ],
      }).connections,
    )
  expect(told(nodes)).toEqual(['a', 'b'])
  expect(told(nodes)).toEqual(['a', 'b'])
  expect(told(nodes.slice(0, 2))).toEqual(['a'])
  expect(told(nodes)).toEqual(['a', 'b'])
  expect(told(nodes, [])).toEqual([])
  expect(told(nodes)).toEqual(['a', 'b'])
})

describe('the controls of a report', () => {
  const kill = control('kill', { kind: 'process' })
  const stop = control('stop')
  const container = (id: string, controls: string[]) => node(id, 'container', { controls })
  const process = (pid: number, parents: ReportNode['parents'] = {}) =>
    node(`here;${pid}`, 'process', { parents, controls: ['kill'] })

  const making = () => {
    const make = createAssembler(defaultLimits)
    return (nodes: ReportNode[], controls: ControlDescription[], scopePids: number[] = []) =>
      make({
        envelope,
        host: { id: 'here', name: 'here' },
        probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
        contributions: [contribution('all', { nodes })],
        offer: { controls, scopePids },
      })
  }
  const offered = ({ nodes }: Report) => Object.fromEntries(nodes.map(({ id, controls }) => [id, controls]))

  test('are those that are allowed, and nodes offer no others', () => {
    const report = making()(
      [container('web', ['stop', 'kill', 'start', 'stop']), process(7), node('image', 'container_image')],
      [stop],
    )
    expect(report.controls).toEqual([stop])
    expect(offered(report)).toEqual({ web: ['stop'], 'here;7': [], image: [] })
    expect(making()([container('web', ['stop'])], []).controls).toEqual([])
  })

  test('are not offered on Scope itself', () => {
    const nodes = [
      process(7, { container: ['own'] }),
      process(8),
      container('own', ['stop']),
      container('other', ['stop']),
    ]
    const report = making()(nodes, [stop, kill], [7])
    expect(offered(report)).toEqual({ 'here;7': [], 'here;8': ['kill'], own: [], other: ['stop'] })
  })

  test('are taken from the container of Scope as soon as that is known to be it', () => {
    const make = making()
    const own = container('own', ['stop'])
    expect(offered(make([own], [stop, kill], [7]))).toEqual({ own: ['stop'] })
    const inside = process(7, { container: ['own'] })
    expect(offered(make([own, inside], [stop, kill], [7]))).toEqual({ own: [], 'here;7': [] })
    const moved = process(7)
    expect(offered(make([own, moved], [stop, kill], [8]))).toEqual({ own: ['stop'], 'here;7': ['kill'] })
  })

  test('leave a node the same object while it does not change, and the sections', () => {
    const make = making()
    const nodes = [container('web', ['stop', 'start']), process(7), process(8)]
    const first = make(nodes, [stop, kill], [7])
    const second = make([...nodes], [{ ...stop }, { ...kill }], [7])
    expect(second.nodes).toBe(first.nodes)
    expect(second.controls).toBe(first.controls)
    const third = make([...nodes, process(9)], [stop, kill], [7])
    expect(third.nodes.slice(0, 3).map((one, i) => one === first.nodes[i])).toEqual([true, true, true])
  })

  test('pass the checks of an app', async () => {
    const report = making()([container('web', ['stop', 'kill']), process(7)], [stop, kill])
    expect(decodeReport(gunzipSync(await encodeReport(report)))).toEqual(report)
  })
})

describe('texts that are cut', () => {
  const long = node('p1', 'process', {
    name: 'n'.repeat(30),
    facts: { short: 'x', long: 'v'.repeat(60), list: ['a', 'b'.repeat(60)] },
    labels: { a: 'l'.repeat(60), b: 'x', c: 'one label too many' },
  })
  const limits = { ...defaultLimits, nameLength: 20, valueLength: 50, entriesPerNode: 3 }
  const reportOf = (more: Partial<FitLimits>, nodes = [long, node('p2', 'process')]) =>
    assemble([contribution('process', { nodes })], { ...limits, ...more })

  test('are counted for an app that takes the number', () => {
    const { nodes, omitted } = reportOf({ tellsCutTexts: true, entriesPerNode: 2 })
    expect(nodes.find(({ id }) => id === 'p1')).toMatchObject({
      name: 'n'.repeat(20),
      facts: { long: 'v'.repeat(50) },
      labels: { a: 'l'.repeat(50), b: 'x' },
    })
    // The name, a fact, a label; one fact and one label are left out.
    expect(omitted).toMatchObject({ nodes: 0, texts: 5 })
    expect(reportOf({ tellsCutTexts: true }, [node('p2', 'process')]).omitted.texts).toBe(0)
  })

  test('are not told to an app of an earlier version', () => {
    expect(reportOf({}).omitted).not.toHaveProperty('texts')
  })
})

describe('what was added to a record', () => {
  const records = [
    record('grown', 'client', { sinceMs: 100, absorbed: { beganMs: 500, records: ['c1', 'c2'] } }),
    record('other', 'client', { sinceMs: 300 }),
  ]
  const contributions = (connections = records) => [
    contribution('process', { nodes: [node('client'), node('server')] }),
    contribution('connections', { addresses: [address], connections }),
  ]

  test('is told to an app that takes it', async () => {
    const report = assemble(contributions(), { tellsAbsorbed: true })
    expect(report.connections).toEqual(records)
    expect(decodeReport(gunzipSync(await encodeReport(report)))).toEqual(report)
  })

  test('is not told to an app of an earlier version, which finds the record by the first `sinceMs`', () => {
    const make = createAssembler(defaultLimits)
    const parts = {
      envelope,
      host: { id: 'here', name: 'here' },
      probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
    }
    const first = make({ ...parts, contributions: contributions() })
    expect(first.connections).toEqual([record('grown', 'client', { sinceMs: 500 }), records[1]])
    const more = [...records, record('more', 'client')]
    const second = make({ ...parts, contributions: contributions(more) })
    for (const [i, one] of first.connections.entries()) expect(second.connections[i]).toBe(one)
    expect(make({ ...parts, contributions: contributions(more) }).connections).toBe(second.connections)
  })
})
