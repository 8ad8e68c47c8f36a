import { isPrivate, isPublic } from '../../../report/address/ip.ts'
import { addressId } from '../../../report/ids.ts'
import type { Address } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { Half } from '../flow.ts'
import { foldedKeysOf } from '../folded.ts'
import type { Surroundings } from './stitch.ts'

/**
 * All keys under which a half could be joined with another. Two halves that can have any influence on each other's
 * connections have a key in common; those that do may still not be joined. The keys are hashes, because those of all halves
 * are kept: that two different ones are equal by chance only has halves looked at together that have nothing in common.
 */
export const keysOf = (half: Half, { owners, meetings, lengths }: Surroundings): readonly number[] => {
  const keys = new Set<number>()
  for (const meeting of meetings.all) {
    const key = meeting[half.role](half)
    if (key !== undefined) keys.add(hashOf(key))
  }
  for (const key of foldedKeysOf(half, owners, lengths)) keys.add(hashOf(key))
  return [...keys]
}

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/**
 * What a half's connections depend on besides itself and the halves it is joined with: the owners of these address ids
 * and public IP addresses.
 */
export const mentionsOf = ({
  clientAddress,
  serverAddress,
  original,
  process: { at },
}: Half): readonly string[] => {
  const mentioned: string[] = []
  mention(mentioned, clientAddress, at)
  mention(mentioned, serverAddress, at)
  if (original !== undefined) mention(mentioned, original.address, at)
  return mentioned
}

const mention = (mentioned: string[], { id, ip, scope }: Address, from: ReportIndex): void => {
  mentioned.push(id)
  if (scope !== 'global') return
  if (isPublic(ip)) mentioned.push(ip)
  // It may be one on a network of the own host.
  else if (isPrivate(ip)) mentioned.push(addressId({ kind: 'host', hostId: from.report.host.id }, ip))
}
