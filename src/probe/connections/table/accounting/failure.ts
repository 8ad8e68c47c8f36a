import { constants } from 'node:os'
import type { FailedEvent } from '../../sources/events.ts'
import { NO_SHARE, type Share } from './share.ts'

type Reason = 'refused' | 'timedOut' | 'unreachable' | 'outOfPorts'

const { errno } = constants

// The errors that the kernel derives from ICMP messages: see net/ipv4/icmp.c and net/ipv6/icmp.c. Node has no constants
// for these two, since other systems lack them.
const EHOSTDOWN = 112
const ENONET = 64

const reasons: ReadonlyMap<number, Reason> = new Map([
  [errno.ECONNREFUSED, 'refused'],
  [errno.ETIMEDOUT, 'timedOut'],
  [errno.ENETUNREACH, 'unreachable'],
  [errno.EHOSTUNREACH, 'unreachable'],
  [errno.ENETDOWN, 'unreachable'],
  [errno.ENOPROTOOPT, 'unreachable'],
  [errno.EACCES, 'unreachable'],
  [EHOSTDOWN, 'unreachable'],
  [ENONET, 'unreachable'],
  [errno.EADDRNOTAVAIL, 'outOfPorts'],
])

/** What a failed `connect()` adds to its tally. Rule 9 of the model. */
export const failureShare = ({ error, retransmits }: FailedEvent): Share => {
  const share = { ...NO_SHARE, retransmits }
  if (error === 0 && retransmits === 0) return { ...share, abandoned: 1 }
  const reason = error === 0 ? 'timedOut' : reasons.get(error)
  return { ...share, failed: 1, ...(reason ? { [reason]: 1 } : {}) }
}
