/**
 * What people may do through a probe. `container`: pause, restart, a shell in a container. `host`: a shell on the host.
 * `process`: signals to a process. Each is also the topology of the nodes on which such controls are offered.
 */
export const controlKinds = ['container', 'host', 'process'] as const

/** See {@link controlKinds}. */
export type ControlKind = (typeof controlKinds)[number]
