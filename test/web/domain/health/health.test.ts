import { describe, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../../src/api/types.ts'
import { health } from '../../../../web/domain/health/health.ts'
import { emptyWords } from '../../../../web/domain/words/empty-words.ts'

type Collector = ProbeSummary['collectors'][number]

const collector = (more: Partial<Collector> = {}): Collector => ({
  id: 'connections',
  mode: 'ebpf',
  state: 'ok',
  reason: '',
  since: '2026-01-01T00:00:00.000Z',
  counters: {},
  ...more,
})

const probe = (
  hostname: string,
  collectors: readonly Collector[],
  more: Partial<ProbeSummary> = {},
): ProbeSummary => ({
  id: hostname,
  hostname,
  hostId: hostname,
  version: '1',
  lastSeen: '2026-01-01T00:00:00.000Z',
  ageMs: 300,
  intervalMs: 1000,
  verified: true,
  cpuPercent: 0.62,
  rssBytes: 1,
  collectors,
  omitted: {},
  ...more,
})

const line = (probes: readonly ProbeSummary[]) => health(probes)?.parts.join(' · ').replaceAll('\u202f', ' ')
const tone = (probes: readonly ProbeSummary[]) => health(probes)?.tone

describe('health', () => {
  it('says nothing before it knows, and that there is no probe', () => {
    expect(health(undefined)).toBeUndefined()
    expect(health([])?.tone).toBe('fail')
  })

  it('is quiet when eBPF runs everywhere', () => {
    const probes = [probe('a', [collector()]), probe('b', [collector()], { cpuPercent: null })]
    expect(line(probes)).toBe('eBPF on 2 hosts · 0 lost · 0.6 % CPU')
    expect(tone(probes)).toBe('ok')
    expect(health(probes)?.reasons).toEqual([])
  })

  it('tells whose reports are overdue, and how old what is shown of them is', () => {
    const [late, slow] = [{ ageMs: 8400 }, { ageMs: 8400, intervalMs: 6000 }]
    const probes = [
      probe('a', [collector()], late),
      probe('b', [collector()], slow),
      probe('c', [collector()]),
    ]
    expect(line(probes)).toContain('a silent for 8 s')
    expect(tone(probes)).toBe('warn')
    expect(health(probes)?.reasons).toEqual([
      'No report from a for 8 s: what is shown there may no longer be so.',
    ])
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => probe(name, [collector()], late))
    expect(line(many)).toContain('7 hosts silent')
    expect(health(many)?.reasons[0]).toMatch(/^No report from a for 8 s, b for 8 s,.* e for 8 s and 2 more: /)
  })

  it('warns of polling, with the reason and the consequence', () => {
    const probes = [probe('a', [collector({ mode: 'proc', state: 'degraded', reason: 'needs root' })])]
    expect(line(probes)).toBe('/proc polling: needs root · 0.6 % CPU')
    expect(tone(probes)).toBe('warn')
    expect(health(probes)?.reasons[0]).toContain('short connections may be missed: needs root')
  })

  it('takes a demo for what it is', () => {
    const probes = [probe('a', [collector({ mode: 'demo' })]), probe('b', [collector({ mode: 'demo' })])]
    expect(line(probes)).toBe('2 hosts simulated · 0.6 % CPU')
    expect(tone(probes)).toBe('ok')
  })

  it.each([
    ['events were lost', probe('a', [collector({ counters: { lost: 5 } })])],
    [
      'another collector is degraded',
      probe('a', [collector(), collector({ id: 'docker', state: 'degraded', reason: 'x' })]),
    ],
    ['the probe is unproven', probe('a', [collector()], { verified: false })],
    ['something is left out', probe('a', [collector()], { omitted: { connections: 7 } })],
    ['connections are not watched', probe('a', [])],
  ])('warns when %s', (_, one) => {
    expect(tone([one])).toBe('warn')
  })

  it('tells of all unverified hosts in one sentence, however many there are', () => {
    const hosts = Array.from({ length: 30 }, (_, i) => probe(`h${i}`, [collector()], { verified: false }))
    expect(health(hosts)?.reasons).toEqual([
      expect.stringMatching(/^h0, h1, h2, h3, h4 and 25 more: unverified, since their probes /),
    ])
    expect(health(hosts.slice(0, 1))?.reasons).toEqual([
      expect.stringMatching(/^h0: unverified, since its probe does not .* It is seen, /),
    ])
  })
})

describe('emptyWords', () => {
  const facts = {
    viewName: 'Containers',
    hidden: 0,
    loaded: true,
    nodes: 0,
    stream: 'live' as const,
    probes: [probe('a', [collector()])],
    failure: undefined,
  }
  it.each([
    ['nothing runs', {}, 'No containers yet'],
    ['all is hidden', { hidden: 3 }, 'All containers are hidden'],
    ['no probe', { probes: [] }, 'No probe reports yet'],
    ['not read yet', { loaded: false }, 'Reading the map'],
    ['not laid out yet', { nodes: 40 }, 'Arranging 40 nodes'],
    ['no answer', { loaded: false, failure: { status: 0, message: 'x' } }, 'The app cannot be reached'],
    ['not allowed', { loaded: false, failure: { status: 401, message: 'x' } }, 'This map is locked'],
  ])('%s', (_, more, title) => expect(emptyWords({ ...facts, ...more }).title).toBe(title))
})
