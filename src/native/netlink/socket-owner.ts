import { constants } from 'node:os'
import { errorOf, type NetlinkMessage, NLMSG_ERROR, splitMessages } from './netlink-message.ts'
import { NetlinkError, type NetlinkSocket, openNetlink } from './netlink-socket.ts'
import {
  decodeSocketAnswer,
  encodeSocketRequest,
  endsOf,
  SOCK_DIAG_BY_FAMILY,
  type SocketName,
  tcpState,
} from './socket-diag.ts'

/** The user who owns a socket, or why that is not known, in plain words that follow "since". */
export type SocketOwner = { readonly uid: number } | { readonly why: string }

/** Asks the kernel who owns sockets of this network namespace. Needs no privileges. */
export interface SocketOwners {
  /**
   * Whose process has opened an established connection over loopback.
   *
   * @param name the client's socket: its own end is the client's
   */
  ownerOf(name: SocketName): SocketOwner
  /**
   * Whether the kernel can be asked at all.
   *
   * @param name `own` is where a server of this network namespace listens on loopback, `other` anything that is not
   *   connected to it
   * @returns undefined when it can; else why not, and what to do
   */
  whyNot(name: SocketName): string | undefined
  close(): void
}

const NETLINK_SOCK_DIAG = 4
/** The kernel answers within the request. More than the one answer is only there when an earlier one was not read. */
const MOST_DATAGRAMS = 8
const MAX_SEQUENCE = 0xffff_ffff

const { ENOENT, EPERM, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT, EOPNOTSUPP, EINVAL, EMFILE, ENFILE } =
  constants.errno

const gone = 'its client has closed the connection, so the kernel does not tell any more whose it was'
const noDiagnostics =
  'the kernel cannot be asked who connects: it has no socket diagnostics for TCP (modprobe tcp_diag)'

/** Says in plain words, to follow "since", why the kernel named no owner. @param errno as in `os.constants.errno` */
export const whyNoOwner = (errno: number): string => {
  switch (errno) {
    case 0:
      return 'the kernel cannot be asked who connects: this system has no glibc (libc.so.6)'
    case ENOENT:
      return gone
    case EPERM:
    case EACCES:
      return 'the kernel may not be asked who connects: a seccomp filter or a security module such as SELinux forbids NETLINK_SOCK_DIAG'
    case EAFNOSUPPORT:
      return 'the kernel may not be asked who connects: netlink sockets are not allowed here (RestrictAddressFamilies= of systemd must have AF_NETLINK)'
    case EPROTONOSUPPORT:
    case EOPNOTSUPP:
    case EINVAL:
      return noDiagnostics
    case EMFILE:
    case ENFILE:
      return 'the kernel cannot be asked who connects: too many files are open'
    default:
      return `the kernel cannot be asked who connects (error ${errno})`
  }
}

/**
 * States of a connection that a process holds and that the other end can still answer. After a half-close, which a
 * client may do as soon as it has sent its request, the kernel knows the owner as before.
 */
const LIVE_STATES: ReadonlySet<number> = new Set([tcpState.established, tcpState.finWait1, tcpState.finWait2])

/**
 * Judges the kernel's answer about a client's socket. The kernel says uid 0 of a connection that no process holds any
 * more, and answers with a listener where there is no connection, so only a live connection that is held, and is exactly
 * the one asked for, counts.
 */
export const judgeOwner = (name: SocketName, { type, body }: NetlinkMessage): SocketOwner => {
  if (type === NLMSG_ERROR) return { why: whyNoOwner(errorOf(body) ?? constants.errno.EBADMSG) }
  const answer = type === SOCK_DIAG_BY_FAMILY ? decodeSocketAnswer(body) : undefined
  if (answer === undefined) return { why: whyNoOwner(constants.errno.EBADMSG) }
  const { state, ends, uid, inode } = answer
  return LIVE_STATES.has(state) && inode !== 0 && ends.equals(endsOf(name)) ? { uid } : { why: gone }
}

/** Makes {@link SocketOwners} with a netlink socket that is opened at the first question. */
export const openSocketOwners = (
  open: () => NetlinkSocket = () => openNetlink(NETLINK_SOCK_DIAG, { groups: 0 }),
): SocketOwners => {
  let socket: NetlinkSocket | undefined
  let sequence = 0

  const close = (): void => {
    socket?.close()
    socket = undefined
  }

  const ask = (name: SocketName): NetlinkMessage => {
    socket ??= open()
    sequence = sequence === MAX_SEQUENCE ? 1 : sequence + 1
    socket.send(encodeSocketRequest(name, sequence))
    for (let count = 0; count < MOST_DATAGRAMS; count++) {
      const datagram = socket.receive()
      if (datagram === undefined) break
      const answer = splitMessages(datagram)?.find((message) => message.sequence === sequence)
      if (answer !== undefined) return answer
    }
    throw new NetlinkError('the kernel did not answer', constants.errno.ENODATA)
  }

  const errnoOf = (error: unknown): number => {
    // The next question is asked on a new socket.
    close()
    if (error instanceof NetlinkError) return error.errno
    throw error
  }

  return {
    ownerOf(name) {
      try {
        return judgeOwner(name, ask(name))
      } catch (error) {
        return { why: whyNoOwner(errnoOf(error)) }
      }
    },
    whyNot(name) {
      try {
        const { type, body } = ask(name)
        if (type !== NLMSG_ERROR) return undefined
        const errno = errorOf(body) ?? constants.errno.EBADMSG
        return errno === ENOENT ? noDiagnostics : whyNoOwner(errno)
      } catch (error) {
        return whyNoOwner(errnoOf(error))
      }
    },
    close,
  }
}
