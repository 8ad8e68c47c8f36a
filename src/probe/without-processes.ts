import { DOCKER_PROXY, runsAsDockerProxy } from '../report/docker-proxy.ts'
import { facts } from '../report/facts.ts'
import { hostNodeId } from '../report/ids.ts'
import type { ReportNode } from '../report/schema.ts'
import type { Collector, Contribution } from './collector.ts'
import type { ConnectionsCollector } from './connections/collector.ts'

interface Hidden {
  readonly processes: Collector
  readonly connections: ConnectionsCollector
}

const isProxy = (process: ReportNode | undefined): boolean =>
  process !== undefined && process.name === DOCKER_PROXY && runsAsDockerProxy(process)

/** The parts of a collector that are passed on unchanged. */
const lifeOf = (collector: Collector): Pick<Collector, 'id' | 'start' | 'stop'> => ({
  id: collector.id,
  start: (changed) => collector.start(changed),
  stop: () => collector.stop(),
})

/** Container or host that a process is in. */
const placeOf = ({ parents }: ReportNode, hostNode: string): string => parents.container?.[0] ?? hostNode

/**
 * Minimal nodes for the containers of living processes, for containers that no other collector reports. Exited
 * processes are ignored, since their containers may be gone as well.
 */
const standIns = (nodes: Iterable<ReportNode>, hostNode: string): ReportNode[] => {
  const ids = new Set<string>()
  for (const { parents, facts: known } of nodes)
    if (known[facts.exited] !== true) for (const id of parents.container ?? []) ids.add(id)
  return Array.from(
    ids,
    (id): ReportNode => ({
      id,
      topology: 'container',
      name: '',
      facts: {},
      parents: { host: [hostNode] },
      controls: [],
    }),
  )
}

/**
 * Wraps the collectors of processes and connections so that no process is reported. Processes are still watched, to
 * know whose a connection is. Connections and listeners are assigned to the container of their process, else to the
 * host. Records that no longer differ in their ends stay separate, and make up one edge of the map.
 *
 * @param collectors the collectors to wrap
 */
export const withoutProcesses = (collectors: Hidden, hostId: string): Hidden => {
  const { processes, connections } = collectors
  const hostNode = hostNodeId(hostId)
  let known:
    | { readonly of: readonly ReportNode[]; readonly byId: ReadonlyMap<string, ReportNode> }
    | undefined
  let containers: { readonly key: string; readonly nodes: readonly ReportNode[] } = { key: '', nodes: [] }

  const processNodes = (): ReadonlyMap<string, ReportNode> => {
    // No samples are wanted, and none is newer than infinity.
    const { nodes } = processes.collect(0, Number.POSITIVE_INFINITY)
    if (known?.of !== nodes) known = { of: nodes, byId: new Map(nodes.map((node) => [node.id, node])) }
    return known.byId
  }

  /** Returns the same nodes while the set of containers is the same. */
  const containersOf = (nodes: Iterable<ReportNode>): readonly ReportNode[] => {
    const made = standIns(nodes, hostNode)
    const key = made.map(({ id }) => id).join(' ')
    if (key !== containers.key) containers = { key, nodes: made }
    return containers.nodes
  }

  const collect = (uptimeMs: number, samplesSinceMs?: number): Contribution => {
    const told = connections.collect(uptimeMs, samplesSinceMs)
    const living = processNodes()
    const ended = new Map(told.nodes.map((node) => [node.id, node]))
    const place = (id: string): string => {
      const node = living.get(id) ?? ended.get(id)
      return node === undefined ? id : placeOf(node, hostNode)
    }
    return {
      ...told,
      nodes: containersOf(living.values()),
      connections: told.connections.map(({ client, server, ...record }) => ({
        ...record,
        ...(client === undefined ? {} : { client: place(client) }),
        ...(server === undefined ? {} : { server: place(server) }),
      })),
      ...(told.listeners && {
        listeners: told.listeners
          .filter(({ process }) => !isProxy(living.get(process)))
          .map((listener) => ({ ...listener, process: place(listener.process) })),
      }),
    }
  }

  return {
    processes: {
      ...lifeOf(processes),
      collect: (uptimeMs) => {
        const { status } = processes.collect(uptimeMs, Number.POSITIVE_INFINITY)
        const reason = ['not told, by --probe.processes=false', status.reason].filter(Boolean).join('; ')
        return { nodes: [], metrics: [], connections: [], addresses: [], status: { ...status, reason } }
      },
    },
    connections: {
      ...lifeOf(connections),
      collect,
      singleConnections: (recordIds, limit) => {
        const { connections: rows, total } = connections.singleConnections(recordIds, limit)
        const withoutProcess = <End extends { readonly process?: string }>({ process: _, ...end }: End) => end
        return {
          total,
          connections: rows.map((row) => ({
            ...row,
            client: withoutProcess(row.client),
            server: withoutProcess(row.server),
          })),
        }
      },
    },
  }
}
