import type { ReportNode } from '../../report/schema.ts'
import { composeOf, swarmServiceOf } from '../reports/stacks.ts'

/**
 * The name that a container's replacement will have as well. It is the container's own name, except for Swarm tasks:
 * they are named `service.slot.task`, and the part for the task is left out because it changes.
 */
export const lastingName = (container: ReportNode): string => {
  const name = container.name || container.id
  const service = swarmServiceOf(container)?.name
  if (service === undefined || !name.startsWith(`${service}.`)) return name
  const [slot = ''] = name.slice(service.length + 1).split('.')
  return `${service}.${slot}`
}

/** A key for the Compose or Swarm service of a container, the same on every host; undefined when it belongs to none. */
export const serviceOf = (container: ReportNode): string | undefined => {
  const swarm = swarmServiceOf(container)
  if (swarm !== undefined) return `swarm ${swarm.name}`
  const compose = composeOf(container)
  return compose?.service === undefined ? undefined : `compose ${compose.project} ${compose.service}`
}
