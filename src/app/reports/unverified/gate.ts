import { SharedAllowance } from '../../../pacing/allowance.ts'
import type { ReportMessage } from '../../../report/delta/delta-schema.ts'
import type { Peer } from '../../access/peer/local-peers.ts'
import type { RequestFacts } from '../../access/request/request-facts.ts'
import type { AccessRules } from '../../access/rules.ts'
import { ApiError } from '../../http/api-error.ts'
import type { UnverifiedBounds } from './limits.ts'
import { whereFrom } from './where-from.ts'

/** What {@link UnverifiedGate} needs. */
export interface UnverifiedGateOptions {
  readonly rules: AccessRules
  /** Ids of the users of this machine, besides root, whose unverified probes are taken: those who launched Scope. */
  readonly users: ReadonlySet<number>
  readonly bounds: UnverifiedBounds
  readonly nowMs: () => number
}

/** How an unverified probe is told that it gets nothing: what it gets from every app that takes none. */
export const wrongClusterKey = (why = ''): ApiError =>
  new ApiError(
    403,
    'wrong_cluster_key',
    `the probe does not hold this app's cluster key${why}; give both the same: "scope token --join" where the app runs prints how`,
  )

/**
 * What checking and keeping a report costs beside its bytes, in bytes that cost as much: an entity of a few bytes takes as long as a
 * text of a thousand.
 */
export const costOf = ({ nodes, connections, addresses, listeners, metrics }: ReportMessage): number =>
  1000 * (nodes.length + connections.length) +
  300 * (addresses.length + listeners.length) +
  100 * metrics.length

/** What a body costs that is no report: as much as if it had been full of entities. */
export const costOfRefused = (sizeBytes: number): number => 10 * sizeBytes

/** Lets the requests of unverified probes pass where they may come from, and as fast as they may come. */
export class UnverifiedGate {
  readonly #options: UnverifiedGateOptions
  readonly #requests: SharedAllowance
  readonly #bytes: SharedAllowance

  constructor(options: UnverifiedGateOptions) {
    const { bounds, nowMs } = options
    this.#options = options
    this.#requests = new SharedAllowance({ all: bounds.requests, each: bounds.requestsPerAddress, nowMs })
    this.#bytes = new SharedAllowance({ all: bounds.bytes, each: bounds.bytesPerAddress, nowMs })
  }

  /**
   * Lets a request pass, before anything that costs more than this is done for it.
   *
   * @param ownerOf asks the kernel whose process of this machine has the other end of its connection
   * @returns the address by which it is limited
   * @throws {ApiError} 403 when it comes from where no unverified probe is taken, 429 when too much comes from there
   */
  pass(facts: RequestFacts, ownerOf: () => Peer): string {
    const from = whereFrom(facts, { rules: this.#options.rules, ownerOf })
    if (from.kind === 'unknown')
      throw wrongClusterKey(`, and of an unverified one nobody knows whose it is, since ${from.why}`)
    if (from.kind === 'here' && from.uid !== 0 && !this.#options.users.has(from.uid))
      throw wrongClusterKey(
        `, and on this machine only root and whoever launched Scope may do without, not the user ${from.uid}`,
      )
    const { address } = from
    if (this.#requests.isSpent(address) || this.#bytes.isSpent(address))
      throw new ApiError(429, 'too_many_unverified', `too much comes from unverified probes at ${address}`, {
        headers: { 'retry-after': '5' },
      })
    this.#requests.spend(address, 1)
    return address
  }

  /** Counts what decoding a body costs: its size, see {@link costOf} for what was in it. */
  spend(address: string, sizeBytes: number): void {
    this.#bytes.spend(address, sizeBytes)
  }
}
