import type { Faults } from '../../log/faults.ts'
import type { ControlDescription } from '../../report/control/control.ts'
import type { ControlKind } from '../../report/control/control-kind.ts'
import type { Control } from './control.ts'
import { describeControl } from './describe-control.ts'

/** What may be done through this probe, and on what not. */
export interface Offer {
  /** The controls that this probe allows, each id once. Nodes offer no others. */
  readonly controls: readonly ControlDescription[]
  /** Pids of Scope's own processes, on which none is offered. */
  readonly scopePids: readonly number[]
}

/** What {@link createOffer} needs. */
export interface OfferOptions {
  readonly allowed: ReadonlySet<ControlKind>
  /** The controls of all collectors, each id once. */
  readonly controls: () => readonly Control[]
  readonly scopePids: () => readonly number[]
  readonly faults: Pick<Faults, 'failed' | 'worked'>
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

const nothing: Offer = { controls: [], scopePids: [] }

/**
 * How long Scope's own processes are taken to be the same while no process comes or goes: a part of Scope says who it
 * is a little after it has started. Whether a control is carried out is decided when it is used.
 */
const PIDS_KEPT_MS = 5000

/**
 * Creates a function that finds out what a report offers. It offers nothing while it is not known what Scope itself is.
 *
 * @returns a function that is told the list of processes that the report has: another list is another set of processes
 */
export const createOffer = ({
  allowed,
  controls,
  scopePids,
  faults,
  nowMs,
}: OfferOptions): ((processes: readonly unknown[]) => Offer) => {
  let known:
    | { readonly pids: readonly number[]; readonly of: readonly unknown[]; readonly atMs: number }
    | undefined

  const pidsAmong = (processes: readonly unknown[]): readonly number[] => {
    if (known?.of === processes && nowMs() - known.atMs < PIDS_KEPT_MS) return known.pids
    known = undefined
    const pids = scopePids()
    known = { pids, of: processes, atMs: nowMs() }
    return pids
  }

  return (processes) => {
    if (allowed.size === 0) return nothing
    const offered = controls().filter(({ kind }) => allowed.has(kind))
    if (offered.length === 0) return nothing
    try {
      const offer = { controls: offered.map(describeControl), scopePids: pidsAmong(processes) }
      faults.worked('control', 'find its own processes')
      return offer
    } catch (error) {
      faults.failed('control', 'find its own processes', error)
      return nothing
    }
  }
}
