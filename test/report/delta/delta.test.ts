import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkConsistency } from '../../../src/report/consistency.ts'
import { applyDelta } from '../../../src/report/delta/apply-delta.ts'
import type { ReportDelta } from '../../../src/report/delta/delta-schema.ts'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import { decodeMessage } from '../../../src/report/encoding/decoding.ts'
import { encodeMessage } from '../../../src/report/encoding/encoding.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import type { Metric, Report } from '../../../src/report/schema.ts'
import { clientHalf, control, hostNode, pair, processNode, report } from '../../support/reports/reports.ts'

const PIDS = [1, 2, 3, 4, 5]
const REMOTES = ['8.8.8.8', '1.1.1.1', '9.9.9.9']

/** The state of a small host at a moment: what runs, in which version, and who talks to whom. */
const momentArbitrary = fc.record({
  processes: fc.dictionary(fc.constantFrom(...PIDS.map(String)), fc.nat(2)),
  connections: fc.array(
    fc.record({
      from: fc.constantFrom(...PIDS),
      to: fc.constantFrom(...PIDS, ...REMOTES),
      opened: fc.nat(3),
    }),
    { maxLength: 6 },
  ),
  mode: fc.constantFrom('ebpf', 'proc', 'off'),
  /** Controls by id, each with the label that it has; every process offers all of them. */
  controls: fc.dictionary(fc.constantFrom('kill', 'stop', 'trace'), fc.constantFrom('A', 'B')),
  /** Of each process, whether a sample was taken since the moment before. */
  sampled: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  afterMs: fc.integer({ min: 100, max: 2000 }),
})

type Moment = typeof momentArbitrary extends fc.Arbitrary<infer T> ? T : never

const connectionsOf = ({ processes, connections }: Moment) => {
  const records = connections.flatMap(({ from, to, opened }) => {
    if (processes[from] === undefined) return []
    if (typeof to === 'string')
      return [
        clientHalf(`alpha;${from}`, {
          clientAddress: ';10.0.0.1',
          serverAddress: `;${to}`,
          port: 53,
          opened,
        }),
      ]
    return processes[to] === undefined ? [] : [pair(`alpha;${from}`, `alpha;${to}`, 80, { opened })]
  })
  return [...new Map(records.map((record) => [record.id, record])).values()]
}

/** Keeps what did not change as the same object, as a probe does. */
const keepAlike = <Entity extends { readonly id: string }>(
  before: readonly Entity[] | undefined,
  now: readonly Entity[],
): Entity[] =>
  now.map((entity) => {
    const known = before?.find(({ id }) => id === entity.id)
    return known !== undefined && JSON.stringify(known) === JSON.stringify(entity) ? known : entity
  })

/** Whole reports of one epoch, one after the other. */
const historyOf = (moments: readonly Moment[]): Report[] => {
  const reports: Report[] = []
  const samples = new Map<string, [atMs: number, value: number][]>()
  let uptimeMs = 1000
  for (const [index, moment] of moments.entries()) {
    uptimeMs += moment.afterMs
    const before = reports.at(-1)
    const nodes = Object.entries(moment.processes).map(([pid, version]) => ({
      ...processNode('alpha', Number(pid), { name: `v${version}` }),
      controls: Object.keys(moment.controls),
    }))
    for (const { id } of nodes) {
      const isNew = !before?.nodes.some((node) => node.id === id)
      if (isNew) samples.delete(id)
      if (isNew || moment.sampled[Number(id.at(-1)) - 1])
        samples.set(id, [...(samples.get(id) ?? []), [uptimeMs - 50, index]])
    }
    const next = report({
      seq: index + 1,
      uptimeMs,
      nodes,
      metrics: nodes.map(
        ({ id }): Metric => ({
          node: id,
          id: 'cpu',
          samples: (samples.get(id) ?? []).map(([atMs, value]) => [uptimeMs - atMs, value]),
        }),
      ),
      connections: connectionsOf(moment),
      controls: Object.entries(moment.controls).map(([id, label]) => control(id, { kind: 'process', label })),
      status: [{ id: 'connections', mode: moment.mode, state: 'ok', reason: '', sinceMs: 0, counters: {} }],
    })
    reports.push({
      ...next,
      nodes: keepAlike(before?.nodes, next.nodes),
      connections: keepAlike(before?.connections, next.connections),
      addresses: keepAlike(before?.addresses, next.addresses),
      status: keepAlike(before?.status, next.status),
      controls: keepAlike(before?.controls, next.controls),
    })
  }
  return reports
}

const byId = <Entity extends { readonly id: string }>(entities: readonly Entity[]): Entity[] =>
  entities.toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** Without order, and of each metric the newest sample. */
const comparable = (of: Report) => ({
  ...of,
  nodes: byId(of.nodes),
  connections: byId(of.connections),
  addresses: byId(of.addresses),
  controls: byId(of.controls),
  metrics: of.metrics
    .map(({ node, id, samples }) => ({ id: `${node} ${id}`, newest: samples.at(-1) }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
})

/** As it arrives: every object new. */
const sent = async (delta: ReportDelta): Promise<ReportDelta> => {
  const { body, coding } = await encodeMessage(delta)
  return decodeMessage(coding === 'gzip' ? gunzipSync(body) : body) as ReportDelta
}

describe('what changed', () => {
  it('applied to the base is the next report, and what did not change is the same object', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(momentArbitrary, { minLength: 2, maxLength: 6 }), async (moments) => {
        const [first, ...others] = historyOf(moments) as [Report, ...Report[]]
        let held = first
        let made = first
        for (const next of others) {
          const delta = makeDelta(made, next)
          const applied = applyDelta(held, await sent(delta))
          expect(comparable(applied)).toEqual(comparable(next))
          checkConsistency(applied)
          for (const section of ['nodes', 'connections', 'addresses', 'status', 'controls'] as const) {
            const before = new Map(held[section].map((entity) => [entity.id, entity]))
            const changed = new Set(delta[section].map(({ id }) => id))
            for (const entity of applied[section])
              if (!changed.has(entity.id)) expect(entity).toBe(before.get(entity.id))
            if (changed.size + delta.removed[section].length === 0)
              expect(applied[section]).toBe(held[section])
          }
          held = applied
          made = next
        }
      }),
      { numRuns: 200 },
    )
  })

  it('tells no sample twice but those of the very moment, and all of what is new', () => {
    const at = (uptimeMs: number, samples: Metric['samples'], pids = [1]) =>
      report({
        uptimeMs,
        nodes: pids.map((pid) => processNode('alpha', pid)),
        metrics: pids.map((pid) => ({ node: `alpha;${pid}`, id: 'cpu', samples })),
      })
    const base = at(10_000, [[0, 1]])
    const of = (next: Report) =>
      makeDelta(base, { ...next, nodes: [...base.nodes, ...next.nodes.slice(base.nodes.length)] }).metrics
    const next = at(11_000, [
      [1500, 0],
      [1000, 1],
      [0, 2],
    ])
    expect(of(next).map(({ samples }) => samples)).toEqual([
      [
        [1000, 1],
        [0, 2],
      ],
    ])
    expect(of(at(11_000, [[1500, 1]]))).toEqual([])
    expect(of(at(11_000, [[1500, 1]], [1, 2])).map(({ node }) => node)).toEqual(['alpha;2'])
  })

  it('is small when nothing changed, and not compressed then', async () => {
    const base = report({ nodes: Array.from({ length: 100 }, (_, pid) => processNode('alpha', pid)) })
    const { body, coding } = await encodeMessage(makeDelta(base, { ...base }))
    expect(coding).toBeUndefined()
    expect(body.length).toBeLessThan(600)
  })
})

describe('a delta that is applied', () => {
  const base = report({
    nodes: [processNode('alpha', 1), { ...processNode('alpha', 2), controls: ['kill'] }],
    controls: [control('kill', { kind: 'process' })],
    metrics: [
      {
        node: 'alpha;1',
        id: 'cpu',
        max: 100,
        samples: [
          [500, 1],
          [100, 2],
        ],
      },
      { node: 'alpha;2', id: 'cpu', samples: [[29_000, 7]] },
    ],
    connections: [pair('alpha;1', 'alpha;2', 80)],
  })
  const same = makeDelta(base, {
    ...base,
    metrics: [],
    envelope: { ...base.envelope, seq: 2, uptimeMs: base.envelope.uptimeMs + 1000 },
  })
  const [connection] = base.connections
  const nothing = same.removed

  it('lets metrics age, down to their newest sample, and go when they are old', () => {
    expect(applyDelta(base, same).metrics).toEqual([
      { node: 'alpha;1', id: 'cpu', max: 100, samples: [[1100, 2]] },
      { node: 'alpha;2', id: 'cpu', samples: [[30_000, 7]] },
    ])
    const later = { ...same, envelope: { ...same.envelope, uptimeMs: same.envelope.uptimeMs + 1 } }
    expect(applyDelta(base, later).metrics.map(({ node }) => node)).toEqual(['alpha;1'])
    const slow = { ...later, envelope: { ...later.envelope, intervalMs: 60_000 } }
    expect(applyDelta(base, slow).metrics).toHaveLength(2)
  })

  it('takes metrics in whatever order they are told', () => {
    const metrics = [1, 2].map(
      (pid): Metric => ({ node: `alpha;${pid}`, id: 'cpu', max: 100, samples: [[0, pid]] }),
    )
    for (const told of [metrics, metrics.toReversed()])
      expect(applyDelta(base, { ...same, metrics: told }).metrics).toEqual(metrics)
  })

  it('takes the metrics of a node with it', () => {
    const delta = {
      ...same,
      removed: { ...nothing, nodes: ['alpha;2'], connections: [connection?.id ?? ''] },
    }
    expect(applyDelta(base, delta).metrics.map(({ node }) => node)).toEqual(['alpha;1'])
  })

  it('keeps to the limit of metrics without a word', () => {
    const metrics: Metric[] = [{ node: 'alpha;1', id: 'memory', samples: [[0, 1]] }]
    const limits = { ...defaultLimits, metrics: 2 }
    expect(applyDelta(base, { ...same, metrics }, limits).metrics.map(({ id }) => id)).toEqual(['cpu', 'cpu'])
  })

  it.each<[string, Partial<ReportDelta>, string, string]>([
    [
      'removes a process that talks',
      { removed: { ...nothing, nodes: ['alpha;2'] } },
      'unknown_node',
      'connections[0].server',
    ],
    [
      'removes an address in use',
      { removed: { ...nothing, addresses: base.addresses.map(({ id }) => id) } },
      'unknown_address',
      'connections[0].serverAddress',
    ],
    [
      'makes an image of a process that talks',
      { nodes: [{ ...hostNode('alpha'), id: 'alpha;1', topology: 'container_image' }] },
      'unknown_node',
      'connections[0].client',
    ],
    [
      'connects a stranger',
      { connections: [pair('alpha;9', 'alpha;2', 80)] },
      'unknown_node',
      'connections[0].client',
    ],
    [
      'measures a stranger',
      { metrics: [{ node: 'alpha;9', id: 'cpu', samples: [] }] },
      'unknown_node',
      'metrics[0].node',
    ],
    [
      'measures a process that it removes',
      {
        removed: { ...nothing, nodes: ['alpha;2'], connections: [connection?.id ?? ''] },
        metrics: [{ node: 'alpha;2', id: 'cpu', samples: [[0, 1]] }],
      },
      'unknown_node',
      'metrics[0].node',
    ],
    [
      'measures the same twice',
      { metrics: [1, 2].map((value): Metric => ({ node: 'alpha;1', id: 'cpu', samples: [[0, value]] })) },
      'duplicate_id',
      'metrics[1].id',
    ],
    [
      'removes what is not there',
      { removed: { ...nothing, connections: ['c9'] } },
      'unknown_id',
      'removed.connections[0]',
    ],
  ])('is refused when it %s', (_name, change, code, field) => {
    expect(() => applyDelta(base, { ...same, ...change })).toThrow(
      expect.objectContaining({ name: 'ReportError', status: 400, code, field }),
    )
  })

  it.each<[string, Partial<ReportDelta>, string, string]>([
    [
      'removes a control that is offered',
      { removed: { ...nothing, controls: ['kill'] } },
      'unknown_control',
      'nodes[2].controls[0]',
    ],
    [
      'makes a control of containers of one that a process offers',
      { controls: [control('kill')] },
      'wrong_control',
      'nodes[2].controls[0]',
    ],
    [
      'offers what is not described',
      { nodes: [{ ...processNode('alpha', 1), controls: ['stop'] }] },
      'unknown_control',
      'nodes[0].controls[0]',
    ],
  ])('is refused when it %s', (_name, change, code, field) => {
    expect(() => applyDelta(base, { ...same, ...change })).toThrow(
      expect.objectContaining({ name: 'ReportError', status: 400, code, field }),
    )
  })

  it('may bring a control together with the node that offers it', () => {
    const node = { ...processNode('alpha', 1), controls: ['stop'] }
    const stop = control('stop', { kind: 'process' })
    const { nodes, controls } = applyDelta(base, { ...same, nodes: [node], controls: [stop] })
    expect(nodes.map((one) => one.controls)).toEqual([[], ['stop'], ['kill']])
    expect(controls.map(({ id }) => id)).toEqual(['kill', 'stop'])
  })

  it('is refused when it brings more controls than a probe has', () => {
    const controls = Array.from({ length: 64 }, (_, i) => control(`c${i}`))
    expect(() => applyDelta(base, { ...same, controls })).toThrow(
      expect.objectContaining({ status: 413, code: 'too_many', field: 'controls' }),
    )
  })

  it('is refused when it grows beyond a limit', () => {
    const limits = { ...defaultLimits, nodes: 3 }
    const delta = { ...same, nodes: [processNode('alpha', 2, { name: 'other' })] }
    expect(applyDelta(base, delta, limits).nodes).toHaveLength(3)
    expect(() => applyDelta(base, { ...same, nodes: [processNode('alpha', 3)] }, limits)).toThrow(
      expect.objectContaining({ status: 413, code: 'too_many', field: 'nodes' }),
    )
  })
})
