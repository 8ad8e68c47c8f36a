/**
 * Node ids of projects, services and units, which are known from container labels and process cgroups only. What
 * belongs to one Docker daemon or systemd has the host in its id; a Swarm service does not, as it spans hosts.
 */
export const composeProjectId = (hostId: string, project: string): string =>
  `${hostId};${project};<compose_project>`

export const composeServiceId = (hostId: string, project: string, service: string): string =>
  `${hostId};${project};${service};<compose_service>`

export const swarmServiceId = (serviceId: string): string => `${serviceId};<swarm_service>`

export const systemdUnitId = (hostId: string, unit: string): string => `${hostId};${unit};<systemd_unit>`
