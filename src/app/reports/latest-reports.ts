import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { applyDelta } from '../../report/delta/apply-delta.ts'
import { isDelta, type ReportMessage } from '../../report/delta/delta-schema.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Metric, Report } from '../../report/schema.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { detached } from '../detached.ts'
import { type ProbeMemory, type ReportRefusal, refuseReport, remember, silenceLimitMs } from './admission.ts'
import { RateBases } from './rate-bases.ts'

/** What a {@link LatestReports} needs. */
export interface LatestReportsOptions {
  /** A probe's nodes are removed after at least this much silence, see {@link silenceLimitMs}. */
  readonly windowMs: number
  readonly limits: ReportLimits
  /** Most probes that may report at a time. */
  readonly maxProbes: number
  readonly log: Logger
  readonly faults: Faults
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /**
   * Called for each accepted report, before `changed`. `metrics` are those that were sent, which in a delta are fewer
   * than the report has.
   */
  readonly accepted: (held: HeldReport, metrics: readonly Metric[], silenceLimitMs: number) => void
  /** Called when the set of held reports has changed. */
  readonly changed: () => void
}

interface LiveProbe {
  readonly held: HeldReport
  readonly rateBases: RateBases
  readonly expiresMs: number
}

/** Most probes to remember, including those that are gone, so that their reports cannot be replayed. */
const MAX_MEMORIES = 1024

const wholeOf = (message: ReportMessage, held: Report | undefined, limits: ReportLimits): Report => {
  if (!isDelta(message)) return message
  if (held === undefined) throw new Error(`report ${message.envelope.base} is not held`)
  return applyDelta(held, message, limits)
}

/** Holds the latest report of each probe, from which all views are derived. */
export class LatestReports {
  readonly #options: LatestReportsOptions
  readonly #live = new Map<string, LiveProbe>()
  readonly #memories = new Map<string, ProbeMemory>()
  #held: readonly HeldReport[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: LatestReportsOptions) {
    this.#options = options
  }

  /** The latest report of each probe that is not silent; the same array until one changes. */
  get held(): readonly HeldReport[] {
    return this.#held
  }

  /**
   * Takes a valid report or delta.
   *
   * @param verified whether the probe proved that it holds the app's key
   * @returns why the report was refused; undefined when it was accepted
   * @throws {ReportError} when a delta does not fit its base
   */
  take(message: ReportMessage, verified: boolean): ReportRefusal | undefined {
    const { nowMs, windowMs, accepted, limits, maxProbes, log, faults } = this.#options
    const { envelope } = message
    const arrivedAtMs = nowMs()
    this.#dropSilent(arrivedAtMs)
    const probeId = detached(envelope.probeId)
    const memory = this.#memories.get(probeId)
    const others = this.#held.filter((held) => held.report.envelope.probeId !== probeId)
    const before = this.#live.get(probeId)
    const refusal = refuseReport(message, memory, before?.held, others, maxProbes)
    if (refusal !== undefined) return refusal
    const report = wholeOf(message, before?.held.report, limits)

    this.#memorise(probeId, remember(memory, { ...envelope, epoch: detached(envelope.epoch) }))
    const sameEpoch = before?.held.report.envelope.epoch === envelope.epoch ? before : undefined
    const rateBases = sameEpoch?.rateBases ?? new RateBases()
    const rateBase = rateBases.next(report)
    const held: HeldReport = {
      report,
      startedAtMs: sameEpoch?.held.startedAtMs ?? arrivedAtMs - envelope.uptimeMs,
      arrivedAtMs,
      verified,
      ...(rateBase === undefined ? {} : { rateBase }),
    }
    if (sameEpoch === undefined)
      log.info(before === undefined ? 'a probe reports' : 'a probe was started again', {
        host: report.host.id,
        probe: probeId,
        version: report.probe.version,
      })
    const silenceMs = silenceLimitMs(windowMs, envelope)
    this.#live.set(probeId, { held, rateBases, expiresMs: arrivedAtMs + silenceMs })
    faults.guardOf('metrics')('keep the samples of a report', () =>
      accepted(held, message.metrics, silenceMs),
    )
    this.#changed()
    return undefined
  }

  /** Stops the timer that watches for silent probes. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #changed(): void {
    this.#held = [...this.#live.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, live]) => live.held)
    this.#watchForSilence()
    this.#options.changed()
  }

  #memorise(probeId: string, memory: ProbeMemory): void {
    this.#memories.delete(probeId)
    this.#memories.set(probeId, memory)
    if (this.#memories.size <= MAX_MEMORIES) return
    for (const id of this.#memories.keys()) {
      if (this.#live.has(id)) continue
      this.#memories.delete(id)
      return
    }
  }

  #watchForSilence(): void {
    clearTimeout(this.#timer)
    if (this.#live.size === 0) return
    const soonestMs = Math.min(...[...this.#live.values()].map((live) => live.expiresMs))
    const waitMs = Math.max(1, soonestMs - this.#options.nowMs())
    this.#timer = setTimeout(() => {
      this.#options.faults.guardOf('reports')('drop probes that fell silent', () => {
        if (!this.#dropSilent(this.#options.nowMs())) this.#watchForSilence()
      })
    }, waitMs)
  }

  #dropSilent(nowMs: number): boolean {
    const silent = [...this.#live].filter(([, { expiresMs }]) => expiresMs <= nowMs)
    for (const [probeId, { held }] of silent) {
      this.#live.delete(probeId)
      this.#options.log.warn('a probe fell silent; its nodes are gone', {
        host: held.report.host.id,
        probe: probeId,
        silentMs: Math.round(nowMs - held.arrivedAtMs),
      })
    }
    if (silent.length > 0) this.#changed()
    return silent.length > 0
  }
}
