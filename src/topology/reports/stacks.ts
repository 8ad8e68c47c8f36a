import type { ReportNode } from '../../report/schema.ts'

/** The labels with which Docker Compose and Swarm mark the containers they make. */
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

/** The project of Docker Compose a container belongs to, and its service there. */
export interface ComposeMembership {
  readonly project: string
  readonly service: string | undefined
}

/** The service of a Swarm that a container is a task of. */
export interface SwarmMembership {
  readonly id: string
  readonly name: string
  readonly stack: string | undefined
}

const labelOf = (container: ReportNode, key: string): string | undefined =>
  container.labels?.[key] || undefined

/** Undefined for a container that Compose did not make. */
export const composeOf = (container: ReportNode): ComposeMembership | undefined => {
  const project = labelOf(container, stackLabels.composeProject)
  return project === undefined
    ? undefined
    : { project, service: labelOf(container, stackLabels.composeService) }
}

/** Undefined for a container that is no task of a Swarm service. */
export const swarmServiceOf = (container: ReportNode): SwarmMembership | undefined => {
  const name = labelOf(container, stackLabels.swarmServiceName)
  const id = labelOf(container, stackLabels.swarmServiceId) ?? name
  return id === undefined
    ? undefined
    : { id, name: name ?? id, stack: labelOf(container, stackLabels.swarmStack) }
}

/** The Swarm stack or Compose project a container belongs to. */
export const stackOf = (container: ReportNode): string | undefined =>
  labelOf(container, stackLabels.swarmStack) ?? composeOf(container)?.project
