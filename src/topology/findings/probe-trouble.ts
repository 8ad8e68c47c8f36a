import type { EventNode } from '../../api/types.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import type { SilenceLimit } from '../events/deriver.ts'
import type { HeldReport } from '../held-report.ts'
import type { Candidate } from './candidate.ts'

/** When something about a probe makes a finding. */
export const probeTimes = {
  /** A probe that fell silent is told for this long, unless its host reports again. */
  lostStaysMs: 600_000,
  /** A clock is wrong when it differs from the app's by so much, until it differs by less than the other. */
  skewMs: 60_000,
  skewLeftMs: 45_000,
} as const

/** Collectors without which the map lacks nodes or connections. */
const SEEING: ReadonlySet<string> = new Set(['connections', 'process', 'docker'])
/** More probes than this that see less than all are one finding. */
const FOLD_ABOVE = 3
const MAX_NODES = 16
const MAX_LOST = 1_000

interface Lost {
  readonly host: EventNode
  readonly atMs: number
}

/** Probes that fell silent. */
export class LostProbes {
  /** By host id. */
  readonly #lost = new Map<string, Lost>()
  readonly #silenceLimitMs: SilenceLimit

  /** @param silenceLimitMs after how long without a report a probe is held no longer */
  constructor(silenceLimitMs: SilenceLimit) {
    this.#silenceLimitMs = silenceLimitMs
  }

  get isActive(): boolean {
    return this.#lost.size > 0
  }

  /** A probe's report is held no longer. One that said goodbye is not missed. */
  lose(held: HeldReport, nowMs: number): void {
    if (nowMs - held.arrivedAtMs < this.#silenceLimitMs(held.report.envelope) || this.#lost.size >= MAX_LOST)
      return
    this.#lost.set(held.report.host.id, { host: hostOf(held), atMs: held.arrivedAtMs })
  }

  /** A host reports (again). */
  found({ report }: HeldReport): void {
    this.#lost.delete(report.host.id)
  }

  candidates(nowMs: number): Candidate[] {
    for (const [id, { atMs }] of this.#lost) if (nowMs - atMs >= probeTimes.lostStaysMs) this.#lost.delete(id)
    return [...this.#lost].map(([id, { host, atMs }]) => ({
      id: `probe-lost ${id}`,
      kind: 'probe-lost',
      sinceMs: atMs,
      text: `The probe of ${host.label} fell silent; what it saw is off the map`,
      nodes: [host],
    }))
  }
}

/** What a probe tells of itself that is not well. @param before what was found in its report before */
export const probeCandidates = (
  held: HeldReport,
  before: readonly Candidate[],
  nowMs: number,
): readonly Candidate[] => {
  const partial = partialOf(held)
  const skewed = skewOf(held, before)
  const host = hostOf(held)
  const { id } = held.report.host
  const sinceOf = (kind: string): number => before.find((one) => one.kind === kind)?.sinceMs ?? nowMs
  return [
    ...(partial === undefined
      ? []
      : [
          {
            id: `probe-partial ${id}`,
            kind: 'probe-partial',
            sinceMs: partial.sinceMs ?? sinceOf('probe-partial'),
            text: `The probe of ${host.label} sees less than all: ${partial.why}`,
            nodes: [host],
          } as const,
        ]),
    ...(skewed === undefined
      ? []
      : [
          {
            id: `clock-skew ${id}`,
            kind: 'clock-skew',
            sinceMs: sinceOf('clock-skew'),
            text: `The clock of ${host.label} is ${skewed} the app's`,
            nodes: [host],
          } as const,
        ]),
  ]
}

const ALL_PARTIAL = 'all probe-partial'

/**
 * Many probes that see less than all, as one finding, which stays one until it has ended.
 *
 * @param isFolded whether they were one finding before
 */
export const foldPartial = (
  candidates: readonly Candidate[],
  isFolded: (id: string) => boolean,
): readonly Candidate[] => {
  const partial = candidates.filter(({ kind }) => kind === 'probe-partial')
  if (partial.length === 0 || (partial.length <= FOLD_ABOVE && !isFolded(ALL_PARTIAL))) return candidates
  const all: Candidate = {
    id: ALL_PARTIAL,
    kind: 'probe-partial',
    sinceMs: Math.min(...partial.map(({ sinceMs }) => sinceMs)),
    text:
      partial.length === 1
        ? '1 probe sees less than all of its host'
        : `${partial.length} probes see less than all of their hosts`,
    nodes: partial.flatMap(({ nodes }) => nodes).slice(0, MAX_NODES),
    instead: partial.map(({ id }) => id),
  }
  return [...candidates.filter(({ kind }) => kind !== 'probe-partial'), all]
}

const hostOf = ({ report: { host } }: HeldReport): EventNode => ({
  id: hostNodeId(host.id),
  label: host.name,
  topology: 'host',
  view: 'hosts',
})

const partialOf = ({
  report: { status, omitted },
  startedAtMs,
}: HeldReport): { readonly why: string; readonly sinceMs?: number } | undefined => {
  const limited = status.find(({ id, state }) => SEEING.has(id) && state === 'degraded')
  if (limited !== undefined) return { why: whyOf(limited), sinceMs: startedAtMs + limited.sinceMs }
  const [nodes, connections] = [omitted.nodes, omitted.connections]
  if (nodes + connections === 0) return undefined
  return { why: 'there is more on its host than the app takes' }
}

/** The first sentence of the reason. */
const whyOf = ({ id, mode, reason }: CollectorStatus): string =>
  /^.*?(?=[.;\n]\s|[.;\n]?$)/.exec(reason)?.[0] || `${id} by ${mode}`

const skewOf = ({ clockSkewMs = 0 }: HeldReport, before: readonly Candidate[]): string | undefined => {
  const isKnown = before.some(({ kind }) => kind === 'clock-skew')
  const byMs = Math.abs(clockSkewMs)
  if (byMs < (isKnown ? probeTimes.skewLeftMs : probeTimes.skewMs)) return undefined
  const minutes = Math.max(1, Math.round(byMs / 60_000))
  return `${minutes >= 120 ? `${Math.round(minutes / 60)} h` : `${minutes} min`} ${clockSkewMs > 0 ? 'ahead of' : 'behind'}`
}
