import { ReportError } from './report-error.ts'
import type { Report } from './schema.ts'

type Section = 'nodes' | 'metrics' | 'connections' | 'addresses' | 'status'

/**
 * What a schema cannot say: ids are unique in their section, and what a report refers to is in it.
 *
 * @throws {ReportError} at the first fault
 */
export const checkConsistency = (report: Report): void => {
  unique('nodes', report.nodes)
  unique('connections', report.connections)
  unique('addresses', report.addresses)
  unique('status', report.status)
  checkMetrics(report)
  checkConnections(report)
}

function fail(code: string, field: string, message: string): never {
  throw new ReportError(code, message, { field })
}

const unique = (section: Section, entities: readonly { readonly id: string }[]): void => {
  const seen = new Set<string>()
  for (const [index, { id }] of entities.entries()) {
    if (seen.has(id)) fail('duplicate_id', `${section}[${index}].id`, `the id ${id} is there twice`)
    seen.add(id)
  }
}

const checkMetrics = ({ nodes, metrics }: Report): void => {
  const seen = new Map<string, Set<string>>(nodes.map((node) => [node.id, new Set()]))
  for (const [index, metric] of metrics.entries()) {
    const ids = seen.get(metric.node)
    if (ids === undefined)
      fail('unknown_node', `metrics[${index}].node`, `no node ${metric.node} is in the report`)
    if (ids.has(metric.id))
      fail('duplicate_id', `metrics[${index}].id`, `the metric ${metric.id} of ${metric.node} is there twice`)
    ids.add(metric.id)
  }
}

const checkConnections = ({ nodes, connections, addresses }: Report): void => {
  const processes = new Set(nodes.filter((node) => node.topology === 'process').map((node) => node.id))
  const book = new Set(addresses.map((address) => address.id))
  for (const [index, connection] of connections.entries()) {
    for (const side of ['client', 'server'] as const) {
      const id = connection[side]
      if (id !== undefined && !processes.has(id))
        fail('unknown_node', `connections[${index}].${side}`, `no process ${id} is in the report`)
    }
    for (const side of ['clientAddress', 'serverAddress', 'originalAddress'] as const) {
      const id = connection[side]
      if (id !== undefined && !book.has(id))
        fail('unknown_address', `connections[${index}].${side}`, `no address ${id} is in the report`)
    }
  }
}
