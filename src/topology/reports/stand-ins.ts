import { facts } from '../../report/facts.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { Report, ReportNode, Topology } from '../../report/schema.ts'
import { flagFact } from './node-facts.ts'

/**
 * Nodes for what a report names but does not hold: its own host, processes of its connections (left out to keep to a
 * limit), containers of running processes (known by cgroup while Docker has not told of them, or cannot). The container
 * of a process that has exited gets none: it is gone, not unknown.
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
