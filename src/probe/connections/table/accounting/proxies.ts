import type { ProcessRef } from '../../../process/directory.ts'
import type { Connection } from '../matching/connection.ts'

/** Docker's helper for published ports. Each of its processes serves one port of one container. */
const PROXY = 'docker-proxy'

/** True for a process that only passes connections on. Rule 11 of the model. */
export const isProxy = (process: ProcessRef | undefined): boolean => process?.comm === PROXY

/** Where a proxy leads. */
export interface ProxyTarget {
  /** Undefined where the container's process is not seen. */
  readonly process: ProcessRef | undefined
  readonly ip: string
  readonly port: number
}

const keyOf = ({ pid, startTicks }: ProcessRef): string => `${pid}:${startTicks}`

/**
 * Where Docker's proxies lead. What such a process accepts is shown as one connection from the real client to the container;
 * what it opens itself is plumbing and is not shown.
 */
export class Proxies {
  readonly #targets = new Map<string, { readonly proxy: ProcessRef; target: ProxyTarget }>()

  /**
   * Learns from a connection that a proxy opened to its container.
   *
   * @returns true when it leads elsewhere than was known
   */
  learn(connection: Connection): boolean {
    const { client: proxy, server } = connection
    if (!proxy) return false
    const key = keyOf(proxy.process)
    const known = this.#targets.get(key)?.target
    // what is known of a process is not given up for a connection whose end was not seen
    if (known?.process && !server) return false
    const target: ProxyTarget = {
      process: server?.process,
      ip: connection.serverIp,
      port: connection.serverPort,
    }
    this.#targets.set(key, { proxy: proxy.process, target })
    return known?.ip !== target.ip || known.process?.pid !== target.process?.pid
  }

  /** Where a proxy leads; undefined before it has opened a connection, and for other processes. */
  targetOf(process: ProcessRef): ProxyTarget | undefined {
    return this.#targets.get(keyOf(process))?.target
  }

  /** Forgets the proxies that ended. */
  forget(hasExited: (process: ProcessRef) => boolean): void {
    for (const [key, { proxy }] of this.#targets) if (hasExited(proxy)) this.#targets.delete(key)
  }
}
