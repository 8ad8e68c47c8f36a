import type { PortRow } from '../../api/types.ts'
import { isLoopback, isUnspecified } from '../../report/address/ip.ts'
import { facts } from '../../report/facts.ts'
import { addressId } from '../../report/ids.ts'
import type { Listener, ReportNode } from '../../report/schema.ts'
import { textFact } from '../reports/node-facts.ts'
import type { ReportIndex } from '../reports/report-index.ts'

/** A published port of a host, as the API tells it. */
export type Published = PortRow['published'][number]

const ANY = '0.0.0.0'

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/** The ports of the host that lead to where a container listens. What listens on loopback they do not reach. */
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

/** From how far a listener can be reached, were there no firewall. */
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

/** Whether an address of the host is that of a bridge, which only its containers and itself can reach. */
const isWithinHost = ({ addresses, report }: ReportIndex, ip: string): boolean =>
  addresses.has(addressId({ kind: 'host', hostId: report.host.id }, ip))

/** Whether a container listens on an address that means the same thing to other machines, as one of macvlan does. */
const isOnLan = ({ report }: ReportIndex, { id }: ReportNode, ip: string): boolean =>
  report.addresses.some(
    (address) =>
      address.scope === 'global' &&
      address.owners?.includes(id) === true &&
      (isUnspecified(ip) || address.ip === ip),
  )
