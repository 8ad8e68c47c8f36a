import type { ReportRefusal } from '../admission.ts'

/** The probe that a host id belongs to. */
export interface HostBinding {
  readonly probe: string
  /** Whether it proved that it holds the cluster key. */
  readonly verified: boolean
  /** The day on which it last began to report, `2026-05-01`. */
  readonly seen: string
}

/** See {@link maxKnownHosts}. */
export interface MaxKnownHosts {
  readonly verified: number
  readonly unverified: number
}

/** Most hosts that are remembered, apart for verified and unverified probes. */
export const maxKnownHosts: MaxKnownHosts = { verified: 5000, unverified: 500 }

/** What {@link KnownHosts} decides about a report. */
export type Report = Pick<HostBinding, 'probe' | 'verified'> & { readonly host: string }

/**
 * Which probe each host id belongs to: the first that reported it, and whichever verified probe reports it later. Knows nothing
 * of files.
 */
export class KnownHosts {
  readonly #max: MaxKnownHosts
  readonly #hosts = new Map<string, HostBinding>()
  /** Verified probes, each with the number of its hosts. */
  readonly #verified = new Map<string, number>()
  readonly #unverified = new Map<string, string>()

  constructor(hosts: Iterable<readonly [string, HostBinding]> = [], max = maxKnownHosts) {
    this.#max = max
    for (const [host, binding] of hosts) this.#set(host, binding)
  }

  get entries(): ReadonlyMap<string, HostBinding> {
    return this.#hosts
  }

  /**
   * Why an unverified probe may not report a host.
   *
   * @returns undefined when it may
   */
  refuse({ probe, host }: Pick<Report, 'probe' | 'host'>, today: string): ReportRefusal | undefined {
    if (this.#verified.has(probe))
      return {
        code: 'was_verified',
        field: 'envelope.probeId',
        message:
          "this probe has proved the app's cluster key before, and does not now; give it that key again " +
          '("scope token --join" where the app runs), or, to have it as an unverified one, run there: ' +
          `scope forget-host ${host}`,
      }
    const known = this.#hosts.get(host)
    if (known !== undefined && known.probe !== probe)
      return {
        code: 'host_taken',
        field: 'host.id',
        message:
          `the host ${host} belongs to ${known.verified ? 'a verified' : 'another'} probe (${known.probe}); if that is gone, run ` +
          `where the app runs: scope forget-host ${host}`,
      }
    if (known === undefined && this.#isFull(today))
      return {
        code: 'too_many_hosts',
        field: 'host.id',
        message:
          `${this.#max.unverified} hosts of unverified probes are known already; give the probe the cluster key, or run where the app ` +
          'runs: scope forget-host --unverified',
      }
    return undefined
  }

  /** Whether a host is not known as that of this probe. */
  isNew({ probe, host }: Pick<Report, 'probe' | 'host'>): boolean {
    return this.#hosts.get(host)?.probe !== probe
  }

  /**
   * Remembers the host of a report that was accepted.
   *
   * @returns whether anything has changed
   */
  remember({ probe, verified, host }: Report, today: string): boolean {
    const known = this.#hosts.get(host)
    if (known?.probe === probe && known.verified === verified && known.seen === today) return false
    // An unverified probe has one host at a time, so that it cannot fill the memory.
    const before = verified ? undefined : this.#unverified.get(probe)
    if (before !== undefined && before !== host) this.#delete(before)
    this.#set(host, { probe, verified, seen: today })
    this.#forgetOldest(verified)
    return true
  }

  /** @returns false when the host is not known */
  forget(host: string): boolean {
    const isKnown = this.#hosts.has(host)
    this.#delete(host)
    return isKnown
  }

  /** @returns the hosts that were forgotten */
  forgetUnverified(): readonly string[] {
    const hosts = [...this.#unverified.values()]
    for (const host of hosts) this.#delete(host)
    return hosts
  }

  #isFull(today: string): boolean {
    if (this.#unverified.size < this.#max.unverified) return false
    return this.#oldest(false)?.[1].seen === today
  }

  #forgetOldest(verified: boolean): void {
    const count = verified ? this.#hosts.size - this.#unverified.size : this.#unverified.size
    if (count <= this.#max[verified ? 'verified' : 'unverified']) return
    const oldest = this.#oldest(verified)
    if (oldest !== undefined) this.#delete(oldest[0])
  }

  #oldest(verified: boolean): readonly [string, HostBinding] | undefined {
    let oldest: readonly [string, HostBinding] | undefined
    for (const entry of this.#hosts)
      if (entry[1].verified === verified && (oldest === undefined || entry[1].seen < oldest[1].seen))
        oldest = entry
    return oldest
  }

  #set(host: string, binding: HostBinding): void {
    this.#delete(host)
    this.#hosts.set(host, binding)
    if (binding.verified) this.#verified.set(binding.probe, (this.#verified.get(binding.probe) ?? 0) + 1)
    else this.#unverified.set(binding.probe, host)
  }

  #delete(host: string): void {
    const known = this.#hosts.get(host)
    if (known === undefined) return
    this.#hosts.delete(host)
    if (!known.verified) return void this.#unverified.delete(known.probe)
    const rest = (this.#verified.get(known.probe) ?? 1) - 1
    if (rest > 0) this.#verified.set(known.probe, rest)
    else this.#verified.delete(known.probe)
  }
}
