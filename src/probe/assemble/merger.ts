import type { ControlDescription } from '../../report/control/control.ts'
import { hostNodeId, processNodeId } from '../../report/ids.ts'
import type {
  Address,
  CollectorStatus,
  ConnectionRecord,
  Listener,
  Metric,
  Report,
} from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'
import type { Offer } from '../controls/offer.ts'
import { mergeAddresses, mergeConnections, mergeMetrics } from './merge.ts'
import { createNodeMerger, type MergedNodes } from './merge-nodes.ts'
import { createOfferFilter } from './offered-controls.ts'
import { createStabiliser } from './stabiliser.ts'

/** What the collectors know of one moment. */
export interface Collected {
  /** Time of it on the probe's clock. */
  readonly uptimeMs: number
  readonly host: Report['host']
  readonly probe: Report['probe']
  /** The contributions of all collectors. When two report the same thing, the first takes precedence. */
  readonly contributions: readonly Contribution[]
  /** By default, nothing may be done. */
  readonly offer?: Offer
}

/** All that is known of one moment, each id once: what reports to all apps are made from. It must not be changed. */
export interface Merged extends Pick<Collected, 'uptimeMs' | 'host' | 'probe'> {
  /** Id of the host's node. */
  readonly hostNode: string
  readonly nodes: MergedNodes
  readonly metrics: readonly Metric[]
  readonly connections: ConnectionRecord[]
  readonly addresses: Address[]
  readonly listeners: Listener[]
  readonly status: CollectorStatus[]
  readonly controls: ControlDescription[]
}

/**
 * Creates a function that merges what all collectors know. Entities that did not change are the same objects from one call
 * to the next, and so are sections without a change.
 */
export const createMerger = (): ((collected: Collected) => Merged) => {
  const mergeNodes = createNodeMerger()
  const filterOffers = createOfferFilter()
  const stableConnections = createStabiliser<ConnectionRecord>()
  const stableAddresses = createStabiliser<Address>()
  const stableListeners = createStabiliser<Listener>()
  const stableControls = createStabiliser<ControlDescription>()
  const stableStatus = createStabiliser<CollectorStatus>()

  return ({ uptimeMs, host, probe, contributions, offer }) => {
    const controls = stableControls(offer?.controls ?? [])
    const scopeProcesses = new Set(offer?.scopePids.map((pid) => processNodeId(host.id, pid)))
    return {
      ...{ uptimeMs, host, probe, controls },
      hostNode: hostNodeId(host.id),
      nodes: filterOffers(mergeNodes(contributions), { controls, scopeProcesses }),
      metrics: mergeMetrics(contributions),
      connections: stableConnections(mergeConnections(contributions)),
      addresses: stableAddresses([...mergeAddresses(contributions).values()]),
      listeners: stableListeners(contributions.flatMap((one) => one.listeners ?? [])),
      status: stableStatus(contributions.map(({ status }) => status)),
    }
  }
}
