import { canonicalIp, isUnspecified } from '../../report/address/ip.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { isRunningContainer } from './container-state.ts'
import { setFact } from './node-facts.ts'

/** A port of a host that Docker forwards to a port of a container. */
export interface PublishedPort {
  /** Canonical form of the host address that the port is bound to; undefined when it is bound to all addresses. */
  readonly ip: string | undefined
  readonly container: ReportNode
  readonly containerPort: number
}

const MAPPING = /^\[?([^\]]*?)\]?:(\d+)->(\d+)\/tcp$/

/**
 * The published TCP ports of a host's running containers, by host port. Several entries share a port when they are
 * bound to different addresses.
 */
export const publishedPorts = (containers: readonly ReportNode[]): Map<number, PublishedPort[]> => {
  const byPort = new Map<number, PublishedPort[]>()
  for (const container of containers) {
    if (!isRunningContainer(container)) continue
    for (const text of setFact(container, facts.containerPorts)) {
      const [, ip = '', hostPort, containerPort] = MAPPING.exec(text) ?? []
      if (hostPort === undefined) continue
      const bound = canonicalIp(ip)
      const published = {
        ip: bound === undefined || isUnspecified(bound) ? undefined : bound,
        container,
        containerPort: Number(containerPort),
      }
      const sharing = byPort.get(Number(hostPort))
      if (sharing) sharing.push(published)
      else byPort.set(Number(hostPort), [published])
    }
  }
  return byPort
}
