import { SharedAllowance } from '../../../pacing/allowance.ts'
import type { Report } from '../../../report/schema.ts'
import type { ReportRefusal } from '../admission.ts'
import type { HeldPart, UnverifiedBounds } from './limits.ts'

/** The live report of an unverified probe, as far as it takes room. */
export interface HeldUnverified {
  readonly report: Report
  /** Most bytes of MessagePack that it can have: of the whole report that it began with, and all changes since. */
  readonly sizeBytes: number
  /** The address that it comes from. */
  readonly address: string
}

const parts: readonly HeldPart[] = [
  'nodes',
  'metrics',
  'connections',
  'addresses',
  'listeners',
  'decodedBytes',
]

const sizeOf = ({ report, sizeBytes }: HeldUnverified, part: HeldPart): number =>
  part === 'decodedBytes' ? sizeBytes : report[part].length

/**
 * Decides whether there is room for the report of an unverified probe.
 *
 * @param next what would be held of it
 * @param isThere whether a report of the same probe is held already, which it replaces
 * @param others those of the other unverified probes
 */
export const refuseForRoom = (
  next: HeldUnverified,
  isThere: boolean,
  others: readonly HeldUnverified[],
  bounds: Pick<UnverifiedBounds, 'probes' | 'probesPerAddress' | 'held'>,
): ReportRefusal | undefined => {
  const full = (what: string): ReportRefusal => ({
    code: 'too_many_unverified',
    field: 'envelope.probeId',
    message: `${what}; give the probe the app's cluster key ("scope token --join" where the app runs)`,
  })
  if (!isThere) {
    if (others.length >= bounds.probes) return full(`${bounds.probes} unverified probes report already`)
    const near = others.filter(({ address }) => address === next.address).length
    if (near >= bounds.probesPerAddress)
      return full(`${bounds.probesPerAddress} unverified probes report from ${next.address} already`)
  }
  for (const part of parts) {
    const held = others.reduce((sum, other) => sum + sizeOf(other, part), 0)
    if (held + sizeOf(next, part) > bounds.held[part])
      return full(`unverified probes hold all the room that there is for them (${part})`)
  }
  return undefined
}

/** Limits how many probes and hosts may be new. */
export class Newcomers {
  readonly #allowance: SharedAllowance

  constructor(bounds: Pick<UnverifiedBounds, 'newcomers' | 'newcomersPerAddress'>, nowMs: () => number) {
    this.#allowance = new SharedAllowance({ all: bounds.newcomers, each: bounds.newcomersPerAddress, nowMs })
  }

  /** Why no newcomer is taken from an address at the moment; undefined when one is. */
  refuse(address: string): ReportRefusal | undefined {
    if (!this.#allowance.isSpent(address)) return undefined
    return {
      code: 'too_many_unverified',
      field: 'envelope.probeId',
      message: `too many unverified probes are new, here or from ${address}; it is taken later, or with the app's cluster key`,
    }
  }

  /** Counts one that was taken. */
  taken(address: string): void {
    this.#allowance.spend(address, 1)
  }
}
