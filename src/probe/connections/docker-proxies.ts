import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { ProcessRef } from '../process/directory.ts'

/** Docker's helper for published ports. Each of its processes serves one port of one container. */
const NAME = 'docker-proxy'

/** The kernel adds this when the file was replaced, as by an update, while the program runs. */
const PROGRAM = /\/docker-proxy(?: \(deleted\))?$/

/**
 * Whether a process that is called so is Docker's. Any program can give itself that name, and connections of a proxy are shown as those
 * of others. So it has to be what only root can start: in no container, as root, and in the probe's network namespace. The proxies of
 * rootless Docker run as a user, who could start anything by this name, so they are shown as programs of their own.
 *
 * What may not be read about it does not speak against it.
 */
const isDockers = ({ facts: known, parents }: ReportNode, netns: number): boolean => {
  const { [facts.executable]: executable, [facts.networkNamespace]: namespace = netns } = known
  return (
    parents.container === undefined &&
    known[facts.uid] === 0 &&
    namespace === netns &&
    (typeof executable !== 'string' || PROGRAM.test(executable))
  )
}

/** What {@link DockerProxies} needs. */
export interface DockerProxiesOptions {
  /** Inode of the probe's network namespace. */
  readonly netns: number
  /** Returns the node of a process, with the program that it runs now; undefined when there is none. */
  readonly nodeOf: (process: ProcessRef) => ReportNode | undefined
}

/** Tells which processes are Docker's proxies. Decides it once for each process. */
export class DockerProxies {
  readonly #options: DockerProxiesOptions
  readonly #known = new Map<string, { readonly process: ProcessRef; readonly isProxy: boolean }>()

  constructor(options: DockerProxiesOptions) {
    this.#options = options
  }

  /** True for a process that only passes connections on. Rule 11 of the model. */
  isProxy(process: ProcessRef): boolean {
    if (process.comm !== NAME) return false
    const key = `${process.pid}:${process.startTicks}`
    const known = this.#known.get(key)
    if (known) return known.isProxy
    const { netns, nodeOf } = this.#options
    const node = nodeOf(process)
    if (!node) return false
    const isProxy = isDockers(node, netns)
    this.#known.set(key, { process, isProxy })
    return isProxy
  }

  /** Forgets the processes that have exited. */
  forget(hasExited: (process: ProcessRef) => boolean): void {
    for (const [key, { process }] of this.#known) if (hasExited(process)) this.#known.delete(key)
  }
}
