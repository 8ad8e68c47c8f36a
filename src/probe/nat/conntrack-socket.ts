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
/** Receives what was read. */
export interface MessageReader {
  tracked(translation: TrackedTranslation): void
  malformed(): void
}

/**
 * Opens a socket that receives events about translated TCP connections that begin and end.
 *
 * @param bufferBytes size of the kernel's buffer for events that wait to be read
 * @throws {NetlinkError}
 */
export const openEvents = (bufferBytes: number): NetlinkSocket =>
  openNetlink(NETLINK_NETFILTER, {
    groups: NEW_AND_DESTROYED,
    filter: translatedTcpOnly,
    bufferBytes,
  })

/** Opens a socket for requesting all tracked connections. @throws {NetlinkError} */
export const openDump = (): NetlinkSocket => openNetlink(NETLINK_NETFILTER, { groups: 0 })

/**
 * Reads the messages that have arrived.
 *
 * @param most how many datagrams to read at most
 * @returns why it stopped: `empty` = nothing more has arrived, `done` = the dump has ended, `more` = the limit was
 *   reached
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
  /** Waits so that other work can run between parts of the dump. */
  readonly pause: () => Promise<void>
}

const DATAGRAMS_AT_ONCE = 16
/** Limit on empty reads. The kernel answers a dump at once, so after this many empty reads no answer will come. */
const MOST_EMPTY = 1000

/**
 * Reads all existing translated TCP connections.
 *
 * @returns false when it was not completed
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
