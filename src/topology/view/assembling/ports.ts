/**
 * The ports to which connections go, each once. There is nearly always one, and to keep a set of it would take more memory than all
 * else that is kept of a flow: so it is undefined for none, a number for one, and a set for several.
 */
export type Ports = number | ReadonlySet<number> | undefined

/** The same, to which more can be added by its owner. */
export type OwnPorts = number | Set<number> | undefined

/** Adds a port, to the set itself where there is one. @returns all of them */
export const addPort = (own: OwnPorts, port: number): OwnPorts => {
  if (own === undefined || own === port) return port
  if (typeof own === 'number') return new Set([own, port])
  return own.add(port)
}

/** Adds the ports of others, to the set itself where there is one. @returns all of them */
export const addPorts = (own: OwnPorts, more: Ports): OwnPorts => {
  if (more === undefined) return own
  if (typeof more === 'number') return addPort(own, more)
  if (own === undefined) return new Set(more)
  let all: OwnPorts = own
  for (const port of more) all = addPort(all, port)
  return all
}

/** How many ports there are. */
export const portCount = (ports: Ports): number =>
  typeof ports === 'object' ? ports.size : ports === undefined ? 0 : 1

/** The ports as a new list, lowest first. */
export const portList = (ports: Ports): number[] => {
  if (ports === undefined) return []
  return typeof ports === 'number' ? [ports] : [...ports].sort((a, b) => a - b)
}

/** Whether both are the same ports. */
export const samePorts = (a: Ports, b: Ports): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b
  if (a.size !== b.size) return false
  for (const port of a) if (!b.has(port)) return false
  return true
}
