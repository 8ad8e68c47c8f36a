import { readFileSync } from 'node:fs'
import { parseNetTcp, type TcpLine } from './net-tcp.ts'
import type { RunningProgram } from './running-programs.ts'

/** A TCP socket as the kernel lists it, without the process that holds it. */
export interface OpenSocket {
  readonly line: TcpLine
  /** Inode of the network namespace. */
  readonly netns: number
}

/**
 * All TCP sockets, by inode. `/proc/PID/net` lists all sockets of a namespace, so one process of each namespace is
 * read.
 */
export const openSockets = (
  procRoot: string,
  programs: readonly RunningProgram[],
): Map<number, OpenSocket> => {
  const oneOfEach = new Map<number, number>()
  for (const { pid, netns } of programs) if (netns !== 0) oneOfEach.set(netns, pid)
  const sockets = new Map<number, OpenSocket>()
  for (const [netns, pid] of oneOfEach)
    for (const file of ['tcp', 'tcp6'])
      for (const line of parseNetTcp(read(`${procRoot}/${pid}/net/${file}`)))
        sockets.set(line.inode, { line, netns })
  return sockets
}

/** Returns the text of a file, or nothing when the process has exited or IPv6 is disabled. */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const door = (netns: number, port: number): string => `${netns}:${port}`

/** Returns a test for the server's side of a connection: true when somebody listens on the local port of a socket. */
export const serverSides = (sockets: Iterable<OpenSocket>): ((socket: OpenSocket) => boolean) => {
  const doors = new Set<string>()
  for (const { line, netns } of sockets)
    if (line.state === 'listening') doors.add(door(netns, line.localPort))
  return ({ line, netns }) => doors.has(door(netns, line.localPort))
}
