import type { ProbeSummary } from '../../../src/api/types.ts'
import { count, percent } from '../words/format.ts'
import { isLate, lateWords, some } from '../words/late.ts'
import { duration } from '../words/time.ts'

/** The state of all probes in one line. */
export interface Health {
  readonly tone: 'ok' | 'warn' | 'fail'
  /** `eBPF on 3 hosts`, `/proc polling: no BTF` */
  readonly parts: readonly string[]
  /** What is wrong, in whole sentences; empty when nothing is. */
  readonly reasons: readonly string[]
}

/** The collector that sees connections. */
export const connectionsCollector = 'connections'

/** Mode of the demo's collectors, whose data is simulated. */
export const simulatedMode = 'demo'

/** Sums up the state of all probes. Undefined until the list of probes has been received. */
export function health(probes: readonly ProbeSummary[] | undefined): Health | undefined {
  if (!probes) return undefined
  if (probes.length === 0) {
    return {
      tone: 'fail',
      parts: ['No probe reports'],
      reasons: [
        'No probe reports to this app. Start one with "scope launch" or "scope probe" on the host to be watched.',
      ],
    }
  }
  const traced = probes.map((probe) => ({ probe, tracer: tracerOf(probe) }))
  const ebpf = traced.filter(({ tracer }) => tracer?.mode === 'ebpf')
  const simulated = traced.filter(({ tracer }) => tracer?.mode === simulatedMode)
  const polling = traced.filter(
    ({ tracer }) => tracer && tracer.mode !== 'ebpf' && tracer.mode !== simulatedMode,
  )
  const blind = traced.filter(({ tracer }) => !tracer)
  const parts: string[] = []
  const reasons: string[] = []
  if (ebpf.length > 0) parts.push(`eBPF on ${hosts(ebpf.length)}`)
  if (simulated.length > 0) parts.push(`${hosts(simulated.length)} simulated`)
  for (const { tracer } of ebpf) if (tracer?.state === 'degraded') parts.push(firstClause(tracer.reason))
  for (const { probe, tracer } of polling) {
    const off = tracer?.state === 'off' || tracer?.mode === 'off'
    const how = off ? 'no connections' : '/proc polling'
    const where = probes.length > 1 ? ` on ${probe.hostname}` : ''
    parts.push(`${how}${where}${tracer?.reason ? `: ${firstClause(tracer.reason)}` : ''}`)
    reasons.push(
      off
        ? `Connections of ${probe.hostname} are not watched${because(tracer?.reason)}.`
        : `${probe.hostname} is polled through /proc, so short connections may be missed${because(tracer?.reason)}.`,
    )
  }
  if (blind.length === probes.length) parts.push(`${hosts(probes.length)}, connections not watched`)
  const late = probes.filter(isLate).map(({ hostname, ageMs }) => ({ hostname, age: duration(ageMs / 1000) }))
  if (late.length === 1) parts.push(...late.map(({ hostname, age }) => `${hostname} silent for ${age}`))
  if (late.length > 1) parts.push(`${hosts(late.length)} silent`)
  const silence = lateWords(probes)
  if (silence !== undefined) reasons.push(silence)
  for (const probe of probes) {
    for (const collector of probe.collectors) {
      if (collector.id === connectionsCollector && collector.mode !== 'ebpf') continue
      if (collector.state === 'degraded')
        reasons.push(`${collectorName(collector.id)} on ${probe.hostname}: ${collector.reason}.`)
    }
    for (const [what, left] of Object.entries(probe.omitted)) {
      if (left > 0) reasons.push(leftOut(probe.hostname, what, left))
    }
  }
  reasons.push(...unverifiedReasons(probes))
  const lost = sum(traced.map(({ tracer }) => (tracer ? missedEvents(tracer) : 0)))
  const unverified = probes.filter(({ verified }) => !verified).length
  if (unverified > 0) parts.push(`${count(unverified)} unverified`)
  if (ebpf.length > 0) parts.push(`${count(lost)} lost`)
  const cpu = probes.map((probe) => probe.cpuPercent).filter((one) => one !== null)
  if (cpu.length > 0) parts.push(`${percent(Math.max(...cpu))} CPU`)
  const warn = polling.length > 0 || blind.length > 0 || reasons.length > 0 || lost > 0
  if (lost > 0) reasons.push(`${count(lost)} events were lost: some short connections are not counted.`)
  return { tone: warn ? 'warn' : 'ok', parts, reasons }
}

function leftOut(hostname: string, what: string, left: number): string {
  const how = what === 'texts' ? 'cut or left out' : 'left out'
  return `${count(left)} ${what} of ${hostname} are ${how}: over the limit.`
}

function unverifiedReasons(probes: readonly ProbeSummary[]): string[] {
  const names = probes.filter(({ verified }) => !verified).map(({ hostname }) => hostname)
  const [first] = names
  if (first === undefined) return []
  if (names.length === 1)
    return [
      `${first}: unverified, since its probe does not hold this app's cluster key. ` +
        'It is seen, and nothing can be done on it; "scope token --join" on the machine of the app prints how it joins.',
    ]
  return [
    `${some(names)}: unverified, since their probes do not hold this app's cluster key. ` +
      'They are seen, and nothing can be done on them; "scope token --join" on the machine of the app prints how they join.',
  ]
}

/** Number of events that a tracer has missed since it started, whatever the reason. */
export function missedEvents({ counters }: ProbeSummary['collectors'][number]): number {
  const { lost = 0, recursionMisses = 0, stateFull = 0 } = counters
  return lost + recursionMisses + stateFull
}

function firstClause(reason: string): string {
  return reason.split('; ')[0] ?? reason
}

const names: ReadonlyMap<string, string> = new Map([
  ['connections', 'Connections'],
  ['process', 'Processes'],
  ['host', 'Host'],
  ['docker', 'Docker'],
  ['names', 'Names'],
  ['nat', 'NAT'],
  ['control', 'Controls'],
  ['weave', 'Weave Net'],
])

/** What a collector is called. */
export function collectorName(id: string): string {
  return names.get(id) ?? id
}

function tracerOf(probe: ProbeSummary): ProbeSummary['collectors'][number] | undefined {
  return probe.collectors.find((collector) => collector.id === connectionsCollector)
}

function hosts(value: number): string {
  return `${count(value)} ${value === 1 ? 'host' : 'hosts'}`
}

function because(reason: string | undefined): string {
  return reason ? `: ${reason.replace(/\.$/, '')}` : ''
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
