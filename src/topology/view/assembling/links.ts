import type { Numbers } from '../../connections/numbers.ts'
import type { Placement, ViewLink } from '../placing/placement.ts'
import { type EdgeSum, edgeKey } from './edge.ts'

/** What is looked at of a report's share of a view. */
export interface LinkTeller {
  readonly index: { readonly verified: boolean }
  readonly placement: Pick<Placement, 'nodes' | 'links'>
}

/** How far a report is to be believed of a link: that whose node opened it most, then that of the other end. */
const rankOf = ({ source, target }: ViewLink, own: string): number => {
  if (source === own) return 2
  return target === own ? 1 : 0
}

/**
 * The links of a view, each once, however many reports tell of it. Of a node that a verified report speaks for, an unverified one
 * opens no link. Links to what is no node of the view are left out.
 */
export const chooseLinks = (tellers: readonly LinkTeller[]): readonly ViewLink[] => {
  const telling = tellers.filter(({ placement }) => placement.links !== undefined)
  if (telling.length === 0) return []
  const ownOf = ({ placement }: LinkTeller): string => placement.links?.own ?? ''
  const verifiedOwn = new Set(telling.filter(({ index }) => index.verified).map(ownOf))
  const isThere = (id: string): boolean => tellers.some(({ placement }) => placement.nodes.has(id))
  const chosen = new Map<string, { readonly link: ViewLink; readonly rank: number }>()
  for (const teller of telling) {
    const own = ownOf(teller)
    const { verified } = teller.index
    if (!verified && verifiedOwn.has(own)) continue
    for (const link of teller.placement.links?.all ?? []) {
      const key = edgeKey(link.source, link.target)
      const rank = rankOf(link, own) + (verified ? 3 : 0)
      if (rank > (chosen.get(key)?.rank ?? -1)) chosen.set(key, { link, rank })
    }
  }
  return [...chosen.values()].flatMap(({ link }) =>
    isThere(link.source) && isThere(link.target) ? [link] : [],
  )
}

const NO_NUMBERS: Numbers = {
  ...{ open: 0, opened: 0, closed: 0, failed: 0 },
  ...{ refused: 0, timedOut: 0, unreachable: 0, outOfPorts: 0, failedOtherwise: 0 },
  ...{ abandoned: 0, resetByClient: 0, resetByServer: 0, lost: 0 },
  ...{ bytesSent: 0, bytesReceived: 0, retransmits: 0 },
  ...{ openedPerSecond: 0, failedPerSecond: 0, bytesSentPerSecond: 0, bytesReceivedPerSecond: 0 },
  ...{ durations: undefined, connectTimes: undefined, rttUs: undefined, smoothedRttUs: undefined },
  ...{ firstSeenMs: 0, lastSeenMs: 0, quietSeconds: 0, estimated: false },
}

/** A link as an edge sum. Nothing is counted of it but that it is open. */
export const sumOfLink = ({ source, target, isOpen, sinceMs }: ViewLink): EdgeSum => ({
  key: edgeKey(source, target),
  source,
  target,
  totals: { ...NO_NUMBERS, open: isOpen ? 1 : 0, firstSeenMs: sinceMs, lastSeenMs: sinceMs },
  ports: undefined,
  told: true,
})
