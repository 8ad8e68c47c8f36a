import { existsSync, readFileSync } from 'node:fs'
import { parseNetTcp, type TcpLine } from '../../../../sockets/net-tcp.ts'
import type { RunningProgram } from './running-programs.ts'

/** A TCP socket as the kernel lists it, without the process that holds it. */
export interface OpenSocket {
  readonly line: TcpLine
  /** Inode of the network namespace. */
  readonly netns: number
}

/** How many processes of a namespace are tried, since each may end just now, or be one that may not be read. */
const TRIES = 8

/**
 * All TCP sockets, by inode. `/proc/PID/net` lists all sockets of a namespace, so one process of each namespace is
 * read: the oldest, which is the least likely to end meanwhile, and the next when it has ended all the same.
 */
export const openSockets = (
  procRoot: string,
  programs: readonly RunningProgram[],
): Map<number, OpenSocket> => {
  const sockets = new Map<number, OpenSocket>()
  const oldestFirst = programs.filter(({ netns }) => netns !== 0).sort((a, b) => a.startTicks - b.startTicks)
  for (const [netns, ofNamespace] of Map.groupBy(oldestFirst, (program) => program.netns))
    for (const text of tablesOf(procRoot, ofNamespace.slice(0, TRIES)))
      for (const line of parseNetTcp(text)) sockets.set(line.inode, { line, netns })
  return sockets
}

/** The tables of the namespace that these processes share; none when not one of them can be read. */
const tablesOf = (procRoot: string, programs: readonly RunningProgram[]): readonly string[] => {
  for (const { pid } of programs) {
    const [tcp, tcp6] = ['tcp', 'tcp6'].map((file) => read(`${procRoot}/${pid}/net/${file}`))
    // Where IPv6 is disabled, there is no second one.
    if (tcp !== undefined && (tcp6 !== undefined || existsSync(`${procRoot}/${pid}/net/tcp`)))
      return [tcp, tcp6 ?? '']
  }
  return []
}

/** Returns the text of a file, or undefined when there is none. */
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
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
