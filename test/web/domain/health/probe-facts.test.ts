import { describe, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../../src/api/types.ts'
import { collectorLines, probeFacts, tracingWords } from '../../../../web/domain/health/probe-facts.ts'

type Collector = ProbeSummary['collectors'][number]

/** What a look-up in a plain object finds though nobody put it there. */
const inherited = Object.getOwnPropertyNames(Object.prototype)

const collector = (more: Partial<Collector> = {}): Collector => ({
  id: 'connections',
  mode: 'ebpf',
  state: 'ok',
  reason: '',
  since: '2026-01-01T00:00:00.000Z',
  counters: {},
  ...more,
})

const probe = (...collectors: readonly Collector[]): ProbeSummary => ({
  id: '0',
  hostname: 'alpha',
  hostId: 'alpha',
  version: '1',
  lastSeen: '2026-01-01T01:00:00.000Z',
  ageMs: 5100,
  intervalMs: 2000,
  verified: true,
  cpuPercent: 0.62,
  rssBytes: 64_000_000,
  collectors,
  omitted: {},
})

const nowMs = Date.parse('2026-01-01T01:00:05.000Z')
const facts = (one: ProbeSummary) =>
  Object.fromEntries(
    probeFacts(one, nowMs).map(({ label, value }) => [label, value.replaceAll('\u202f', ' ')]),
  )

describe('tracingWords', () => {
  it.each<[string, readonly Collector[], RegExp, string]>([
    ['all is traced', [collector()], /every TCP connection with eBPF/, 'ok'],
    ['some of it was missed', [collector({ state: 'degraded' })], /some of it was missed/, 'warn'],
    ['some was lost before', [collector({ counters: { lost: 1 } })], /some of it was missed/, 'warn'],
    ['simulated', [collector({ mode: 'demo' })], /^Simulated/, 'ok'],
    ['polled', [collector({ mode: 'proc', state: 'degraded' })], /Polls \/proc: short connections/, 'warn'],
    ['not begun', [collector({ mode: 'off', state: 'waiting' })], /not yet/, 'warn'],
    ['switched off', [collector({ mode: 'off', state: 'off' })], /Sees no connections/, 'warn'],
    ['never said', [], /Sees no connections/, 'warn'],
  ])('%s', (_, collectors, text, tone) => {
    expect(tracingWords(probe(...collectors)).text).toMatch(text)
    expect(tracingWords(probe(...collectors)).tone).toBe(tone)
  })
})

describe('probeFacts', () => {
  it('tell what is followed, lost, how old the snapshot is, and the cost', () => {
    const counters = { tracked: 1204, listening: 12, events: 48_211, lost: 0, secondsSinceSnapshot: 12 }
    expect(facts(probe(collector({ counters })))).toEqual({
      Since: '1 h ago',
      'Connections followed': '1,204',
      'Listening sockets': '12',
      Events: '48.2 k',
      'Lost events': 'none',
      'Last full snapshot': '12 s ago',
      'Probe’s CPU': '0.6 % of one core',
      'Probe’s memory': '64 MB',
      'Last report': '5 s ago',
    })
  })

  it.each([
    [3_600_000, '1 h ahead of the app’s'],
    [-90_000, '1 min 30 s behind the app’s'],
    [1900, undefined],
    [-1900, undefined],
    [undefined, undefined],
  ])('tell of a clock that is %s ms off: %s', (clockSkewMs, words) => {
    const one = { ...probe(collector()), ...(clockSkewMs !== undefined && { clockSkewMs }) }
    expect(facts(one)['Its clock']).toBe(words)
  })

  it('tell of every kind of loss, and of repairs, with a warning', () => {
    const lossy = probe(collector({ counters: { lost: 7, recursionMisses: 2, stateFull: 1, repairs: 3 } }))
    expect(facts(lossy)['Lost events']).toBe(
      '10, 2 skipped by the kernel, 1 beyond the table, repaired 3 times',
    )
    expect(probeFacts(lossy, nowMs).find(({ label }) => label === 'Lost events')?.tone).toBe('warn')
  })

  it('of one that polls: the last full pass, and nothing about events', () => {
    const polling = collector({ mode: 'proc', counters: { polls: 9, secondsSinceFullPass: 3 } })
    expect(facts(probe(polling))).toMatchObject({ Polls: '9', 'Last full snapshot': '3 s ago' })
    expect(facts(probe(polling))).not.toHaveProperty('Lost events')
  })
})

describe('collectorLines', () => {
  it('begin with connections, and give each its words', () => {
    const lines = collectorLines(
      probe(
        collector({ id: 'nat', mode: 'off', state: 'degraded', reason: 'conntrack is not installed' }),
        collector({
          id: 'names',
          mode: 'ebpf+reverse',
          counters: { answers: 92, lookups: 1, forgotten: 0, secondsSinceAnswer: 61 },
        }),
        collector({ id: 'something-new', mode: 'odd' }),
        collector({ reason: 'TCP is traced, UDP is not', counters: { tracked: 5 } }),
      ),
    )
    expect(lines.map(({ name, mode, words }) => [name, mode, words])).toEqual([
      ['Connections', 'eBPF', 'TCP is traced, UDP is not'],
      ['NAT', 'off', 'conntrack is not installed'],
      ['Names', 'eBPF + reverse DNS', '92 answers · 1 lookup · last answer 1 min 1 s ago'],
      ['something-new', 'odd', ''],
    ])
  })

  it.each(inherited)('call a collector and a mode %s as its probe does', (name) => {
    const [line] = collectorLines(probe(collector({ id: name, mode: `${name}+proc` })))
    expect(line).toMatchObject({ name, mode: `${name} + /proc` })
  })
})
