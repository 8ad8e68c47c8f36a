import type { ControlDescription } from '../../report/control.ts'
import { byId } from '../../report/delta/by-id.ts'
import { hostNodeId, processNodeId } from '../../report/ids.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Address, CollectorStatus, ConnectionRecord, Listener, Report } from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'
import type { Offer } from '../controls/offer.ts'
import { choose } from './choose.ts'
import { chooseListeners } from './choose-listeners.ts'
import { createCompletenessCheck } from './complete-connections.ts'
import { mergeAddresses, mergeConnections, mergeMetrics } from './merge.ts'
import { createNodeMerger } from './merge-nodes.ts'
import { createOfferFilter } from './offered-controls.ts'
import { createStabiliser } from './stabiliser.ts'

/** The parts that a report is assembled from. */
export interface ReportParts {
  readonly envelope: Report['envelope']
  readonly host: Report['host']
  readonly probe: Report['probe']
  /** The contributions of all collectors. When two report the same thing, the first takes precedence. */
  readonly contributions: readonly Contribution[]
  /** By default, nothing may be done. */
  readonly offer?: Offer
}

/**
 * Creates a function that assembles reports within the limits of an app. Entities that did not change are the same
 * objects from one report to the next, and so are sections without a change. Neither may be modified.
 */
export const createAssembler = (limits: ReportLimits): ((parts: ReportParts) => Report) => {
  const mergeNodes = createNodeMerger(limits)
  const filterOffers = createOfferFilter()
  const completeConnections = createCompletenessCheck()
  const stableConnections = createStabiliser<ConnectionRecord>()
  const stableAddresses = createStabiliser<Address>()
  const stableListeners = createStabiliser<Listener>()
  const stableControls = createStabiliser<ControlDescription>()
  const stableStatus = createStabiliser<CollectorStatus>()

  const fitStatus = (status: CollectorStatus): CollectorStatus => {
    const reason = status.reason.slice(0, limits.valueLength).toWellFormed()
    return reason === status.reason ? status : { ...status, reason }
  }

  return ({ envelope, host, probe, contributions, offer }) => {
    const controls = stableControls(offer?.controls ?? [])
    const scopeProcesses = new Set(offer?.scopePids.map((pid) => processNodeId(host.id, pid)))
    const nodes = filterOffers(mergeNodes(contributions, hostNodeId(host.id)), { controls, scopeProcesses })
    const connections = stableConnections(mergeConnections(contributions))
    const addresses = stableAddresses([...mergeAddresses(contributions).values()])
    const metrics = mergeMetrics(contributions)
    const complete = completeConnections({ nodes, addresses: byId(addresses) }, connections)
    const chosen = choose({ nodes, connections: complete, addresses, metrics }, limits)
    const listeners = stableListeners(contributions.flatMap((one) => one.listeners ?? []))
    const listening = chooseListeners(listeners, chosen.nodes, limits)
    return {
      ...{ envelope, host, probe },
      nodes: chosen.nodes,
      metrics: chosen.metrics,
      connections: chosen.connections,
      addresses: chosen.addresses,
      listeners: listening,
      status: stableStatus(contributions.map(({ status }) => fitStatus(status))),
      controls,
      omitted: {
        nodes: nodes.told - chosen.nodes.length,
        metrics: metrics.length - chosen.metrics.length,
        connections: connections.length - chosen.connections.length,
        addresses: addresses.length - chosen.addresses.length,
        listeners: listeners.length - listening.length,
      },
    }
  }
}
