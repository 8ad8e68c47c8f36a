import type { Faults } from '../../../log/faults.ts'
import type { Logger } from '../../../log/log.ts'
import { Allowance } from '../../../pacing/allowance.ts'
import { applyDelta } from '../../../report/delta/apply-delta.ts'
import { isDelta, type ReportMessage } from '../../../report/delta/delta-schema.ts'
import type { ReportLimits } from '../../../report/limits.ts'
import type { Metric, Report } from '../../../report/schema.ts'
import type { HeldReport } from '../../../topology/held-report.ts'
import { detached } from '../../detached.ts'
import {
  type Goodbye,
  type InAll,
  mostRemembered,
  type ProbeMemory,
  type ReportRefusal,
  refuseForTotal,
  refuseGoodbye,
  refuseReport,
  remember,
  silenceLimitMs,
} from '../admission.ts'
import type { UnverifiedAdmission } from '../unverified/admission.ts'
import type { HeldUnverified } from '../unverified/newcomers.ts'
import { countOf, type LiveProbe, LiveProbes } from './live-probes.ts'
import { RateBases } from './rate-bases.ts'
import { type ReportSize, sizeAfterDelta, sizeOfReport } from './report-size.ts'
import { StartReckoning } from './start-reckoning.ts'

/** What a {@link LatestReports} needs. */
export interface LatestReportsOptions {
  /** A probe's nodes are removed after at least this much silence, see {@link silenceLimitMs}. */
  readonly windowMs: number
  /** Of one report of a verified probe, and of an unverified one. */
  readonly limits: ReportLimits
  readonly unverifiedLimits: ReportLimits
  /** Of all verified probes together: how many report at a time, and what they tell. */
  readonly inAll: InAll
  readonly unverified: Pick<UnverifiedAdmission, 'refuse' | 'refuseForRoom' | 'accepted'>
  readonly log: Logger
  readonly faults: Faults
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Milliseconds by which probes are silent, since any moment. */
  readonly listeningMs: () => number
  /**
   * Called for each accepted report, before `changed`. `metrics` are those that were sent, which in a delta are fewer
   * than the report has; `before` is the report of the same epoch in whose place it comes.
   */
  readonly accepted: (
    held: HeldReport,
    metrics: readonly Metric[],
    silenceLimitMs: number,
    before: HeldReport | undefined,
  ) => void
  /** Called when the set of held reports has changed. */
  readonly changed: () => void
}

/** Who sent a report. `verified`: it proved that it holds the app's cluster key. */
export type Sender = {
  /** How far the probe's clock is ahead, see {@link HeldReport}. */
  readonly clockSkewMs?: number | undefined
} & (
  | { readonly verified: true }
  | {
      readonly verified: false
      /** By which it is limited. */
      readonly address: string
      /** Of the body, decompressed. */
      readonly sizeBytes: number
    }
)

/** How many lines may be logged about unverified probes that come and go. */
const UNVERIFIED_LINES = { perSecond: 1 / 60, burst: 100 }

const wholeOf = (message: ReportMessage, held: Report | undefined, limits: ReportLimits): Report => {
  if (!isDelta(message)) return message
  if (held === undefined) throw new Error(`report ${message.envelope.base} is not held`)
  return applyDelta(held, message, limits)
}

const sizeOfMessage = (message: ReportMessage, report: Report, before: LiveProbe | undefined): ReportSize =>
  before !== undefined && isDelta(message)
    ? sizeAfterDelta(before.size, before.held.report, message, report)
    : sizeOfReport(report)

/** The room that an unverified report takes: a delta adds to that of its base. */
const roomOf = (
  message: ReportMessage,
  { address, sizeBytes }: Extract<Sender, { verified: false }>,
  before: LiveProbe | undefined,
): LiveProbe['room'] => ({
  address,
  sizeBytes: sizeBytes + (isDelta(message) ? (before?.room?.sizeBytes ?? 0) : 0),
})

/** Holds the latest report of each probe, from which all views are derived. */
export class LatestReports {
  readonly #options: LatestReportsOptions
  readonly #live = new LiveProbes()
  /** Apart, so that however many unverified probes come, no verified one is forgotten. */
  readonly #memories = {
    verified: new Map<string, ProbeMemory>(),
    unverified: new Map<string, ProbeMemory>(),
  }
  readonly #unverifiedLines: Allowance
  #timer: NodeJS.Timeout | undefined
  /** When the timer fires. */
  #timerMs = Number.POSITIVE_INFINITY

  constructor(options: LatestReportsOptions) {
    this.#options = options
    this.#unverifiedLines = new Allowance(UNVERIFIED_LINES, options.nowMs)
  }

  /** The latest report of each probe that is not silent; the same array until one changes. */
  get held(): readonly HeldReport[] {
    return this.#live.held
  }

  /** How large the reports of verified probes are together, see {@link ReportSize}. */
  get reportBytes(): number {
    return this.#live.verifiedTotal.reportBytes
  }

  /** How large the reports of unverified probes are together, as MessagePack: what is counted against their bound. */
  get unverifiedBytes(): number {
    let bytes = 0
    for (const [, { room }] of this.#live) bytes += room?.sizeBytes ?? 0
    return bytes
  }

  /**
   * Takes a valid report or delta.
   *
   * @returns why the report was refused; undefined when it was accepted
   * @throws {ReportError} when a delta does not fit its base
   */
  take(message: ReportMessage, sender: Sender): ReportRefusal | undefined {
    const { nowMs, listeningMs, windowMs, accepted, inAll, unverified, limits, unverifiedLimits } =
      this.#options
    const { envelope } = message
    const { verified } = sender
    const arrivedAtMs = nowMs()
    this.#dropSilent()
    const probeId = detached(envelope.probeId)
    const memory = this.#memories[verified ? 'verified' : 'unverified'].get(probeId)
    const replaced = this.#live.get(probeId)
    // What a probe told without the cluster key is no base of what it tells with it, nor a reason to refuse that.
    const before = replaced?.held.verified === verified ? replaced : undefined
    const refusal =
      (verified ? undefined : unverified.refuse(message, replaced?.held, sender.address)) ??
      refuseReport(message, memory, before?.held, {
        holder: this.#holderOf(message.host.id, probeId, verified),
        count: this.#live.verified,
        maxProbes: verified ? inAll.probes : Number.POSITIVE_INFINITY,
      })
    if (refusal !== undefined) return refusal
    const report = wholeOf(message, before?.held.report, verified ? limits : unverifiedLimits)
    const size = sizeOfMessage(message, report, before)
    if (verified) {
      const replacedTotal = replaced?.held.verified ? countOf(replaced.held.report, replaced.size) : undefined
      const tooMuch = refuseForTotal(countOf(report, size), replacedTotal, this.#live.verifiedTotal, inAll)
      if (tooMuch !== undefined) return tooMuch
    }
    const room = verified ? undefined : roomOf(message, sender, before)
    if (room !== undefined) {
      const isFull = unverified.refuseForRoom(message, { report, ...room }, before !== undefined, [
        ...this.#unverified(probeId),
      ])
      if (isFull !== undefined) return isFull
    }

    this.#memorise(probeId, verified, remember(memory, { ...envelope, epoch: detached(envelope.epoch) }))
    unverified.accepted(report, verified, room?.address)
    const sameEpoch = before?.held.report.envelope.epoch === envelope.epoch ? before : undefined
    const rateBases = sameEpoch?.rateBases ?? new RateBases()
    const rateBase = rateBases.next(report)
    const start = sameEpoch?.start ?? new StartReckoning()
    const held: HeldReport = {
      report,
      startedAtMs: start.take(arrivedAtMs, envelope.uptimeMs),
      arrivedAtMs,
      verified,
      ...(sender.clockSkewMs !== undefined && { clockSkewMs: sender.clockSkewMs }),
      ...(room && { from: room.address }),
      ...(rateBase === undefined ? {} : { rateBase }),
    }
    if (sameEpoch === undefined) this.#tellOf(held, before === undefined ? 'reports' : 'was started again')
    if (verified) this.#displace(report)
    const silenceMs = silenceLimitMs(windowMs, envelope)
    this.#live.set(probeId, { held, size, rateBases, start, room, expiresMs: listeningMs() + silenceMs })
    this.#options.faults.guardOf('metrics')('keep the samples of a report', () =>
      accepted(held, message.metrics, silenceMs, sameEpoch?.held),
    )
    this.#changed()
    return undefined
  }

  /**
   * Drops the report of a probe that stops.
   *
   * @param verified whether it has proved the cluster key with its goodbye
   * @returns why nothing was dropped; undefined when it was
   */
  leave(goodbye: Goodbye, verified: boolean): ReportRefusal | undefined {
    const { probeId, epoch, seq } = goodbye
    this.#dropSilent()
    const live = this.#live.get(probeId)
    const refusal = refuseGoodbye(goodbye, live?.held, verified)
    if (refusal !== undefined || live === undefined) return refusal
    this.#live.delete(probeId)
    // What the probe has sent before, and may arrive after, is not taken any more.
    const memory = this.#memories[verified ? 'verified' : 'unverified'].get(probeId)
    const { uptimeMs } = live.held.report.envelope
    this.#memorise(probeId, verified, remember(memory, { epoch, seq, uptimeMs }))
    if (verified || this.#mayTell())
      this.#options.log.info('a probe said goodbye; its nodes are gone', {
        host: live.held.report.host.id,
        probe: probeId,
      })
    this.#changed()
    return undefined
  }

  /** The report of a host by another probe. Of an unverified one, a verified probe takes the host. */
  #holderOf(hostId: string, exceptProbe: string, verified: boolean): HeldReport | undefined {
    for (const [id, { held }] of this.#live.onHost(hostId))
      if (id !== exceptProbe && (held.verified || !verified)) return held
    return undefined
  }

  *#unverified(exceptProbe: string): Generator<HeldUnverified> {
    for (const [id, { held, room }] of this.#live)
      if (room !== undefined && id !== exceptProbe) yield { report: held.report, ...room }
  }

  /** Drops the report of an unverified probe about a host that a verified one reports. */
  #displace({ host }: Report): void {
    for (const [id, { held }] of [...this.#live.onHost(host.id)]) {
      if (held.verified) continue
      this.#live.delete(id)
      this.#options.log.warn('a verified probe takes the place of an unverified one', {
        host: host.id,
        probe: id,
      })
    }
  }

  #tellOf({ report, verified }: HeldReport, does: 'reports' | 'was started again'): void {
    if (!verified && !this.#mayTell()) return
    this.#options.log.info(`${verified ? 'a' : 'an unverified'} probe ${does}`, {
      host: report.host.id,
      probe: report.envelope.probeId,
      version: report.probe.version,
    })
  }

  /** Whether one more line about unverified probes may be logged. */
  #mayTell(): boolean {
    if (this.#unverifiedLines.isSpent) return false
    this.#unverifiedLines.spend(1)
    return true
  }

  /** Stops the timer that watches for silent probes. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #changed(): void {
    this.#watchForSilence()
    this.#options.changed()
  }

  #memorise(probeId: string, verified: boolean, memory: ProbeMemory): void {
    const memories = this.#memories[verified ? 'verified' : 'unverified']
    memories.delete(probeId)
    memories.set(probeId, memory)
    if (memories.size <= mostRemembered(this.#options.inAll.probes)) return
    for (const id of memories.keys()) {
      if (this.#live.has(id)) continue
      memories.delete(id)
      return
    }
  }

  #watchForSilence(): void {
    const { soonestMs } = this.#live
    // Each report lets its probe live longer: a timer that comes too early costs less than a new one with each report.
    if (soonestMs >= this.#timerMs) return
    clearTimeout(this.#timer)
    this.#timerMs = soonestMs
    const waitMs = Math.max(1, soonestMs - this.#options.listeningMs())
    this.#timer = setTimeout(() => {
      this.#timerMs = Number.POSITIVE_INFINITY
      this.#options.faults.guardOf('reports')('drop probes that fell silent', () => {
        if (!this.#dropSilent()) this.#watchForSilence()
      })
    }, waitMs)
  }

  #dropSilent(): boolean {
    const { nowMs, listeningMs } = this.#options
    const silent = this.#live.takeSilent(listeningMs())
    for (const [probeId, { held }] of silent) {
      if (!held.verified && !this.#mayTell()) continue
      this.#options.log.warn('a probe fell silent; its nodes are gone', {
        host: held.report.host.id,
        probe: probeId,
        silentMs: Math.round(nowMs() - held.arrivedAtMs),
      })
    }
    if (silent.length > 0) this.#changed()
    return silent.length > 0
  }
}
