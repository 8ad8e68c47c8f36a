import type { ReportNode } from '../../report/schema.ts'
import { composeOf, swarmServiceOf } from '../reports/stacks.ts'

/**
 * The name of a container that the next in its place will have, too: its own, but for tasks of Swarm, `service.slot.task`, of
 * which each has a name of its own.
 */
export const lastingName = (container: ReportNode): string => {
  const name = container.name || container.id
  const service = swarmServiceOf(container)?.name
  if (service === undefined || !name.startsWith(`${service}.`)) return name
  const [slot = ''] = name.slice(service.length + 1).split('.')
  return `${service}.${slot}`
}

/** Names the service that a container is of, on whichever host; undefined when it is of none. */
export const serviceOf = (container: ReportNode): string | undefined => {
  const swarm = swarmServiceOf(container)
  if (swarm !== undefined) return `swarm ${swarm.name}`
  const compose = composeOf(container)
  return compose?.service === undefined ? undefined : `compose ${compose.project} ${compose.service}`
}
