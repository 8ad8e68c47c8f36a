import { byId } from '../../report/delta/by-id.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { CollectorStatus, ConnectionRecord, Report, ReportNode } from '../../report/schema.ts'
import { type CountLimits, choose } from './choose.ts'
import { chooseListeners } from './choose-listeners.ts'
import { createCompletenessCheck } from './complete-connections.ts'
import { fitNode, type TextLimits } from './fit-node.ts'
import type { MergedNodes } from './merge-nodes.ts'
import type { Merged } from './merger.ts'

/** The limits of an app, and how it is told of what is cut. */
export interface FitLimits extends ReportLimits {
  /** Whether it takes the number of texts that were cut (`omitted.texts`). */
  readonly tellsCutTexts?: boolean
  /** Whether it takes which records were added to a connection record (`absorbed`). */
  readonly tellsAbsorbed?: boolean
}

/** Those of the limits that decide what one entity is in a report, however many there may be. */
export type EntityLimits = TextLimits & Pick<FitLimits, 'tellsCutTexts' | 'tellsAbsorbed'>

export const entityLimitsOf = (limits: FitLimits): EntityLimits => {
  const { entriesPerNode, nameLength, valueLength, tellsCutTexts = false, tellsAbsorbed = false } = limits
  return { entriesPerNode, nameLength, valueLength, tellsCutTexts, tellsAbsorbed }
}

/**
 * Creates a function that makes reports of what is known, within the limits of an app; those on counts may be others each
 * time. An entity that is the same object as before is the same object in the report, and so is a section without a change.
 * Neither may be modified.
 */
export const createFitter = (
  limits: EntityLimits,
): ((merged: Merged, envelope: Report['envelope'], counts: CountLimits) => Report) => {
  const { fitNodes, cutTextsOf } = createNodeFitter(limits)
  const fitStatus = createStatusFitter(limits)
  const fitConnections = limits.tellsAbsorbed
    ? (connections: ConnectionRecord[]) => connections
    : createAbsorbedOmitter()
  const completeConnections = createCompletenessCheck()

  return (merged, envelope, counts) => {
    const { host, probe, connections, addresses, metrics, listeners, controls } = merged
    const nodes = fitNodes(merged.nodes, merged.hostNode)
    const complete = completeConnections({ nodes, addresses: byId(addresses) }, fitConnections(connections))
    const chosen = choose({ nodes, connections: complete, addresses, metrics }, counts)
    const listening = chooseListeners(listeners, chosen.nodes, counts)
    return {
      ...{ envelope, host, probe },
      nodes: chosen.nodes,
      metrics: chosen.metrics,
      connections: chosen.connections,
      addresses: chosen.addresses,
      listeners: listening,
      status: fitStatus(merged.status),
      controls,
      omitted: {
        nodes: nodes.told - chosen.nodes.length,
        metrics: metrics.length - chosen.metrics.length,
        connections: connections.length - chosen.connections.length,
        addresses: addresses.length - chosen.addresses.length,
        listeners: listeners.length - listening.length,
        ...(limits.tellsCutTexts && { texts: cutTextsOf(chosen.nodes) }),
      },
    }
  }
}

/** Creates a function that remembers its last result, and returns it while its first argument is the same object. */
const whileSame = <Input extends object, More extends unknown[], Output>(
  compute: (input: Input, ...more: More) => Output,
): ((input: Input, ...more: More) => Output) => {
  let last: { readonly input: Input; readonly output: Output } | undefined
  return (input, ...more) => {
    if (last?.input !== input) last = { input, output: compute(input, ...more) }
    return last.output
  }
}

const createNodeFitter = (limits: TextLimits) => {
  const fitted = new WeakMap<ReportNode, ReportNode | null>()
  /** By nodes that were cut. */
  const cutTexts = new WeakMap<ReportNode, number>()

  const fit = (node: ReportNode, hostNode: string): ReportNode | null => {
    const known = fitted.get(node)
    if (known !== undefined) return known
    const made = fitNode(node, hostNode, limits)
    if (made !== undefined && made.cutTexts > 0) cutTexts.set(made.node, made.cutTexts)
    fitted.set(node, made?.node ?? null)
    return made?.node ?? null
  }

  return {
    fitNodes: whileSame(({ list, told }: MergedNodes, hostNode: string): MergedNodes => {
      const sendable = list.flatMap((node) => fit(node, hostNode) ?? [])
      return { list: sendable, byId: new Map(sendable.map((node) => [node.id, node])), told }
    }),
    cutTextsOf: whileSame((nodes: readonly ReportNode[]): number =>
      nodes.reduce((sum, node) => sum + (cutTexts.get(node) ?? 0), 0),
    ),
  }
}

/** For apps that compare a record only with one of the same `sinceMs`: it stays what it was at first. */
const createAbsorbedOmitter = () => {
  const fitted = new WeakMap<ConnectionRecord, ConnectionRecord>()

  const fit = (record: ConnectionRecord): ConnectionRecord => {
    const { absorbed } = record
    if (absorbed === undefined) return record
    const made = fitted.get(record) ?? withoutAbsorbed(record, absorbed.beganMs)
    fitted.set(record, made)
    return made
  }

  return whileSame((connections: ConnectionRecord[]) => {
    const made = connections.map(fit)
    return made.some((record, index) => record !== connections[index]) ? made : connections
  })
}

const withoutAbsorbed = (record: ConnectionRecord, sinceMs: number): ConnectionRecord => {
  const { absorbed: _, ...rest } = record
  return { ...rest, sinceMs }
}

const createStatusFitter = ({ valueLength }: TextLimits) => {
  const fitted = new WeakMap<CollectorStatus, CollectorStatus>()

  const fit = (status: CollectorStatus): CollectorStatus => {
    const reason = status.reason.slice(0, valueLength).toWellFormed()
    if (reason === status.reason) return status
    const made = fitted.get(status) ?? { ...status, reason }
    fitted.set(status, made)
    return made
  }

  return whileSame((status: CollectorStatus[]) => status.map(fit))
}
