import type { NodeSummary } from '../../../src/api/types.ts'

/** Labels of a container that name what it was deployed as a part of. */
const projectLabels = ['com.docker.stack.namespace', 'io.kubernetes.pod.namespace'] as const

/** The stack of Swarm, project of Compose or namespace of Kubernetes that a node is a part of; undefined when it is in none. */
export function projectOf({ parents, tables }: Pick<NodeSummary, 'parents' | 'tables'>): string | undefined {
  const project = parents?.find(({ topologyId }) => topologyId === 'compose-projects')
  if (project) return project.label
  for (const { rows } of tables ?? [])
    for (const { entries } of rows)
      if (projectLabels.some((label) => label === entries.label)) return entries.value
  return undefined
}

/** The name of the host that a node is on; undefined for what is on none, or on several. */
export function hostOf({ parents }: Pick<NodeSummary, 'parents'>): string | undefined {
  const hosts = (parents ?? []).filter(({ topologyId }) => topologyId === 'hosts')
  return hosts.length === 1 ? hosts[0]?.label : undefined
}
