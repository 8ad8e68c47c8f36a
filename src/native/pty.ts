import { closeSync, constants, openSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'

/** A size of a terminal, in cells. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A pseudo-terminal: what is written to one end is read from the other, by the rules of a terminal. */
export interface Pty {
  /**
   * File descriptor of the end of whoever looks at the terminal; closed with the programs on it by whoever reads it. Calls on it
   * do not wait (`O_NONBLOCK`).
   */
  readonly master: number
  /** File descriptor of the end of the programs; to be closed here once a program has it. */
  readonly slave: number
}

/** Thrown when a call on a pseudo-terminal failed. */
export class PtyError extends Error {
  override readonly name = 'PtyError'
}

/** Numbers of the calls, as in `asm-generic/ioctls.h` (x86-64 and arm64). */
const TCGETS = 0x5401
const TCSETS = 0x5402
const TIOCGPGRP = 0x540f
const TIOCSWINSZ = 0x5414
const TIOCGPTPEER = 0x5441
const TIOCSPTLCK = 0x40045431

const O_CLOEXEC = 0o2000000
/** Bytes of the kernel's `struct termios`, of which the first four are the flags for input. */
const TERMIOS_BYTES = 36
/** Erasing a character in a line erases all of its bytes. */
const IUTF8 = 0o40000

type Ioctl<Argument> = (fd: number, request: number, argument: Argument) => number

interface Calls {
  /** The argument is a number. */
  readonly plain: Ioctl<number>
  /** The argument is memory that the kernel reads or writes. */
  readonly memory: Ioctl<Buffer>
}

let bound: Calls | undefined

const calls = (): Calls => {
  if (bound === undefined) {
    const library = koffi.load('libc.so.6')
    bound = {
      plain: library.func('int ioctl(int fd, unsigned long request, int64_t argument)') as Ioctl<number>,
      memory: library.func(
        'int ioctl(int fd, unsigned long request, _Inout_ void *argument)',
      ) as Ioctl<Buffer>,
    }
  }
  return bound
}

const failed = (doing: string): PtyError => new PtyError(`${doing} (${getSystemErrorName(-koffi.errno())})`)

const setUtf8 = (fd: number): void => {
  const termios = Buffer.alloc(TERMIOS_BYTES)
  if (calls().memory(fd, TCGETS, termios) !== 0) throw failed('a terminal cannot be looked at')
  termios.writeUInt32LE((termios.readUInt32LE(0) | IUTF8) >>> 0, 0)
  if (calls().memory(fd, TCSETS, termios) !== 0) throw failed('a terminal cannot be set up')
}

/**
 * Opens a pseudo-terminal.
 *
 * @param ptmx the device that makes them; one below another root makes those of the devpts that is mounted there
 * @throws {PtyError} when there is no such device, or no more terminals are to be had
 * @example
 * const { master, slave } = openPty()
 * spawn('vi', { stdio: [slave, slave, slave] })
 * closeSync(slave)
 * new ReadStream(master).pipe(…) // of node:tty
 */
export const openPty = (ptmx = '/dev/ptmx'): Pty => {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants
  let master: number
  try {
    master = openSync(ptmx, O_RDWR | O_NOCTTY | O_NONBLOCK)
  } catch (cause) {
    throw new PtyError('no pseudo-terminal can be opened', { cause })
  }
  try {
    if (calls().memory(master, TIOCSPTLCK, Buffer.alloc(4)) !== 0)
      throw failed('a pseudo-terminal cannot be unlocked')
    // The name of the other end may belong to another terminal, where /dev/pts is that of another devpts.
    const slave = calls().plain(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)
    if (slave < 0) throw failed('the other end of a pseudo-terminal cannot be opened')
    try {
      setUtf8(slave)
    } catch (error) {
      closeSync(slave)
      throw error
    }
    return { master, slave }
  } catch (error) {
    closeSync(master)
    throw error
  }
}

/**
 * Sets the size of a terminal. The programs in its foreground get SIGWINCH when it changes.
 *
 * @param master see {@link Pty}
 * @throws {PtyError}
 */
export const resizePty = (master: number, { columns, rows }: TerminalSize): void => {
  const size = Buffer.alloc(8)
  size.writeUInt16LE(rows, 0)
  size.writeUInt16LE(columns, 2)
  if (calls().memory(master, TIOCSWINSZ, size) !== 0) throw failed('a terminal cannot be resized')
}

/**
 * The process group in the foreground of a terminal.
 *
 * @param master see {@link Pty}
 * @returns undefined when there is none
 */
export const foregroundGroup = (master: number): number | undefined => {
  const group = Buffer.alloc(4)
  if (calls().memory(master, TIOCGPGRP, group) !== 0) return undefined
  return group.readInt32LE(0) || undefined
}
