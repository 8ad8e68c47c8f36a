import type { ProbeSummary } from '../../../src/api/types.ts'
import { bytes, count, percent, plural, words } from '../words/format.ts'
import { isLate } from '../words/late.ts'
import { ago, duration } from '../words/time.ts'
import type { HealthFact } from './fact.ts'
import { collectorName, connectionsCollector, missedEvents, simulatedMode } from './health.ts'

type Collector = ProbeSummary['collectors'][number]

/** One collector in words. */
export interface CollectorLine {
  readonly id: string
  readonly name: string
  /** `eBPF`, `/proc`, `off` */
  readonly mode: string
  readonly state: Collector['state']
  /** The reason for its mode or state, and its counters. */
  readonly words: string
}

/** A sentence about how a probe observes connections, and what it may miss. */
export function tracingWords(probe: ProbeSummary): { readonly text: string; readonly tone: 'ok' | 'warn' } {
  const tracer = tracerOf(probe)
  if (!tracer || tracer.mode === 'off' || tracer.state === 'off')
    return {
      text: tracer?.state === 'waiting' ? 'Connections: not yet' : 'Sees no connections',
      tone: 'warn',
    }
  if (tracer.mode === 'ebpf')
    return tracer.state === 'ok' && missedEvents(tracer) === 0
      ? { text: 'Traces every TCP connection with eBPF', tone: 'ok' }
      : { text: 'Traces with eBPF; some of it was missed', tone: 'warn' }
  if (tracer.mode === simulatedMode) return { text: 'Simulated: nothing here is real', tone: 'ok' }
  return { text: 'Polls /proc: short connections may be missed', tone: 'warn' }
}

/** Facts about a probe's tracing and its own resource usage. Numbers that the probe does not report are left out. */
export function probeFacts(probe: ProbeSummary, nowMs: number): readonly HealthFact[] {
  const tracer = tracerOf(probe)
  const facts: HealthFact[] = []
  if (tracer) {
    const { counters } = tracer
    facts.push({ label: 'Since', value: sinceWords(tracer, nowMs) })
    const tell = (key: string, label: string) => {
      const value = counters[key]
      if (value !== undefined) facts.push({ label, value: count(value) })
    }
    tell('tracked', 'Connections followed')
    tell('listening', 'Listening sockets')
    tell('events', 'Events')
    tell('polls', 'Polls')
    if (tracer.mode === 'ebpf') facts.push(lostFact(tracer))
    const snapshot = counters.secondsSinceSnapshot ?? counters.secondsSinceFullPass
    if (snapshot !== undefined)
      facts.push({ label: 'Last full snapshot', value: `${duration(snapshot)} ago` })
  }
  if (probe.cpuPercent !== null)
    facts.push({ label: 'Probe’s CPU', value: `${percent(probe.cpuPercent)} of one core` })
  facts.push({ label: 'Probe’s memory', value: bytes(probe.rssBytes) })
  facts.push(lastReportFact(probe), ...clockFact(probe))
  return facts
}

/**
 * The collectors of a probe, the connections collector first. Its counters are left out: {@link probeFacts} has them.
 */
export function collectorLines(probe: ProbeSummary): readonly CollectorLine[] {
  return [...probe.collectors]
    .sort((a, b) => order(a) - order(b))
    .map(({ id, mode, state, reason, counters }) => ({
      id,
      name: collectorName(id),
      mode: modeWords(mode),
      state,
      words: [reason, ...(id === connectionsCollector ? [] : counterWords(counters))]
        .filter(Boolean)
        .join(' · '),
    }))
}

const modes: ReadonlyMap<string, string> = new Map([
  ['ebpf', 'eBPF'],
  ['proc', '/proc'],
  ['reverse', 'reverse DNS'],
])

/** A mode such as `ebpf+reverse` as words. */
function modeWords(mode: string): string {
  return mode
    .split('+')
    .map((part) => modes.get(part) ?? part)
    .join(' + ')
}

function order({ id }: Collector): number {
  return id === connectionsCollector ? 0 : 1
}

function tracerOf(probe: ProbeSummary): Collector | undefined {
  return probe.collectors.find(({ id }) => id === connectionsCollector)
}

function sinceWords({ since }: Collector, nowMs: number): string {
  const sinceMs = Date.parse(since)
  return Number.isNaN(sinceMs) ? '' : `${duration((nowMs - sinceMs) / 1000)} ago`
}

function lastReportFact(probe: ProbeSummary): HealthFact {
  const value = ago(0, probe.ageMs)
  return { label: 'Last report', value, ...(isLate(probe) && { tone: 'warn' as const }) }
}

/** A clock that differs by less is not worth a line: reports take a moment to arrive. */
const CLOCK_AGREES_MS = 2000

function clockFact({ clockSkewMs = 0 }: ProbeSummary): readonly HealthFact[] {
  if (Math.abs(clockSkewMs) < CLOCK_AGREES_MS) return []
  const by = duration(Math.abs(clockSkewMs) / 1000)
  return [{ label: 'Its clock', value: `${by} ${clockSkewMs > 0 ? 'ahead of' : 'behind'} the app’s` }]
}

function lostFact(tracer: Collector): HealthFact {
  const missed = missedEvents(tracer)
  if (missed === 0) return { label: 'Lost events', value: 'none' }
  const { recursionMisses = 0, stateFull = 0, repairs = 0 } = tracer.counters
  const parts: string[] = []
  if (recursionMisses > 0) parts.push(`${count(recursionMisses)} skipped by the kernel`)
  if (stateFull > 0) parts.push(`${count(stateFull)} beyond the table`)
  if (repairs > 0) parts.push(`repaired ${repairs === 1 ? 'once' : plural(repairs, 'time')}`)
  return { label: 'Lost events', value: [count(missed), ...parts].join(', '), tone: 'warn' }
}

function counterWords(counters: Collector['counters']): readonly string[] {
  return Object.entries(counters)
    .filter(([, value]) => value > 0)
    .map(([name, value]) =>
      name.startsWith('secondsSince')
        ? `last ${words(name.slice('secondsSince'.length)).trim()} ${duration(value)} ago`
        : `${count(value)} ${counterWord(name, value)}`,
    )
}

/** What a counter counts, in words: of one, without the plural's ending where its name has one. */
function counterWord(name: string, value: number): string {
  const many = words(name)
  return value === 1 && /[^s]s$/.test(many) ? many.slice(0, -1) : many
}
