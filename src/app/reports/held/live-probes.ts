import type { Report } from '../../../report/schema.ts'
import type { HeldReport } from '../../../topology/held-report.ts'
import type { Total } from '../admission.ts'
import type { HeldUnverified } from '../unverified/newcomers.ts'
import type { RateBases } from './rate-bases.ts'
import type { ReportSize } from './report-size.ts'
import type { StartReckoning } from './start-reckoning.ts'

/** A probe that reports, with its latest report. */
export interface LiveProbe {
  readonly held: HeldReport
  /** Of an unverified probe: the room that it takes. */
  readonly room: Pick<HeldUnverified, 'address' | 'sizeBytes'> | undefined
  readonly size: ReportSize
  readonly rateBases: RateBases
  readonly start: StartReckoning
  /** When it counts as silent, unless it reports before. */
  readonly expiresMs: number
}

/** What of a report is counted over all of them. */
export const countOf = (report: Pick<Report, 'nodes' | 'connections'>, { bytes }: ReportSize): Total => ({
  nodes: report.nodes.length,
  connections: report.connections.length,
  reportBytes: bytes,
})

/** The probes that report. What a report of one needs to know of the others costs the same however many they are. */
export class LiveProbes {
  readonly #byId = new Map<string, LiveProbe>()
  /** Sorted, as `#held` is. */
  readonly #ids: string[] = []
  readonly #idsOfHost = new Map<string, Set<string>>()
  /** In the order of `#ids`. */
  readonly #latest: HeldReport[] = []
  /** A copy of these, once somebody has asked for it: with many probes, several of them report between two who ask. */
  #held: readonly HeldReport[] | undefined
  #verified = 0
  #verifiedTotal: Total = { nodes: 0, connections: 0, reportBytes: 0 }
  /** When the first of them may fall silent; never later than that. */
  #soonestMs = Number.POSITIVE_INFINITY

  /** The latest report of each, by the ids of the probes; the same array until one changes. */
  get held(): readonly HeldReport[] {
    this.#held ??= [...this.#latest]
    return this.#held
  }

  /** Number of all of them. */
  get size(): number {
    return this.#latest.length
  }

  /** Number of those that are verified. */
  get verified(): number {
    return this.#verified
  }

  /** What the reports of those that are verified have together. */
  get verifiedTotal(): Total {
    return this.#verifiedTotal
  }

  /** No probe falls silent before this; infinite when there is none. */
  get soonestMs(): number {
    return this.#soonestMs
  }

  get(probeId: string): LiveProbe | undefined {
    return this.#byId.get(probeId)
  }

  has(probeId: string): boolean {
    return this.#byId.has(probeId)
  }

  [Symbol.iterator](): IterableIterator<[string, LiveProbe]> {
    return this.#byId.entries()
  }

  /** The probes that report a host. */
  *onHost(hostId: string): Generator<[string, LiveProbe]> {
    for (const id of this.#idsOfHost.get(hostId) ?? []) {
      const live = this.#byId.get(id)
      if (live !== undefined) yield [id, live]
    }
  }

  set(probeId: string, live: LiveProbe): void {
    const before = this.#byId.get(probeId)
    const at = this.#placeOf(probeId)
    if (before === undefined) this.#ids.splice(at, 0, probeId)
    else this.#forget(probeId, before)
    this.#byId.set(probeId, live)
    this.#count(live, 1)
    const { id: hostId } = live.held.report.host
    this.#idsOfHost.set(hostId, (this.#idsOfHost.get(hostId) ?? new Set()).add(probeId))
    this.#latest.splice(at, before === undefined ? 0 : 1, live.held)
    this.#held = undefined
    this.#soonestMs = Math.min(this.#soonestMs, live.expiresMs)
  }

  delete(probeId: string): void {
    const live = this.#byId.get(probeId)
    if (live === undefined) return
    const at = this.#placeOf(probeId)
    this.#forget(probeId, live)
    this.#byId.delete(probeId)
    this.#ids.splice(at, 1)
    this.#latest.splice(at, 1)
    this.#held = undefined
  }

  /** Removes and returns those that have fallen silent by a moment. */
  takeSilent(nowMs: number): readonly [string, LiveProbe][] {
    if (nowMs < this.#soonestMs) return []
    const silent = [...this.#byId].filter(([, { expiresMs }]) => expiresMs <= nowMs)
    for (const [id] of silent) this.delete(id)
    this.#soonestMs = Number.POSITIVE_INFINITY
    for (const { expiresMs } of this.#byId.values()) this.#soonestMs = Math.min(this.#soonestMs, expiresMs)
    return silent
  }

  #count({ held: { verified, report }, size }: LiveProbe, sign: 1 | -1): void {
    if (!verified) return
    const { nodes, connections, reportBytes } = this.#verifiedTotal
    const own = countOf(report, size)
    this.#verified += sign
    this.#verifiedTotal = {
      nodes: nodes + sign * own.nodes,
      connections: connections + sign * own.connections,
      reportBytes: reportBytes + sign * own.reportBytes,
    }
  }

  #forget(probeId: string, live: LiveProbe): void {
    this.#count(live, -1)
    const { id: hostId } = live.held.report.host
    const ids = this.#idsOfHost.get(hostId)
    ids?.delete(probeId)
    if (ids?.size === 0) this.#idsOfHost.delete(hostId)
  }

  /** Where an id is, or would be, in `#ids`. */
  #placeOf(probeId: string): number {
    let low = 0
    let high = this.#ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ids[middle] ?? '') < probeId) low = middle + 1
      else high = middle
    }
    return low
  }
}
