import { DOCKER_PROXY, runsAsDockerProxy } from '../../report/docker-proxy.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { ProcessRef } from '../process/directory.ts'
import { SOCKETS_KEPT_MS } from './table/matching/socket-index.ts'

/**
 * Whether a process that is called so is Docker's: what only root can start, and in the probe's network namespace. The proxies of rootless
 * Docker run as a user, who could start anything by this name, so they are shown as programs of their own.
 */
const isDockers = (node: ReportNode, netns: number): boolean => {
  const { [facts.networkNamespace]: namespace = netns } = node.facts
  return runsAsDockerProxy(node) && node.facts[facts.uid] === 0 && namespace === netns
}

/** What {@link DockerProxies} needs. */
export interface DockerProxiesOptions {
  /** Inode of the probe's network namespace. */
  readonly netns: number
  /** Returns the node of a process, with the program that it runs now; undefined when there is none. */
  readonly nodeOf: (process: ProcessRef) => ReportNode | undefined
}

interface Known {
  readonly process: ProcessRef
  readonly isProxy: boolean
  /** When it was first found to have exited. */
  exitedMs: number | undefined
}

/** Tells which processes are Docker's proxies. Decides it once for each process. */
export class DockerProxies {
  readonly #options: DockerProxiesOptions
  readonly #known = new Map<string, Known>()

  constructor(options: DockerProxiesOptions) {
    this.#options = options
  }

  /** True for a process that only passes connections on. Rule 11 of the model. */
  isProxy(process: ProcessRef): boolean {
    if (process.comm !== DOCKER_PROXY) return false
    const key = `${process.pid}:${process.startTicks}`
    const known = this.#known.get(key)
    if (known) return known.isProxy
    const { netns, nodeOf } = this.#options
    const node = nodeOf(process)
    if (!node) return false
    const isProxy = isDockers(node, netns)
    this.#known.set(key, { process, isProxy, exitedMs: undefined })
    return isProxy
  }

  /**
   * Forgets the processes that have exited, proxies only when that is so long ago that there can be nothing new about their connections:
   * the container may accept one long after. Call it often.
   */
  forget(nowMs: number, hasExited: (process: ProcessRef) => boolean): void {
    for (const [key, known] of this.#known) {
      if (known.exitedMs === undefined && hasExited(known.process)) known.exitedMs = nowMs
      const { exitedMs, isProxy } = known
      if (exitedMs !== undefined && (!isProxy || nowMs - exitedMs >= SOCKETS_KEPT_MS)) this.#known.delete(key)
    }
  }
}
