import { constants } from 'node:os'
import { describeError } from '../../log/log.ts'
import { NetlinkError } from '../../native/netlink/netlink-socket.ts'

const { EPERM, EACCES, EINVAL, EOPNOTSUPP, EPROTONOSUPPORT, EAFNOSUPPORT, ENOENT } = constants.errno

const NOT_PERMITTED: ReadonlySet<number> = new Set([EPERM, EACCES])
const NOT_THERE: ReadonlySet<number> = new Set([EINVAL, EOPNOTSUPP, EPROTONOSUPPORT, EAFNOSUPPORT, ENOENT])

/** Describes for a user why translations cannot be read, and what to do about it. */
export const whyNot = (error: unknown): string => {
  const errno = error instanceof NetlinkError ? error.errno : undefined
  if (errno !== undefined && NOT_PERMITTED.has(errno))
    return 'not permitted to listen to connection tracking: the probe has no CAP_NET_ADMIN, or only in a user namespace of its own'
  if (errno !== undefined && NOT_THERE.has(errno))
    return 'the kernel has no connection tracking for netlink: load it (modprobe nf_conntrack_netlink)'
  return `address translations cannot be read: ${describeError(error)}`
}

/** The reason given when the kernel sends no events about connections. */
export const eventsOff =
  'events of connection tracking are switched off, so short translated connections are missed: sysctl -w net.netfilter.nf_conntrack_events=1'
