import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '../log/error-code.ts'

/** Own port and state of a line of `/proc/PID/net/tcp` or `tcp6`. */
const LINE = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /
/** `TCP_LISTEN` in include/net/tcp_states.h */
const LISTEN = '0A'
const PIECE_BYTES = 16 * 1024

/**
 * Whether anything in this network namespace listens at a TCP port, on whatever address. Nothing is sent for that, unlike by trying to
 * connect. Costs no more where there are many connections: the kernel tells of those after all that listen (`tcp_seq_next` in
 * net/ipv4/tcp_ipv4.c).
 *
 * @returns undefined when it cannot be found out
 */
export const isListenedAt = (port: number, procRoot = '/proc'): boolean | undefined => {
  const found = ['tcp', 'tcp6'].map((file) => isListenedIn(`${procRoot}/self/net/${file}`, port))
  if (found.includes(true)) return true
  return found.every((one) => one === undefined) ? undefined : false
}

const isListenedIn = (path: string, port: number): boolean | undefined => {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const wanted = port.toString(16).toUpperCase().padStart(4, '0')
    const buffer = Buffer.alloc(PIECE_BYTES)
    let rest = ''
    for (;;) {
      const size = readSync(file, buffer)
      if (size === 0) return false
      const lines = (rest + buffer.toString('latin1', 0, size)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const [, own, state] = LINE.exec(line) ?? []
        // The heading is no such line.
        if (state === undefined) continue
        if (state !== LISTEN) return false
        if (own === wanted) return true
      }
    }
  } catch (error) {
    // Where there is no IPv6, there is no such file; elsewhere /proc may not be what it is here.
    if (errorCode(error) !== undefined) return undefined
    throw error
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
