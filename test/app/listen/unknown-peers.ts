import type { LocalPeers } from '../../../src/app/access/peer/local-peers.ts'

/** Knows of no connection whose it is. */
export const unknownPeers: Pick<LocalPeers, 'watch' | 'of'> = {
  watch: () => undefined,
  of: () => ({ why: 'nobody was asked' }),
}
