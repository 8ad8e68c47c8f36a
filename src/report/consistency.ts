import { byId } from './delta/by-id.ts'
import { keyedSections, type ReportDelta } from './delta/delta-schema.ts'
import { isEnd } from './ends.ts'
import { ReportError } from './report-error.ts'
import type { ConnectionRecord, Listener, Metric, Report, ReportNode } from './schema.ts'

/** The sections that connections, listeners and metrics refer to by id. */
type References = Pick<Report, 'nodes' | 'addresses'>

/**
 * Checks what the schema cannot express: ids are unique within their section, and every id that is referred to exists
 * in the report.
 *
 * @throws {ReportError} at the first fault
 */
export const checkConsistency = (report: Report): void => {
  for (const section of keyedSections) unique(section, report[section])
  checkMetrics(report.metrics, report)
  checkConnections(report.connections, report)
  checkListeners(report.listeners, report)
  checkOffers(report.nodes, report)
}

/**
 * Checks a delta as far as that is possible without its base report: ids are unique within their section, and no id is
 * both changed and removed.
 *
 * @throws {ReportError} at the first fault
 */
export const checkDelta = (delta: ReportDelta): void => {
  for (const section of keyedSections) {
    const seen = unique(section, delta[section])
    for (const [index, id] of delta.removed[section].entries()) {
      if (seen.has(id))
        fail('duplicate_id', `removed.${section}[${index}]`, `the id ${id} is there twice, or not removed`)
      seen.add(id)
    }
  }
}

function fail(code: string, field: string, message: string): never {
  throw new ReportError(code, message, { field })
}

const unique = (section: string, entities: readonly { readonly id: string }[]): Set<string> => {
  const seen = new Set<string>()
  let index = 0
  for (const { id } of entities) {
    if (seen.has(id)) fail('duplicate_id', `${section}[${index}].id`, `the id ${id} is there twice`)
    seen.add(id)
    index++
  }
  return seen
}

/** @throws {ReportError} when a metric occurs twice, or its node is not in the report */
export const checkMetrics = (metrics: readonly Metric[], { nodes }: Pick<References, 'nodes'>): void => {
  const known = byId(nodes)
  const seen = new Map<string, Set<string>>()
  for (const [index, metric] of metrics.entries()) {
    if (!known.has(metric.node))
      fail('unknown_node', `metrics[${index}].node`, `no node ${metric.node} is in the report`)
    const ids = seen.get(metric.node) ?? new Set()
    seen.set(metric.node, ids)
    if (ids.has(metric.id))
      fail('duplicate_id', `metrics[${index}].id`, `the metric ${metric.id} of ${metric.node} is there twice`)
    ids.add(metric.id)
  }
}

/** @throws {ReportError} when a connection refers to a process or an address that is not in the report */
export const checkConnections = (
  connections: readonly ConnectionRecord[],
  { nodes, addresses }: References,
): void => {
  if (connections.length === 0) return
  const known = byId(nodes)
  const book = byId(addresses)
  // Without a list of fields for each of them, since there may be tens of thousands.
  const checkEnd = (id: string | undefined, index: number, side: string): void => {
    if (id !== undefined && !isEnd(known.get(id)))
      fail('unknown_node', `connections[${index}].${side}`, `no process ${id} is in the report`)
  }
  const checkAddress = (id: string | undefined, index: number, side: string): void => {
    if (id !== undefined && !book.has(id))
      fail('unknown_address', `connections[${index}].${side}`, `no address ${id} is in the report`)
  }
  let index = 0
  for (const connection of connections) {
    checkEnd(connection.client, index, 'client')
    checkEnd(connection.server, index, 'server')
    checkAddress(connection.clientAddress, index, 'clientAddress')
    checkAddress(connection.serverAddress, index, 'serverAddress')
    checkAddress(connection.originalAddress, index, 'originalAddress')
    index++
  }
}

/** @throws {ReportError} when the process of a listener is not in the report */
export const checkListeners = (
  listeners: readonly Listener[],
  { nodes }: Pick<References, 'nodes'>,
): void => {
  const known = byId(nodes)
  for (const [index, { process }] of listeners.entries())
    if (!isEnd(known.get(process)))
      fail('unknown_node', `listeners[${index}].process`, `no process ${process} is in the report`)
}

/**
 * @throws {ReportError} when a node offers a control twice, or one that is not described in the report or is not for nodes of
 * its kind
 */
export const checkOffers = (nodes: readonly ReportNode[], { controls }: Pick<Report, 'controls'>): void => {
  const known = byId(controls)
  for (const [index, { topology, controls: offered }] of nodes.entries()) {
    for (const [place, id] of offered.entries()) {
      const field = `nodes[${index}].controls[${place}]`
      const control = known.get(id)
      if (control === undefined) fail('unknown_control', field, `no control ${id} is in the report`)
      if (control.kind !== topology)
        fail('wrong_control', field, `${id} is a control of a ${control.kind}, not of a ${topology}`)
      if (offered.indexOf(id) !== place) fail('duplicate_id', field, `the id ${id} is there twice`)
    }
  }
}
