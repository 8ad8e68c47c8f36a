import type { NodeSummary } from '../../../api/types.ts'
import { prefixOf } from '../../../report/address/ip.ts'
import type { Address } from '../../../report/schema.ts'
import { addressText, namesOf } from '../../connections/flow.ts'
import { addressSummary, prefixSummary } from '../../nodes/groups/pseudo-summary.ts'
import { holderLabel, type UnwatchedAddress } from './remote-place.ts'

/** If a network has more addresses than this, they become one node. */
const FOLD_ABOVE = 20

/**
 * The pseudo nodes of addresses on machines without a probe. Usually there is one for each address; a /24 or /64
 * network with many addresses, or one that a probe folded by prefix, becomes one node. An address with known holders
 * keeps its own node, named after them.
 *
 * @param all every such address of the view; may contain duplicates
 */
export const unwatchedNodes = (
  all: readonly UnwatchedAddress[],
): ((unwatched: UnwatchedAddress) => NodeSummary) => {
  const byNetwork = new Map<string, Set<string>>()
  const folded = new Set<string>()
  const askedFor = new Map<string, string>()
  for (const unwatched of all) {
    if (unwatched.holders.length > 0) continue
    const { address } = unwatched
    const { scoped } = networkOf(address)
    const addresses = byNetwork.get(scoped)
    if (addresses) addresses.add(address.id)
    else byNetwork.set(scoped, new Set([address.id]))
    if (address.prefixBits !== undefined) folded.add(scoped)
    // Of several names the alphabetically first is used, so that the order of flows does not matter.
    const known = askedFor.get(address.id)
    if (unwatched.askedFor !== undefined && (known === undefined || unwatched.askedFor < known))
      askedFor.set(address.id, unwatched.askedFor)
  }
  return (unwatched) => {
    if (unwatched.holders.length > 0) return heldSummary(unwatched)
    const { address, from } = unwatched
    const place = placeName(address, from.report.host.name)
    const { scoped, prefix } = networkOf(address)
    if (folded.has(scoped) || (byNetwork.get(scoped)?.size ?? 0) > FOLD_ABOVE)
      return prefixSummary(scoped, prefix, place)
    const [name] = namesOf({ address, askedFor: askedFor.get(address.id) })
    if (name === undefined) return addressSummary(address.id, address.ip, place)
    return addressSummary(address.id, name, place === '' ? address.ip : `${address.ip} (${place})`)
  }
}

/**
 * Addresses with different keys have no influence on each other's pseudo nodes: the key is the network, or the address with
 * its holders where these are known.
 */
export const unwatchedKey = ({ address, holders }: UnwatchedAddress): string =>
  holders.length > 0 ? heldId(address, holders) : networkOf(address).scoped

/** The holders are part of the id, because different ports of an address can lead to different holders. */
const heldId = (address: Address, holders: UnwatchedAddress['holders']): string =>
  [address.id, ...holders.map((holder) => holder.id)].join('@')

const heldSummary = ({ address, holders }: UnwatchedAddress): NodeSummary =>
  addressSummary(heldId(address, holders), labelOfAll(holders.map(holderLabel)), address.ip)

/** The label of an address whose holders have these labels. */
export const labelOfAll = (holders: readonly string[]): string => holders.join(' or ')

const networkOf = (address: Address): { readonly scoped: string; readonly prefix: string } => {
  const prefix =
    address.prefixBits === undefined ? (prefixOf(address.ip, 24, 64) ?? address.ip) : addressText(address)
  return { scoped: `${address.id.slice(0, address.id.lastIndexOf(';'))};${prefix}`, prefix }
}

/** The host name, for addresses that are only valid on one host. */
const placeName = ({ scope }: Address, hostName: string): string =>
  scope === 'host' || scope === 'netns' ? hostName : ''
