import { isPublic } from '../../../report/address/ip.ts'
import type { Address } from '../../../report/schema.ts'
import type { Half } from '../flow.ts'
import { foldedKeysOf } from '../folded.ts'
import type { Surroundings } from './stitch.ts'

/**
 * All keys under which a half could be joined with another. Two halves that can have any influence on each other's
 * connections have a key in common; those that do may still not be joined.
 */
export const keysOf = (half: Half, { owners, meetings, lengths }: Surroundings): readonly string[] => {
  const keys = new Set<string>()
  for (const meeting of meetings.all) {
    const key = meeting[half.role](half)
    if (key !== undefined) keys.add(key)
  }
  for (const key of foldedKeysOf(half, owners, lengths)) keys.add(key)
  return [...keys]
}

/**
 * What a half's connections depend on besides itself and the halves it is joined with: the owners of these address ids
 * and public IP addresses.
 */
export const mentionsOf = ({ clientAddress, serverAddress, original }: Half): readonly string[] => {
  const mentioned: string[] = []
  mention(mentioned, clientAddress)
  mention(mentioned, serverAddress)
  if (original !== undefined) mention(mentioned, original.address)
  return mentioned
}

const mention = (mentioned: string[], { id, ip, scope }: Address): void => {
  mentioned.push(id)
  if (scope === 'global' && isPublic(ip)) mentioned.push(ip)
}
