import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { builtPrograms, checkout, sourcePrograms } from '../../checkout.ts'
import { parseNetTcp } from '../../sockets/net-tcp.ts'
import { defaultStateDir } from '../../state/state-dir.ts'

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

/** The sockets that listen on a TCP port in this process's network namespace, as links of `/proc/PID/fd` name them. */
const listeningOn = (port: number, procRoot: string): ReadonlySet<string> => {
  const sockets = new Set<string>()
  for (const file of ['tcp', 'tcp6'])
    for (const { state, localPort, inode } of parseNetTcp(textOf(`${procRoot}/self/net/${file}`)))
      if (state === 'listening' && localPort === port) sockets.add(`socket:[${inode}]`)
  return sockets
}

const hasOneOf = (sockets: ReadonlySet<string>, directory: string): boolean =>
  namesIn(`${directory}/fd`).some((fd) => sockets.has(linkOf(`${directory}/fd/${fd}`)))

/**
 * Finds the process that listens on a TCP port in this process's network namespace, from `/proc/self/net/tcp` and
 * `/proc/PID/fd`.
 *
 * @returns undefined when there is none, or it cannot be inspected or is in another pid namespace
 */
export function findPortHolder(port: number, procRoot = '/proc'): PortHolder | undefined {
  const sockets = listeningOn(port, procRoot)
  if (sockets.size === 0) return undefined
  for (const pid of namesIn(procRoot)) {
    if (!/^\d+$/.test(pid)) continue
    const directory = `${procRoot}/${pid}`
    if (hasOneOf(sockets, directory)) return describeHolder(directory, Number(pid))
  }
  return undefined
}

/** Whether this process listens on a TCP port, looked for as by {@link findPortHolder}. */
export const listensOn = (port: number, pid: number, procRoot = '/proc'): boolean =>
  hasOneOf(listeningOn(port, procRoot), `${procRoot}/${pid}`)

const isScopeApp = (directory: string): boolean => {
  const [, ...words] = textOf(`${directory}/cmdline`).split('\0')
  return words.some((word, index) => isMain(word) && words[index + 1] === 'app')
}

const namedStateDir = (directory: string): string | undefined =>
  /(?:^|\0)SCOPE_STATE_DIR=([^\0]+)/.exec(textOf(`${directory}/environ`))?.[1]

/** Those that a container has of its own; it may share the network, and with that its ports. */
const OWN_NAMESPACES = ['pid', 'mnt', 'user']

/** Whether a process is in the same namespaces as this one; false when that cannot be read. */
const isBesideThis = (directory: string, procRoot: string): boolean =>
  OWN_NAMESPACES.every((name) => {
    const namespace = linkOf(`${directory}/ns/${name}`)
    return namespace !== '' && namespace === linkOf(`${procRoot}/self/ns/${name}`)
  })

/**
 * Whether this process is a Scope app, of any checkout, that runs as a user and with a state directory. Who runs it, and that it is in no container
 * (or in the same one), is what the kernel says; the rest is what the process says of itself, so it may only be believed of a user who is trusted.
 */
export const isAppOf = (uid: number, stateDir: string, pid: number, procRoot = '/proc'): boolean => {
  const directory = `${procRoot}/${pid}`
  const users = /^Uid:\s+(.*)$/m.exec(textOf(`${directory}/status`))?.[1]?.split(/\s+/) ?? []
  return (
    users.length > 0 &&
    users.every((user) => user === String(uid)) &&
    isBesideThis(directory, procRoot) &&
    isScopeApp(directory) &&
    resolve(namedStateDir(directory) ?? defaultStateDir({})) === resolve(stateDir)
  )
}

function describeHolder(directory: string, pid: number): PortHolder {
  const scopeStateDir = isScopeApp(directory) ? namedStateDir(directory) : undefined
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
