/**
 * Node ids of what the labels of containers and the cgroups of processes tell of, in the format of the other ids. What one
 * Docker daemon or one systemd manages is of its host; a Swarm service is of the whole Swarm.
 */
export const composeProjectId = (hostId: string, project: string): string =>
  `${hostId};${project};<compose_project>`

export const composeServiceId = (hostId: string, project: string, service: string): string =>
  `${hostId};${project};${service};<compose_service>`

export const swarmServiceId = (serviceId: string): string => `${serviceId};<swarm_service>`

export const systemdUnitId = (hostId: string, unit: string): string => `${hostId};${unit};<systemd_unit>`
