import type { ReportNode } from '../../report/schema.ts'

/** The labels that Docker Compose and Swarm put on the containers they create. */
export const stackLabels = {
  composeProject: 'com.docker.compose.project',
  composeService: 'com.docker.compose.service',
  composeNumber: 'com.docker.compose.container-number',
  composeDirectory: 'com.docker.compose.project.working_dir',
  composeFiles: 'com.docker.compose.project.config_files',
  composeVersion: 'com.docker.compose.version',
  swarmServiceId: 'com.docker.swarm.service.id',
  swarmServiceName: 'com.docker.swarm.service.name',
  swarmStack: 'com.docker.stack.namespace',
} as const

/** The Docker Compose project and service of a container. */
export interface ComposeMembership {
  readonly project: string
  readonly service: string | undefined
}

/** The Swarm service that a container is a task of. */
export interface SwarmMembership {
  readonly id: string
  readonly name: string
  readonly stack: string | undefined
}

const labelOf = (container: ReportNode, key: string): string | undefined =>
  container.labels?.[key] || undefined

/** The Compose project of a container; undefined when Compose did not create it. */
export const composeOf = (container: ReportNode): ComposeMembership | undefined => {
  const project = labelOf(container, stackLabels.composeProject)
  return project === undefined
    ? undefined
    : { project, service: labelOf(container, stackLabels.composeService) }
}

/**
 * The Swarm service of a container; undefined when it is not a task of one. Without a service id label, the name
 * serves as the id.
 */
export const swarmServiceOf = (container: ReportNode): SwarmMembership | undefined => {
  const name = labelOf(container, stackLabels.swarmServiceName)
  const id = labelOf(container, stackLabels.swarmServiceId) ?? name
  return id === undefined
    ? undefined
    : { id, name: name ?? id, stack: labelOf(container, stackLabels.swarmStack) }
}

/** The Swarm stack that a container belongs to, else its Compose project; undefined when it has neither. */
export const stackOf = (container: ReportNode): string | undefined =>
  labelOf(container, stackLabels.swarmStack) ?? composeOf(container)?.project
