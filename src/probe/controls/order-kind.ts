/**
 * What people may do through a probe. `container`: pause, restart, a shell in a container. `host`: a shell on the host.
 * `process`: signals to a process.
 */
export const controlKinds = ['container', 'host', 'process'] as const

/** See {@link controlKinds}. */
export type ControlKind = (typeof controlKinds)[number]

/** What an order does: read something, which changes nothing, or a control. */
export type OrderKind = 'reading' | ControlKind
