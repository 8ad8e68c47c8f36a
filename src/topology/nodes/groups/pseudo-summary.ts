import type { NodeSummary } from '../../../api/types.ts'

/** The Internet as a client of what is watched (`in`), or as a server (`out`). */
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

/** A named service on the Internet. */
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

/** The containers of a host that no orchestrator created, and its processes outside of containers. */
export const unmanagedSummary = restOfHost('unmanaged', 'Unmanaged', 'square')

/** All containers of a host as one node, for the view of systemd units. */
export const allContainersSummary = restOfHost('containers', 'Containers', 'hexagon')

/** The processes of a host outside of containers that have no systemd unit. */
export const withoutUnitSummary = restOfHost('no-unit', 'Other processes', 'square')

/**
 * An address on a machine without a probe, or one of which the view only knows the holders.
 *
 * @param addressId its id in the address book, followed by `@` and the holder's id for each holder
 * @param label the holders, or the address itself
 */
export const addressSummary = (addressId: string, label: string, labelMinor: string): NodeSummary => ({
  id: `pseudo:address:${addressId}`,
  label,
  labelMinor,
  rank: 'unwatched',
  shape: 'dashed-circle',
  pseudo: true,
})

/** Many addresses of one network on machines without a probe. @param scoped the network with its scope */
export const prefixSummary = (scoped: string, prefix: string, labelMinor: string): NodeSummary => ({
  id: `pseudo:prefix:${scoped}`,
  label: prefix,
  labelMinor,
  rank: 'unwatched',
  shape: 'dashed-circle',
  stack: true,
  pseudo: true,
})
