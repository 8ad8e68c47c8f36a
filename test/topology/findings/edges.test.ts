import { describe, expect, it } from 'vitest'
import { bucketOf, type Histogram } from '../../../src/report/histogram.ts'
import type { ConnectionRecord } from '../../../src/report/schema.ts'
import type { EdgeRecords } from '../../../src/topology/edges/edge-records.ts'
import { address, clientHalf, containerNode, pair, processNode } from '../../support/reports/reports.ts'
import { type Scene, texts, timeline } from './timeline.ts'

const names = ['payments', 'fraud-check', 'mailer', 'web', 'cart', 'jobs']
const nodes = names.flatMap((name, i) => [
  containerNode('alpha', name),
  processNode('alpha', i + 1, { name, container: name }),
])
const call = (from: string, to: string, more: Partial<ConnectionRecord>) =>
  pair(`alpha;${names.indexOf(from) + 1}`, `alpha;${names.indexOf(to) + 1}`, 80, more)

describe('connections that fail', () => {
  const refused = (n: number, from = 'payments') =>
    call(from, 'fraud-check', { failed: n, refused: n, opened: 0, open: 0 })

  it('are told from the third on, with rate, beginning and edge, and for a moment after they have ended', () => {
    const { at } = timeline()
    const told = (second: number, n: number) => at(second, { alpha: { nodes, connections: [refused(n)] } })
    expect(texts(told(10, 5))).toEqual([])
    expect(texts(told(20, 7))).toEqual([])
    const found = told(22, 11)
    expect(texts(found)).toEqual(['fraud-check refuses 6/min from payments'])
    const [payments, server] = nodes.filter(({ topology }) => topology === 'container')
    expect(found).toMatchObject({
      total: 1,
      findings: [
        {
          kind: 'refused',
          severity: 'fail',
          perMinute: 6,
          since: '1970-01-01T00:00:20.000Z',
          nodes: [
            { label: 'payments', view: 'containers' },
            { label: 'fraud-check', view: 'containers' },
          ],
          edge: { source: payments?.id, target: server?.id, port: 80 },
        },
      ],
    })
    expect(texts(told(52, 11))).toEqual(['fraud-check refuses 6/min from payments'])
    expect(texts(told(53, 11))).toEqual(['(fraud-check refuses 6/min from payments)'])
    expect(texts(told(67, 11))).toEqual(['(fraud-check refuses 6/min from payments)'])
    expect(told(68, 11)).toEqual({ findings: [], total: 0 })
  })

  it('are told by the records of an edge since when they fail, as the finding does', () => {
    const { at, finder, since } = timeline()
    const told = (second: number, n: number) =>
      at(second, { alpha: { nodes, connections: [refused(n), call('web', 'cart', {})] } })
    const ids = (from: string, to: string) => [call(from, to, {}).id]
    const of = (from: string, to: string, part: EdgeRecords['part'] = 'alone') => since(ids(from, to), part)
    told(10, 5)
    told(20, 7)
    expect(of('payments', 'fraud-check')).toBeUndefined()
    const [finding] = told(22, 11).findings
    expect(of('payments', 'fraud-check')).toBe(Date.parse(finding?.since ?? ''))
    expect(of('payments', 'fraud-check', 'excludes')).toBeUndefined()
    expect(of('web', 'cart')).toBeUndefined()
    told(53, 11)
    expect(of('payments', 'fraud-check')).toBeUndefined()
    expect(finder.document.findings[0]?.ended).toBeDefined()
  })

  it('are told for each reason, worst first', () => {
    const { at } = timeline()
    const reasons = { refused: 3, timedOut: 4, unreachable: 5, outOfPorts: 6 }
    const record = (more: Partial<ConnectionRecord>) => call('payments', 'fraud-check', more)
    at(1, { alpha: { nodes, connections: [record({})] } })
    const found = at(2, { alpha: { nodes, connections: [record({ failed: 25, ...reasons })] } })
    expect(texts(found)).toEqual([
      'no local port left for 6/min from payments to fraud-check',
      'fraud-check refuses 3/min from payments',
      'no answer from fraud-check to 4/min from payments',
      'no route to fraud-check for 5/min from payments',
      'payments fails to connect to fraud-check, 7/min',
    ])
  })

  it('of many at one target are one finding, which stays one until it has ended', () => {
    const { at } = timeline()
    const clients = ['payments', 'mailer', 'web', 'cart']
    const told = (second: number, n: number, from = clients) =>
      at(second, {
        alpha: { nodes, connections: clients.map((name) => refused(from.includes(name) ? n : 0, name)) },
      })
    told(1, 0)
    told(2, 3, ['payments'])
    expect(texts(told(3, 3))).toEqual(['fraud-check refuses 12/min from cart and 3 others'])
    expect(texts(told(30, 9, ['payments']))).toEqual(['fraud-check refuses 18/min from cart and 3 others'])
    expect(texts(told(36, 9, ['payments']))).toEqual(['fraud-check refuses 9/min from payments'])
  })

  it('of two at one target are one finding that names both', () => {
    const { at } = timeline()
    const told = (n: number) => ['payments', 'mailer'].map((name) => refused(n, name))
    at(1, { alpha: { nodes, connections: told(0) } })
    const found = at(2, { alpha: { nodes, connections: told(3) } })
    expect(texts(found)).toEqual(['fraud-check refuses 6/min from mailer and payments'])
  })

  it('are not counted again of a record that took in another, nor when the probe is started again', () => {
    const { at } = timeline()
    const connections = [refused(50), { ...refused(70), id: 'other' }]
    at(1, { alpha: { nodes, connections } })
    const absorbed = { beganMs: 1000, records: ['other'] }
    const one = { ...refused(120), absorbed }
    expect(at(2, { alpha: { nodes, connections: [one] } }).total).toBe(0)
    const anew = { nodes, epoch: 'ffff000011112222', connections: [refused(300)] }
    expect(at(3, { alpha: anew }).total).toBe(0)
  })

  it('are not counted again of a record that comes back after reports without it, unless more failed', () => {
    const { at } = timeline()
    const comesBack = { ...refused(50), lastMs: 1000 }
    at(1, { alpha: { nodes, connections: [comesBack] } })
    at(30, { alpha: { nodes, connections: [] } })
    expect(at(31, { alpha: { nodes, connections: [comesBack] } }).total).toBe(0)
    const more = { ...refused(53), lastMs: 31_500 }
    expect(at(32, { alpha: { nodes, connections: [more] } }).total).toBe(1)
  })

  it('are nothing that an unverified probe can make up', () => {
    const { at } = timeline()
    at(1, { alpha: { nodes, verified: false, connections: [refused(0)] } })
    expect(at(2, { alpha: { nodes, verified: false, connections: [refused(90)] } }).total).toBe(0)
  })
})

describe('a host at which connections fail, and that gets another name', () => {
  const cron = processNode('alpha', 99, { name: 'cron' })
  const holding = (host: string): Scene => ({
    addresses: [address('10.0.0.9', { kind: 'global' }, { owners: [`${host};<host>`] })],
  })
  const at = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.9', port: 80, opened: 0, open: 0 }
  const failing = (process: string, refused: number): Scene => ({
    nodes: [...nodes, cron],
    connections: [clientHalf(process, { ...at, failed: refused, refused })],
  })

  /** Connections of a process to the host `ubuntu` have been refused three times. */
  const refusing = (process: string, hosts: Readonly<Record<string, Scene>>) => {
    const line = timeline()
    const same = Object.fromEntries(Object.keys(hosts).map((host) => [host, 'same' as const]))
    line.at(1, { alpha: failing(process, 0), ...hosts })
    return { line, same, found: line.at(2, { ...same, alpha: failing(process, 3) }) }
  }

  it.each([
    ['payments', 'alpha;1', 'containers'],
    ['cron', 'alpha;99', 'processes-by-name'],
  ])(
    'is called by that at once where %s calls it, also by who may not look it up now',
    (name, process, view) => {
      const { line, same, found } = refusing(process, { 'ubuntu~1a': holding('ubuntu~1a') })
      expect(texts(found)).toEqual([`ubuntu refuses 3/min from ${name}`])
      const renamed = line.at(7, { alpha: 'same', ...same, 'ubuntu~99': {} }, false)
      expect(texts(renamed)).toEqual([`ubuntu~1a refuses 3/min from ${name}`])
      expect(renamed.findings[0]?.nodes[1]).toEqual({
        ...found.findings[0]?.nodes[1],
        label: 'ubuntu~1a',
        view,
      })
      expect(renamed.findings[0]?.id).toBe(found.findings[0]?.id)
      // The other goes, and so this is the only one of its name again.
      expect(texts(line.at(12, { alpha: 'same', ...same }))).toContain(`ubuntu refuses 3/min from ${name}`)
    },
  )

  it.each(['alpha;1', 'alpha;99'])('is called by that also where the record of %s is gone', (process) => {
    const { line, same } = refusing(process, { 'ubuntu~1a': holding('ubuntu~1a') })
    line.at(3, { ...same, alpha: { nodes: [...nodes, cron], connections: [] } })
    const renamed = line.at(8, { alpha: 'same', ...same, 'ubuntu~99': {} })
    expect(texts(renamed)).toEqual([expect.stringMatching(/^ubuntu~1a refuses 3/)])
  })

  it.each(['alpha;1', 'alpha;99'])('is called so also when it is silent where %s calls it', (process) => {
    const { line, same } = refusing(process, { 'ubuntu~1a': holding('ubuntu~1a') })
    line.at(7, { alpha: 'same', ...same, 'ubuntu~99': {} }, false)
    // The other is the only one of its name then, and so it is called ubuntu.
    const silent = line.at(8, { alpha: 'same', 'ubuntu~99': 'same' }, false)
    expect(texts(silent)).toContainEqual(expect.stringMatching(/^ubuntu~1a refuses 3/))
  })

  it('is called by that where it is one of two that hold the address', () => {
    const hosts = { 'ubuntu~1a': holding('ubuntu~1a'), zeta: holding('zeta') }
    const { line, same, found } = refusing('alpha;99', hosts)
    expect(texts(found)).toEqual(['ubuntu or zeta refuses 3/min from cron'])
    const renamed = line.at(7, { alpha: 'same', ...same, 'ubuntu~99': {} })
    expect(texts(renamed)).toEqual(['ubuntu~1a or zeta refuses 3/min from cron'])
    // What a host that is silent was called last is all that is known of it.
    const silent = line.at(8, { alpha: 'same', 'ubuntu~1a': 'same' })
    expect(texts(silent)).toContain('ubuntu or zeta refuses 3/min from cron')
  })
})

describe('times against those of the hour before', () => {
  /** @param counts how many took about so many ms */
  const times = (counts: Readonly<Record<number, number>>): Histogram => {
    const buckets = new Map<number, number>()
    for (const [ms, n] of Object.entries(counts)) {
      const bucket = bucketOf(Number(ms) * 1000)
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + n)
    }
    const from = Math.min(...buckets.keys())
    const all = Array.from(
      { length: Math.max(...buckets.keys()) - from + 1 },
      (_, i) => buckets.get(from + i) ?? 0,
    )
    return { from, counts: all }
  }

  /** What is told minute by minute when so many connections of so many ms are closed in each. */
  const hour = (
    minutes: readonly (readonly [ms: number, n: number])[],
    what: 'durations' | 'connectTimes',
  ) => {
    const { at } = timeline()
    const counts: Record<number, number> = { 20: 1000 }
    const told: string[][] = []
    const tell = (second: number) => {
      const record = call('web', 'cart', { opened: 9999, closed: 9999, [what]: times(counts) })
      return texts(at(second, { alpha: { nodes, connections: [record] } }))
    }
    tell(0)
    for (const [minute, [ms, n]] of minutes.entries()) {
      counts[ms] = (counts[ms] ?? 0) + n / 2
      tell(minute * 60 + 10)
      counts[ms] = (counts[ms] ?? 0) + n / 2
      told.push(tell(minute * 60 + 50))
    }
    return told
  }
  const minutes = (count: number, ms: number, n = 60): (readonly [number, number])[] =>
    Array.from({ length: count }, () => [ms, n])
  const longer = 'web → cart lasts longer than in its last hour: 100 ms, 25 ms before'

  it.each([
    ['durations', longer],
    ['connectTimes', 'web → cart connects slower than in its last hour: 100 ms, 25 ms before'],
  ] as const)('are told of %s after two slow minutes, until they are as before', (what, text) => {
    const told = hour([...minutes(30, 20), ...minutes(10, 80), ...minutes(5, 20)], what)
    expect(told.slice(0, 31).flat()).toEqual([])
    const slow = told.slice(33, 40).flat()
    expect(slow).toHaveLength(7)
    for (const one of slow) expect(one.replace(/: .*/, '')).toBe(text.replace(/: .*/, ''))
    expect(told.at(-1)).toEqual([])
  })

  it('are told for an hour at most: then that is how it is', () => {
    const told = hour([...minutes(30, 20), ...minutes(90, 80)], 'durations')
    expect(told[70]).toHaveLength(1)
    expect(told[100]).toEqual([])
  })

  it.each([
    ['too few to compare with', [...minutes(30, 20, 4), ...minutes(10, 80)]],
    ['an hour too short', [...minutes(4, 20, 600), ...minutes(6, 80)]],
    ['too few that are slow', [...minutes(30, 20), ...minutes(10, 80, 16)]],
    ['one slow minute', [...minutes(30, 20), ...minutes(1, 80, 300), ...minutes(10, 20)]],
    ['not twice as long', [...minutes(30, 20), ...minutes(10, 38)]],
    ['short all the same', [...minutes(30, 1), ...minutes(10, 8)]],
    [
      'now and then as slow before',
      [...Array.from({ length: 6 }, () => [...minutes(9, 20), ...minutes(1, 80)]).flat(), ...minutes(10, 80)],
    ],
  ] as const)('are not told: %s', (_, given) => {
    expect(hour(given, 'durations').flat()).toEqual([])
  })
})
