import type { PortRow } from '../../api/types.ts'
import { isLoopback, isUnspecified } from '../../report/address/ip.ts'
import { facts } from '../../report/facts.ts'
import { addressId } from '../../report/ids.ts'
import type { Listener, ReportNode } from '../../report/schema.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import { textFact } from '../reports/node-facts.ts'

/** A published port of a host, as in the API. */
export type Published = PortRow['published'][number]

const ANY = '0.0.0.0'

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/**
 * The host ports that are forwarded to a container's listener. None for a loopback address, which forwarding cannot
 * reach.
 */
export const publishedAs = (
  { published }: ReportIndex,
  container: ReportNode | undefined,
  { ip, port }: Listener,
): readonly Published[] =>
  container === undefined || isLoopback(ip)
    ? []
    : [...published].flatMap(([hostPort, leads]) =>
        unique(
          leads
            .filter((lead) => lead.container.id === container.id && lead.containerPort === port)
            .map((lead) => lead.ip ?? ANY),
        ).map((address) => ({ address, port: hostPort })),
      )

/** From where a listener can be reached, not taking firewalls into account. */
export const reachOf = (
  index: ReportIndex,
  container: ReportNode | undefined,
  { ip, isInHostNetwork }: Listener,
  published: readonly Published[],
): PortRow['reachable'] => {
  if (isLoopback(ip)) return 'loopback'
  if (isInHostNetwork) return isWithinHost(index, ip) ? 'containers' : 'outside'
  if (container === undefined) return 'host'
  if (published.some(({ address }) => !isLoopback(address) && !isWithinHost(index, address))) return 'outside'
  if (textFact(container, facts.containerNetworkMode) === 'none') return 'loopback'
  return isOnLan(index, container, ip) ? 'outside' : 'containers'
}

/** Whether an address of the host is on a bridge, which only the host and its containers can reach. */
const isWithinHost = ({ addresses, report }: ReportIndex, ip: string): boolean =>
  addresses.has(addressId({ kind: 'host', hostId: report.host.id }, ip))

/** Whether a container listens on an address that other machines can use directly, as with macvlan networks. */
const isOnLan = ({ report }: ReportIndex, { id }: ReportNode, ip: string): boolean =>
  report.addresses.some(
    (address) =>
      address.scope === 'global' &&
      address.owners?.includes(id) === true &&
      (isUnspecified(ip) || address.ip === ip),
  )
