import type { Faults } from '../../log/faults.ts'
import type { ControlDescription } from '../../report/control.ts'
import type { ControlKind } from '../../report/control-kind.ts'
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
}

const nothing: Offer = { controls: [], scopePids: [] }

/** Creates a function that finds out what a report offers. It offers nothing while it is not known what Scope itself is. */
export const createOffer =
  ({ allowed, controls, scopePids, faults }: OfferOptions): (() => Offer) =>
  () => {
    if (allowed.size === 0) return nothing
    const offered = controls().filter(({ kind }) => allowed.has(kind))
    if (offered.length === 0) return nothing
    try {
      const offer = { controls: offered.map(describeControl), scopePids: scopePids() }
      faults.worked('control', 'find its own processes')
      return offer
    } catch (error) {
      faults.failed('control', 'find its own processes', error)
      return nothing
    }
  }
