import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { relative } from 'node:path'
import { builtPrograms, checkout, sourcePrograms } from '../../checkout.ts'
import { parseNetTcp } from '../../sockets/net-tcp.ts'

/** A process that listens on a port. */
export interface PortHolder {
  readonly pid: number
  /** `nginx` */
  readonly program: string
  /** State directory, when the process is a Scope app; undefined when it is not, or its environment cannot be read. */
  readonly scopeStateDir?: string
}

/** Where the main program is in any checkout or image of Scope: that of the holder is seldom this one. */
const mainPaths = [builtPrograms, sourcePrograms].map(({ main }) => relative(checkout.root, main))

const isMain = (word: string): boolean => mainPaths.some((path) => `/${word}`.endsWith(`/${path}`))

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process has ended or may not be read; then it cannot be named.
    return ''
  }
}

const namesIn = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    // as above
    return []
  }
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    // as above
    return ''
  }
}

/**
 * Finds the process that listens on a TCP port in this process's network namespace, from `/proc/self/net/tcp` and
 * `/proc/PID/fd`.
 *
 * @returns undefined when there is none, or it cannot be inspected or is in another pid namespace
 */
export function findPortHolder(port: number, procRoot = '/proc'): PortHolder | undefined {
  const sockets = new Set<string>()
  for (const file of ['tcp', 'tcp6'])
    for (const { state, localPort, inode } of parseNetTcp(textOf(`${procRoot}/self/net/${file}`)))
      if (state === 'listening' && localPort === port) sockets.add(`socket:[${inode}]`)
  if (sockets.size === 0) return undefined
  for (const pid of namesIn(procRoot)) {
    if (!/^\d+$/.test(pid)) continue
    const directory = `${procRoot}/${pid}`
    if (namesIn(`${directory}/fd`).some((fd) => sockets.has(linkOf(`${directory}/fd/${fd}`))))
      return describeHolder(directory, Number(pid))
  }
  return undefined
}

function describeHolder(directory: string, pid: number): PortHolder {
  const [, ...words] = textOf(`${directory}/cmdline`).split('\0')
  const isScope = words.some((word, index) => isMain(word) && words[index + 1] === 'app')
  const scopeStateDir = isScope
    ? /(?:^|\0)SCOPE_STATE_DIR=([^\0]+)/.exec(textOf(`${directory}/environ`))?.[1]
    : undefined
  return {
    pid,
    program: textOf(`${directory}/comm`).trim(),
    ...(scopeStateDir !== undefined && { scopeStateDir }),
  }
}

/**
 * Describes a port's holder: `nginx (pid 12)`, `the Scope of the state directory /var/lib/scope (pid 12)`, `another
 * program`.
 */
export function holderText(holder: PortHolder | undefined): string {
  if (holder === undefined) return 'another program'
  const { pid, program, scopeStateDir } = holder
  return scopeStateDir === undefined
    ? `${program} (pid ${pid})`
    : `the Scope of the state directory ${scopeStateDir} (pid ${pid})`
}
