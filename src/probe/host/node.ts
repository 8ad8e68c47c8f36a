import { facts } from '../../report/facts.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { ReportNode } from '../../report/schema.ts'

/** The data of a host node. */
export interface HostDescription {
  readonly hostId: string
  readonly hostName: string
  /** Of Scope. */
  readonly version: string
  /** Such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly osName: string | undefined
  readonly kernelVersion: string | undefined
  /** Seconds since 1970; 0 = unknown. */
  readonly bootSeconds: number
  readonly cpus: number
  /** CIDRs. */
  readonly localNetworks: readonly string[]
  /** Ids of the controls that it offers; none by default. */
  readonly controls?: string[]
}

/** Limit on the strings in one fact. */
const MAX_NETWORKS = 1024

/** The node of the host itself. */
export const hostNode = (host: HostDescription): ReportNode => ({
  id: hostNodeId(host.hostId),
  topology: 'host',
  name: host.hostName,
  facts: {
    [facts.hostId]: hostNodeId(host.hostId),
    [facts.hostName]: host.hostName,
    ...(host.osName !== undefined && { [facts.os]: host.osName }),
    ...(host.kernelVersion !== undefined && { [facts.kernelVersion]: host.kernelVersion }),
    ...(host.bootSeconds > 0 && { [facts.bootedAt]: new Date(host.bootSeconds * 1000).toISOString() }),
    [facts.cpuCount]: host.cpus,
    [facts.localNetworks]: host.localNetworks.slice(0, MAX_NETWORKS),
    [facts.scopeVersion]: host.version,
  },
  parents: {},
  controls: host.controls ?? [],
})
