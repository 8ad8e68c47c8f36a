import { prefixOf } from '../../report/ip.ts'
import type { Address } from '../../report/schema.ts'
import { addressSummary, prefixSummary } from '../nodes/pseudo-summary.ts'
import type { NodeSummary } from '../types.ts'
import { holderLabel, type UnwatchedAddress } from './remote-place.ts'

/** More addresses than this in one network become one node. */
const FOLD_ABOVE = 20

/**
 * The nodes of addresses that nobody watches: one for each, or one for each /24 or /64 that has many. An address whose
 * holder is known keeps its own node, named after the holder.
 *
 * @param all every such address of the view, repetitions allowed
 */
export const unwatchedNodes = (
  all: readonly UnwatchedAddress[],
): ((unwatched: UnwatchedAddress) => NodeSummary) => {
  const byNetwork = new Map<string, Set<string>>()
  for (const { address, holders } of all) {
    if (holders.length > 0) continue
    const network = networkOf(address)
    const addresses = byNetwork.get(network.scoped) ?? new Set()
    byNetwork.set(network.scoped, addresses.add(address.id))
  }
  return (unwatched) => {
    if (unwatched.holders.length > 0) return heldSummary(unwatched)
    const { address, from } = unwatched
    const place = placeName(address, from.report.host.name)
    const { scoped, prefix } = networkOf(address)
    return (byNetwork.get(scoped)?.size ?? 0) > FOLD_ABOVE
      ? prefixSummary(scoped, prefix, place)
      : addressSummary(address.id, address.ip, address.names?.[0] ?? place)
  }
}

/** The holders are part of the id: behind different ports of one address may be different ones. */
const heldSummary = ({ address, holders }: UnwatchedAddress): NodeSummary => {
  const id = [address.id, ...holders.map((holder) => holder.id)].join('@')
  return addressSummary(id, holders.map(holderLabel).join(' or '), address.ip)
}

const networkOf = ({ id, ip }: Address): { readonly scoped: string; readonly prefix: string } => {
  const prefix = prefixOf(ip, 24, 64) ?? ip
  return { scoped: `${id.slice(0, id.lastIndexOf(';'))};${prefix}`, prefix }
}

/** Addresses that mean something on one host only say which. */
const placeName = ({ scope }: Address, hostName: string): string =>
  scope === 'host' || scope === 'netns' ? hostName : ''
