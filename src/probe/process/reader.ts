import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ProcessStat, parseProcessStat } from './stat.ts'

/** Null: not permitted. Undefined: the process has exited, or the kernel does not provide the value. */
export type Readable<T> = T | null | undefined

/** The bytes of `/proc/PID/cmdline`. */
export interface RawCommandLine {
  readonly bytes: Buffer
  /** True when the command line is longer than what was read. */
  readonly cut: boolean
}

/** Reads individual processes from `/proc`. No method throws when a process exits meanwhile. */
export interface ProcessReader {
  /** @throws Error when `/proc` itself cannot be listed */
  pids(): number[]
  stat(pid: number): ProcessStat | undefined
  /** @returns bytes that are valid until the next call */
  commandLine(pid: number): RawCommandLine | undefined
  cgroup(pid: number): string | undefined
  limits(pid: number): string | undefined
  /** Inode of its network namespace. @param pid or `self`, the reader's own */
  netns(pid: number | 'self'): Readable<number>
  openFiles(pid: number): Readable<number>
  /** Effective user id. */
  uid(pid: number): number | undefined
  /** Path of its program. */
  executable(pid: number): string | undefined
  workingDirectory(pid: number): string | undefined
}

const BUFFER_BYTES = 16_384
const COMMAND_LINE_BYTES = 8192

const isDenied = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EACCES' || code === 'EPERM'
}

const ZERO = 48
const NINE = 57

const startsWithDigit = (name: string): boolean => {
  const first = name.charCodeAt(0)
  return first >= ZERO && first <= NINE
}

/**
 * Creates a reader of the processes below `procRoot`. It reads synchronously: the kernel produces these files from
 * memory, so handing a read to the thread pool would cost several times the read itself.
 */
export const createProcessReader = (procRoot: string): ProcessReader => {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  // Since Linux 6.2 the size of this directory is the number of open files; before, it is 0.
  const sizeTellsOpenFiles = (statSync(join(procRoot, 'self/fd'), { throwIfNoEntry: false })?.size ?? 0) > 0
  const pathOf = (pid: number | 'self', file: string): string => `${procRoot}/${pid}/${file}`

  const read = (pid: number, file: string, limit: number): number | undefined => {
    let fd: number
    try {
      fd = openSync(pathOf(pid, file), 'r')
    } catch {
      return undefined
    }
    try {
      // The kernel produces the whole file at the first read, so one read returns all of it up to the limit.
      return readSync(fd, buffer, 0, limit, null)
    } catch {
      // ESRCH: the process exited between open and read.
      return undefined
    } finally {
      closeSync(fd)
    }
  }

  const text = (pid: number, file: string): string | undefined => {
    const length = read(pid, file, BUFFER_BYTES)
    return length === undefined ? undefined : buffer.toString('utf8', 0, length)
  }

  const orDenied = <T>(get: () => T): T | null | undefined => {
    try {
      return get()
    } catch (error) {
      return isDenied(error) ? null : undefined
    }
  }

  const link = (pid: number, file: string): string | undefined => {
    try {
      return readlinkSync(pathOf(pid, file))
    } catch {
      // The process has exited, or may not be read. Leaving the value out is enough in both cases.
      return undefined
    }
  }

  return {
    pids: () => readdirSync(procRoot).filter(startsWithDigit).map(Number),
    stat: (pid) => {
      const line = text(pid, 'stat')
      return line === undefined ? undefined : parseProcessStat(line)
    },
    commandLine: (pid) => {
      const length = read(pid, 'cmdline', COMMAND_LINE_BYTES)
      if (length === undefined) return undefined
      return { bytes: buffer.subarray(0, length), cut: length === COMMAND_LINE_BYTES }
    },
    cgroup: (pid) => text(pid, 'cgroup'),
    limits: (pid) => text(pid, 'limits'),
    netns: (pid) =>
      orDenied(() => {
        const inode = /^net:\[(\d+)\]$/.exec(readlinkSync(pathOf(pid, 'ns/net')))?.[1]
        return inode === undefined ? undefined : Number(inode)
      }),
    openFiles: (pid) =>
      orDenied(() =>
        sizeTellsOpenFiles ? statSync(pathOf(pid, 'fd')).size : readdirSync(pathOf(pid, 'fd')).length,
      ),
    // The owner of the directory is the process's effective user even when its files belong to root (proc(5),
    // dumpable).
    uid: (pid) => statSync(pathOf(pid, ''), { throwIfNoEntry: false })?.uid,
    executable: (pid) => link(pid, 'exe'),
    workingDirectory: (pid) => link(pid, 'cwd'),
  }
}
