import type { ReportMessage } from '../../report/delta/delta-schema.ts'
import { hostNodeId } from '../../report/ids.ts'
import { ReportError } from '../../report/report-error.ts'
import type { Address, ReportNode, Topology } from '../../report/schema.ts'

const HEX_ID = /^[0-9a-f]{12,128};<(container|container_image)>$/
/** As `SCOPE_HOSTNAME` and the host names of machines may be. */
const HOST_ID = /^[^;<>\p{Cc}\p{Zs}]{1,300}$/u

/** Whether an id is one that a probe of this host gives to a node of this kind. */
const isOwn = (id: string, topology: Topology, hostId: string): boolean => {
  switch (topology) {
    case 'host':
      return id === hostNodeId(hostId)
    case 'process':
      return id.startsWith(`${hostId};`) && !id.includes('<')
    case 'container':
    case 'container_image':
      return HEX_ID.exec(id)?.[1] === topology
  }
}

const scopeOf = (prefix: string, hostId: string): Address['scope'] | undefined => {
  if (prefix === '') return 'global'
  if (prefix === hostId) return 'host'
  if (prefix.startsWith('network:')) return 'network'
  return prefix.startsWith(`${hostId}-`) && /^\d+$/.test(prefix.slice(hostId.length + 1))
    ? 'netns'
    : undefined
}

const isOwnAddress = ({ id, ip, scope, prefixBits }: Address, hostId: string): boolean => {
  const delimiter = id.lastIndexOf(';')
  const text = prefixBits === undefined ? ip : `${ip}/${prefixBits}`
  return id.slice(delimiter + 1) === text && scopeOf(id.slice(0, delimiter), hostId) === scope
}

const checkNode = ({ id, topology, parents }: ReportNode, hostId: string, field: string): void => {
  if (!isOwn(id, topology, hostId)) throw foreign(`${field}.id`, `the ${topology} ${id}`, hostId)
  for (const [kind, ids] of Object.entries(parents) as [Topology, string[]][])
    for (const parent of ids)
      if (!isOwn(parent, kind, hostId)) throw foreign(`${field}.parents`, `the ${kind} ${parent}`, hostId)
}

const foreign = (field: string, what: string, hostId: string): ReportError =>
  new ReportError('foreign_node', `${what} is none of the host ${hostId}, of which the probe reports`, {
    field,
  })

/**
 * Checks that a report is about its own host alone, as far as ids tell: processes, and addresses that are unique on one host only.
 * So a host that was taken over speaks for itself, whatever keys it holds. Ids of containers, images and networks name no host.
 *
 * @throws {ReportError} at the first id that is not its host's
 */
export const checkOnlyOwn = ({ host, nodes, addresses }: ReportMessage): void => {
  if (!HOST_ID.test(host.id))
    throw new ReportError('foreign_node', `a host cannot have the id ${host.id.slice(0, 300)}`, {
      field: 'host.id',
    })
  for (const [index, node] of nodes.entries()) checkNode(node, host.id, `nodes[${index}]`)
  for (const [index, address] of addresses.entries())
    if (!isOwnAddress(address, host.id))
      throw foreign(`addresses[${index}].id`, `the address ${address.id}`, host.id)
}
