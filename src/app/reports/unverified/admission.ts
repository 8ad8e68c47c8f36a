import { isDelta, type ReportMessage } from '../../../report/delta/delta-schema.ts'
import type { ReportLimits } from '../../../report/limits.ts'
import type { Report } from '../../../report/schema.ts'
import type { HeldReport } from '../../../topology/held-report.ts'
import { detached } from '../../detached.ts'
import type { ReportRefusal } from '../admission.ts'
import type { KnownHostsFile } from './known-hosts-file.ts'
import type { UnverifiedBounds } from './limits.ts'
import { type HeldUnverified, Newcomers, refuseForRoom } from './newcomers.ts'

/** What {@link UnverifiedAdmission} needs. */
export interface UnverifiedAdmissionOptions {
  readonly knownHosts: Pick<KnownHostsFile, 'hosts' | 'changed'>
  readonly bounds: UnverifiedBounds
  /** Of one report of an unverified probe. */
  readonly limits: Pick<ReportLimits, 'decodedBytes'>
  /** Milliseconds since 1970, on a clock that does not jump. */
  readonly nowMs: () => number
}

const needFull = (message: string): ReportRefusal => ({ code: 'need_full', field: 'envelope.base', message })

/**
 * Decides which reports of unverified probes are accepted, beside what holds for all reports: a host and a probe that were
 * verified stay so, a host id belongs to the first key seen, and all such probes together take bounded room.
 */
export class UnverifiedAdmission {
  readonly #options: UnverifiedAdmissionOptions
  readonly #newcomers: Newcomers

  constructor(options: UnverifiedAdmissionOptions) {
    this.#options = options
    this.#newcomers = new Newcomers(options.bounds, options.nowMs)
  }

  /**
   * Why an unverified report is refused, whatever is in it.
   *
   * @param own the live report of its probe
   * @param address that it comes from
   */
  refuse(message: ReportMessage, own: HeldReport | undefined, address: string): ReportRefusal | undefined {
    const { probeId: probe } = message.envelope
    const { id: host } = message.host
    const { hosts } = this.#options.knownHosts
    if (hosts === undefined)
      return {
        code: 'known_hosts_unusable',
        field: 'host.id',
        message: 'the app cannot read which probe a host belongs to; its /health says why',
      }
    const refusal = hosts.refuse({ probe, host }, this.#today())
    if (refusal !== undefined) return refusal
    // Its host was just forgotten, and it is still there.
    if (own?.verified)
      return {
        code: 'was_verified',
        field: 'envelope.probeId',
        message: "the same probe reports with the app's cluster key",
      }
    return hosts.isNew({ probe, host }) ? this.#newcomers.refuse(address) : undefined
  }

  /**
   * Why there is no room for an unverified report.
   *
   * @param isThere whether one of its probe is held already
   * @param others those of the other unverified probes
   */
  refuseForRoom(
    message: ReportMessage,
    next: HeldUnverified,
    isThere: boolean,
    others: readonly HeldUnverified[],
  ): ReportRefusal | undefined {
    const refusal =
      next.sizeBytes > this.#options.limits.decodedBytes
        ? needFull('the changes since the last whole report are as large as one; send a whole report')
        : refuseForRoom(next, isThere, others, this.#options.bounds)
    if (refusal === undefined || !isDelta(message)) return refusal
    // The size of what is held is only known for certain when it is whole.
    return needFull(refusal.message)
  }

  /** Call when a report was accepted. @param address that an unverified one came from */
  accepted(
    { envelope: { probeId }, host: { id } }: Pick<Report, 'envelope' | 'host'>,
    verified: boolean,
    address = '',
  ): void {
    const { knownHosts } = this.#options
    const { hosts } = knownHosts
    if (hosts === undefined) return
    const report = { probe: detached(probeId), host: detached(id), verified }
    if (!verified && hosts.isNew(report)) this.#newcomers.taken(address)
    if (hosts.remember(report, this.#today())) knownHosts.changed()
  }

  #today(): string {
    return new Date(this.#options.nowMs()).toISOString().slice(0, 10)
  }
}
