import koffi, { type KoffiFunc } from 'koffi'

/** One instruction of a classic BPF program, as in `linux/filter.h`. */
export interface FilterInstruction {
  readonly code: number
  /** `jt` and `jf`: how many instructions to skip when the comparison is true, and when it is false. */
  readonly jt: number
  readonly jf: number
  readonly k: number
}

/** A failed call on a netlink socket. */
export class NetlinkError extends Error {
  override readonly name = 'NetlinkError'
  /** As in `os.constants.errno`; 0 when there is no C library to call. */
  readonly errno: number

  constructor(doing: string, errno: number, options?: ErrorOptions) {
    super(errno === 0 ? doing : `${doing} (error ${errno})`, options)
    this.errno = errno
  }
}

/** Options of {@link openNetlink}. */
export interface NetlinkOptions {
  /** Bits of the multicast groups to receive, group 1 being bit 0; 0 = none. */
  readonly groups: number
  /** Only messages that this program accepts are queued. */
  readonly filter?: readonly FilterInstruction[]
  /** Size of the receive buffer, for messages not yet read; the kernel's default when omitted. */
  readonly bufferBytes?: number
  /** Whether the kernel checks all of a request for a dump, and so heeds its attributes. */
  readonly isStrict?: boolean
}

/** A socket to a kernel subsystem, in the network namespace in which it was opened. It never blocks. */
export interface NetlinkSocket {
  /** @throws {NetlinkError} */
  send(message: Uint8Array): void
  /**
   * Returns the next datagram: one or more complete messages. The next call reuses the memory.
   *
   * @returns undefined when no datagram is queued
   * @throws {NetlinkError} such as ENOBUFS when the kernel had to drop messages
   */
  receive(): Uint8Array | undefined
  close(): void
}

const AF_NETLINK = 16
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0o4000 | 0o2000000
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
/** Sets the receive buffer beyond the system's limit; needs CAP_NET_ADMIN. */
const SO_RCVBUFFORCE = 33
const SOL_NETLINK = 270
const NETLINK_GET_STRICT_CHK = 12
/** Makes recv return the full length of a datagram that did not fit. */
const MSG_TRUNC = 0x20
const EINTR = 4
const EAGAIN = 11
const EMSGSIZE = 90
/** The largest datagram that the kernel makes for a dump. */
const RECEIVE_BYTES = 65_536

type CFunction = KoffiFunc<(...args: unknown[]) => unknown>
interface LibC {
  readonly socket: CFunction
  readonly bind: CFunction
  readonly setInt: CFunction
  readonly setFilter: CFunction
  readonly send: CFunction
  readonly recv: CFunction
  readonly close: CFunction
}

let bound: LibC | undefined

const loadLibC = (): LibC => {
  const library = koffi.load('libc.so.6')
  const instruction = koffi.struct({ code: 'uint16_t', jt: 'uint8_t', jf: 'uint8_t', k: 'uint32_t' })
  const program = koffi.struct({ length: 'uint16_t', instructions: koffi.pointer(instruction) })
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, uint32_t length)'),
    setInt: library.func('int setsockopt(int fd, int level, int name, const int *value, uint32_t length)'),
    setFilter: library.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(program), 'uint32_t']),
    send: library.func('int64_t send(int fd, const void *data, size_t length, int flags)'),
    recv: library.func('int64_t recv(int fd, _Out_ void *data, size_t length, int flags)'),
    close: library.func('int close(int fd)'),
  }
}

const libC = (): LibC => {
  try {
    bound ??= loadLibC()
    return bound
  } catch (cause) {
    throw new NetlinkError('the C library cannot be called from here', 0, { cause })
  }
}

const failed = (doing: string): NetlinkError => new NetlinkError(doing, koffi.errno())

const setUp = (c: LibC, fd: number, { groups, filter, bufferBytes, isStrict }: NetlinkOptions): void => {
  // Attach the filter before joining the groups, or the first messages would not be filtered.
  if (filter) {
    const size = koffi.sizeof('void *') * 2
    const program = { length: filter.length, instructions: filter }
    if (c.setFilter(fd, SOL_SOCKET, SO_ATTACH_FILTER, [program], size) !== 0)
      throw failed('a netlink socket takes no filter')
  }
  if (bufferBytes !== undefined && c.setInt(fd, SOL_SOCKET, SO_RCVBUFFORCE, [bufferBytes], 4) !== 0)
    throw failed('a netlink socket cannot have a larger buffer')
  if (isStrict && c.setInt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, [1], 4) !== 0)
    throw failed('a netlink socket cannot be strict')
  const address = Buffer.alloc(12)
  address.writeUInt16LE(AF_NETLINK, 0)
  address.writeUInt32LE(groups, 8)
  if (c.bind(fd, address, address.length) !== 0) throw failed('a netlink socket cannot listen')
}

/**
 * Opens a netlink socket.
 *
 * @param family the kernel subsystem: `NETLINK_*` in `linux/netlink.h`
 * @throws {NetlinkError}
 */
export const openNetlink = (family: number, options: NetlinkOptions): NetlinkSocket => {
  const c = libC()
  const fd = c.socket(AF_NETLINK, SOCK_RAW_NONBLOCK_CLOEXEC, family) as number
  if (fd < 0) throw failed('a netlink socket cannot be opened')
  try {
    setUp(c, fd, options)
  } catch (error) {
    c.close(fd)
    throw error
  }
  const memory = Buffer.alloc(RECEIVE_BYTES)
  let open = true
  return {
    send(message) {
      if (Number(c.send(fd, message, message.length, 0)) < 0) throw failed('a request to the kernel failed')
    },
    receive() {
      const length = Number(c.recv(fd, memory, memory.length, MSG_TRUNC))
      if (length > memory.length) throw new NetlinkError('a message of the kernel is too long', EMSGSIZE)
      if (length >= 0) return memory.subarray(0, length)
      const errno = koffi.errno()
      if (errno === EAGAIN || errno === EINTR) return undefined
      throw new NetlinkError('the kernel’s messages cannot be read', errno)
    },
    close() {
      // Close only once: the descriptor may have been reused since.
      if (open) c.close(fd)
      open = false
    },
  }
}
