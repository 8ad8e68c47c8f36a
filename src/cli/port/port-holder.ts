import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseNetTcp } from '../../probe/connections/sources/proc/net-tcp.ts'

/** A process that listens. */
export interface PortHolder {
  readonly pid: number
  /** `nginx` */
  readonly program: string
  /** Of the Scope that it is the app of; undefined when it is none, or that may not be read. */
  readonly scopeStateDir?: string
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // it ended meanwhile, or may not be read: then it is not what can be named
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
 * Who listens on a TCP port of this process's network namespace, from `/proc/self/net/tcp` and `/proc/PID/fd`.
 *
 * @returns undefined when nobody does, or it is a process that may not be looked into or lives in another pid namespace
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
  const isScope = words.some((word, index) => word.endsWith('src/main.ts') && words[index + 1] === 'app')
  const scopeStateDir = isScope
    ? /(?:^|\0)SCOPE_STATE_DIR=([^\0]+)/.exec(textOf(`${directory}/environ`))?.[1]
    : undefined
  return {
    pid,
    program: textOf(`${directory}/comm`).trim(),
    ...(scopeStateDir !== undefined && { scopeStateDir }),
  }
}

/** `nginx (pid 12)`, `the Scope of the state directory /var/lib/scope (pid 12)`, `another program` */
export function holderText(holder: PortHolder | undefined): string {
  if (holder === undefined) return 'another program'
  const { pid, program, scopeStateDir } = holder
  return scopeStateDir === undefined
    ? `${program} (pid ${pid})`
    : `the Scope of the state directory ${scopeStateDir} (pid ${pid})`
}
