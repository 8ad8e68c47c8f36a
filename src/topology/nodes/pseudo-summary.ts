import type { NodeSummary } from '../types.ts'

/** The Internet as the side that connects to us, and as the side we connect to. */
export const internetSummary = (side: 'in' | 'out'): NodeSummary => ({
  id: side === 'in' ? IN_INTERNET : OUT_INTERNET,
  label: 'The Internet',
  labelMinor: side === 'in' ? 'Inbound connections' : 'Outbound connections',
  rank: side === 'in' ? IN_INTERNET : OUT_INTERNET,
  shape: 'cloud',
  pseudo: true,
})

const IN_INTERNET = 'in-theinternet'
const OUT_INTERNET = 'out-theinternet'

/** A service of the Internet known by name. */
export const serviceSummary = (name: string): NodeSummary => ({
  id: `service-${name}`,
  label: name,
  labelMinor: '',
  rank: `service-${name}`,
  shape: 'pill',
  pseudo: true,
})

/** The processes of a host that run in no container. */
export const uncontainedSummary = (hostId: string, hostName: string): NodeSummary => ({
  id: `pseudo:uncontained:${hostId}`,
  label: 'Uncontained',
  labelMinor: hostName,
  rank: `uncontained:${hostId}`,
  shape: 'square',
  stack: true,
  pseudo: true,
})

/**
 * An address that no probe watches, or that the view knows only the holders of.
 *
 * @param addressId its id in the address book
 * @param label who holds it, or the address itself
 */
export const addressSummary = (addressId: string, label: string, labelMinor: string): NodeSummary => ({
  id: `pseudo:address:${addressId}`,
  label,
  labelMinor,
  rank: 'unwatched',
  shape: 'dashed-circle',
  pseudo: true,
})

/** Many addresses of one network that no probe watches. @param scoped the network with the scope it has a meaning in */
export const prefixSummary = (scoped: string, prefix: string, labelMinor: string): NodeSummary => ({
  id: `pseudo:prefix:${scoped}`,
  label: prefix,
  labelMinor,
  rank: 'unwatched',
  shape: 'dashed-circle',
  stack: true,
  pseudo: true,
})
