import type { Report, ReportNode } from '../../src/report/schema.ts'

/** Enough to show a metric. */
const SAMPLES = 2

/**
 * A report of some nodes only: with their metrics, the connections whose ends on this host are all kept, and the addresses
 * that these or the nodes have. The host stays.
 */
export const keepNodes = (report: Report, keep: (node: ReportNode) => boolean): Report => {
  const nodes = report.nodes.filter((node) => node.topology === 'host' || keep(node))
  const ids = new Set(nodes.map(({ id }) => id))
  const isKept = (id: string | undefined) => id === undefined || ids.has(id)
  const connections = report.connections.filter(({ client, server }) => isKept(client) && isKept(server))
  const named = new Set(
    connections.flatMap((record) => [record.clientAddress, record.serverAddress, record.originalAddress]),
  )
  const addresses = report.addresses.flatMap(({ owners, ...address }) => {
    const kept = owners?.filter((id) => ids.has(id)) ?? []
    if (!named.has(address.id) && !kept.some((id) => !id.endsWith('<host>'))) return []
    return [{ ...address, ...(kept.length > 0 && { owners: kept }) }]
  })
  const metrics = report.metrics
    .filter(({ node }) => ids.has(node))
    .map((metric) => ({ ...metric, samples: metric.samples.slice(-SAMPLES) }))
  return { ...report, nodes, metrics, connections, addresses }
}
