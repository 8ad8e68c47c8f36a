import { facts } from '../../report/facts.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { Report, ReportNode, Topology } from '../../report/schema.ts'
import { flagFact } from './node-facts.ts'

/**
 * Makes empty nodes for ids that a report refers to but has no node for:
 *
 * - the report's own host
 * - processes at the ends of its connections, which the probe left out to keep within a limit
 * - containers of running processes, which are known by their cgroup when Docker has not reported them yet, or cannot
 *
 * The container of an exited process gets no stand-in, because it has been removed.
 */
export const standIns = (report: Report): ReportNode[] => {
  const known = new Set(report.nodes.map((node) => node.id))
  const made: ReportNode[] = []
  const host = hostNodeId(report.host.id)
  const add = (id: string, topology: Topology, name: string) => {
    if (known.has(id)) return
    known.add(id)
    const parents = topology === 'host' ? {} : { host: [host] }
    made.push({ id, topology, name, facts: {}, parents, controls: [] })
  }
  add(host, 'host', report.host.name)
  for (const node of report.nodes) {
    if (node.topology !== 'process' || flagFact(node, facts.exited)) continue
    for (const container of node.parents.container ?? []) add(container, 'container', '')
  }
  for (const { client, server } of report.connections) {
    if (client !== undefined) add(client, 'process', '')
    if (server !== undefined) add(server, 'process', '')
  }
  return made
}
