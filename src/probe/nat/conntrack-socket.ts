import { constants } from 'node:os'
import {
  errorOf,
  type NetlinkMessage,
  NLMSG_DONE,
  NLMSG_ERROR,
  splitMessages,
} from '../../native/netlink/netlink-message.ts'
import { NetlinkError, type NetlinkSocket, openNetlink } from '../../native/netlink/netlink-socket.ts'
import {
  conntrack,
  dumpRequest,
  parseConntrackMessage,
  type TrackedTranslation,
} from './conntrack-message.ts'
import { translatedTcpOnly } from './event-filter.ts'

const NETLINK_NETFILTER = 12
/** Groups 1 (new) and 3 (destroyed) of connection tracking. */
const NEW_AND_DESTROYED = 0b101
/** Takes what is read. */
export interface MessageReader {
  tracked(translation: TrackedTranslation): void
  malformed(): void
}

/**
 * Hears of translated TCP connections that come and go.
 *
 * @param bufferBytes memory the kernel may use for events that wait
 * @throws {NetlinkError}
 */
export const openEvents = (bufferBytes: number): NetlinkSocket =>
  openNetlink(NETLINK_NETFILTER, {
    groups: NEW_AND_DESTROYED,
    filter: translatedTcpOnly,
    bufferBytes,
  })

/** A connection of the kernel's that can be asked for what there is. @throws {NetlinkError} */
export const openDump = (): NetlinkSocket => openNetlink(NETLINK_NETFILTER, { groups: 0 })

/**
 * Reads what has come.
 *
 * @param most datagrams to read
 * @returns what ended it: nothing more there now, the end of a dump, or neither (there may be more)
 * @throws {NetlinkError} when the kernel refuses or messages were dropped
 */
export const readMessages = (
  socket: NetlinkSocket,
  most: number,
  reader: MessageReader,
): 'empty' | 'done' | 'more' => {
  for (let count = 0; count < most; count++) {
    const datagram = socket.receive()
    if (datagram === undefined) return 'empty'
    const messages = splitMessages(datagram)
    if (messages === undefined) reader.malformed()
    for (const message of messages ?? []) if (readMessage(message, reader)) return 'done'
  }
  return 'more'
}

const readMessage = (message: NetlinkMessage, reader: MessageReader): boolean => {
  if (message.type === NLMSG_DONE) return true
  if (message.type === NLMSG_ERROR) {
    const errno = errorOf(message.body) ?? constants.errno.EBADMSG
    throw new NetlinkError('the kernel refused to tell of tracked connections', errno)
  }
  const tracked = parseConntrackMessage(message)
  if (tracked === 'malformed') reader.malformed()
  else if (tracked) reader.tracked(tracked)
  return false
}

/** What {@link dump} needs. */
export interface DumpOptions {
  readonly socket: NetlinkSocket
  readonly reader: MessageReader
  readonly signal: AbortSignal
  /** Lets others run between pieces. */
  readonly pause: () => Promise<void>
}

const DATAGRAMS_AT_ONCE = 16
/** A dump answers at once; when it does so many times not, it never will. */
const MOST_EMPTY = 1000

/**
 * Reads all translated TCP connections there are.
 *
 * @returns false when it broke off
 * @throws {NetlinkError} when the kernel refuses
 */
export const dump = async ({ socket, reader, signal, pause }: DumpOptions): Promise<boolean> => {
  for (const status of [conntrack.sourceTranslated, conntrack.destinationTranslated]) {
    socket.send(dumpRequest(status))
    let empty = 0
    for (;;) {
      const ended = readMessages(socket, DATAGRAMS_AT_ONCE, reader)
      if (ended === 'done') break
      if (ended === 'empty' && ++empty > MOST_EMPTY) return false
      await pause()
      if (signal.aborted) return false
    }
  }
  return true
}
