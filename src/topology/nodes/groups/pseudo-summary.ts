import type { NodeSummary } from '../../../api/types.ts'

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

const restOfHost =
  (kind: string, label: string, shape: NodeSummary['shape']) =>
  (hostId: string, hostName: string): NodeSummary => ({
    id: `pseudo:${kind}:${hostId}`,
    label,
    labelMinor: hostName,
    rank: `${kind}:${hostId}`,
    shape,
    stack: true,
    pseudo: true,
  })

/** The processes of a host that run in no container. */
export const uncontainedSummary = restOfHost('uncontained', 'Uncontained', 'square')

/** The containers of a host that no orchestrator made, and its processes in no container. */
export const unmanagedSummary = restOfHost('unmanaged', 'Unmanaged', 'square')

/** The containers of a host, where its services are looked at. */
export const allContainersSummary = restOfHost('containers', 'Containers', 'hexagon')

/** The processes of a host that belong to no unit of systemd and run in no container. */
export const withoutUnitSummary = restOfHost('no-unit', 'Other processes', 'square')

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
