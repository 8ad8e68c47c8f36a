import type { NodeSummary } from '../../../src/api/types.ts'
import type { ResourceKind } from '../address/shown.ts'

/** The views whose nodes are boxes, from the outside in. */
export type ResourceView = 'hosts' | 'containers' | 'processes'

/** What a node uses. */
export interface Use {
  readonly id: string
  readonly label: string
  readonly view: ResourceView
  /** CPU in percent of one CPU, memory in bytes. */
  readonly value: number
}

/** A container with those of its processes that use something. */
export interface ContainerUse extends Use {
  readonly processes: readonly Use[]
}

/** A host with what runs on it, the largest first. */
export interface HostUse extends Use {
  /** All there is of it, in the unit of `value`: 100 for each CPU, or bytes. */
  readonly capacity: number
  readonly containers: readonly ContainerUse[]
  /** Those of its processes that are in no container that is shown. */
  readonly processes: readonly Use[]
}

/** Ids of the metrics, by view. */
const metricIds: Readonly<Record<ResourceKind, Readonly<Record<ResourceView, string>>>> = {
  cpu: {
    hosts: 'host_cpu_usage_percent',
    containers: 'docker_cpu_total_usage',
    processes: 'process_cpu_usage_percent',
  },
  memory: {
    hosts: 'host_mem_usage_bytes',
    containers: 'docker_memory_usage',
    processes: 'process_memory_usage_bytes',
  },
}

/** Nodes by id, as a view's stream delivers them. */
type Nodes = ReadonlyMap<string, NodeSummary>

/**
 * What hosts, their containers and the processes of both use now. Nodes without the metric, or that use nothing, are left out, and so
 * are containers and processes of hosts that are not there. Hosts are in the order of their names.
 */
export function hostUses(
  views: Readonly<Record<ResourceView, Nodes>>,
  kind: ResourceKind,
): readonly HostUse[] {
  const processes = usesOf(views.processes, 'processes', kind)
  const containers = usesOf(views.containers, 'containers', kind)
  const containerIds = new Set(containers.map(({ use }) => use.id))
  const byContainer = new Map<string, Use[]>()
  const byHost = new Map<string, Use[]>()
  for (const { node, use } of processes) {
    const container = parentIn(node, 'containers')
    const [group, key] =
      container !== undefined && containerIds.has(container)
        ? [byContainer, container]
        : [byHost, parentIn(node, 'hosts')]
    if (key !== undefined) add(group, key, use)
  }
  const containersByHost = new Map<string, ContainerUse[]>()
  for (const { node, use } of containers) {
    const host = parentIn(node, 'hosts')
    if (host !== undefined)
      add(containersByHost, host, { ...use, processes: largestFirst(byContainer.get(use.id)) })
  }
  return [...views.hosts.values()]
    .flatMap((node): HostUse[] => {
      const capacity = capacityOf(node, kind)
      if (node.pseudo || capacity === undefined) return []
      const metric = node.metrics?.find(({ id }) => id === metricIds[kind].hosts)
      // The CPU of a host is a share of all its CPUs, that of what runs on it one of a single CPU.
      const value = ((metric?.value ?? 0) / (kind === 'cpu' ? 100 : 1)) * (kind === 'cpu' ? capacity : 1)
      return [
        {
          ...{ id: node.id, label: node.label, view: 'hosts', value, capacity },
          containers: largestFirst(containersByHost.get(node.id)),
          processes: largestFirst(byHost.get(node.id)),
        },
      ]
    })
    .sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0))
}

/** All that a host has of a resource; undefined when it does not tell. */
function capacityOf(host: NodeSummary, kind: ResourceKind): number | undefined {
  const metric = host.metrics?.find(({ id }) => id === metricIds[kind].hosts)
  if (!metric) return undefined
  if (kind === 'memory') return metric.max
  const cpus = Number(host.metadata?.find(({ id }) => id === 'cpu_count')?.value ?? 1)
  return (cpus > 0 ? cpus : 1) * 100
}

function usesOf(
  nodes: Nodes,
  view: ResourceView,
  kind: ResourceKind,
): readonly { readonly node: NodeSummary; readonly use: Use }[] {
  return [...nodes.values()].flatMap((node) => {
    const value = node.metrics?.find(({ id }) => id === metricIds[kind][view])?.value ?? 0
    return value > 0 && !node.pseudo ? [{ node, use: { id: node.id, label: node.label, view, value } }] : []
  })
}

function parentIn({ parents }: NodeSummary, view: ResourceView): string | undefined {
  return parents?.find(({ topologyId }) => topologyId === view)?.id
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

function largestFirst<T extends Use>(uses: readonly T[] = []): readonly T[] {
  return [...uses].sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
}
