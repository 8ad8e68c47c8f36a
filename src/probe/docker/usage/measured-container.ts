import type { ContainerMessage } from '../daemon/messages.ts'
import { networkOwnerOf } from '../entities/addresses.ts'
import { cpuLimitOf } from '../entities/limits.ts'

/** What must be known of a running container to measure it. */
export interface MeasuredContainer {
  readonly id: string
  /** Of its first process, in the pid namespace of the daemon. */
  readonly pid: number
  /** How many CPU cores it may use; undefined = all. */
  readonly cpuLimit: number | undefined
  /** Undefined = none. */
  readonly memoryLimitBytes: number | undefined
  /** The traffic of its network is that of the machine. */
  readonly inHostNetwork: boolean
  /** Names that its interfaces were given, other than `eth0`, `eth1`, … */
  readonly interfaces: readonly string[]
}

const INTERFACE_OPTION = 'com.docker.network.endpoint.ifname'

/** The running ones of all containers of a daemon. */
export const measuredContainers = (
  containers: ReadonlyMap<string, ContainerMessage>,
): MeasuredContainer[] => {
  const byName = new Map([...containers.values()].map((container) => [container.Name, container]))
  const containerOf = (reference: string) => containers.get(reference) ?? byName.get(`/${reference}`)
  return [...containers.values()].flatMap((container) => {
    const { Id, State, HostConfig } = container
    if (!State.Running) return []
    const owner = networkOwnerOf(container, containerOf)
    return [
      {
        id: Id,
        pid: State.Pid,
        cpuLimit: cpuLimitOf(HostConfig),
        memoryLimitBytes: HostConfig.Memory > 0 ? HostConfig.Memory : undefined,
        inHostNetwork: owner.HostConfig.NetworkMode === 'host',
        interfaces: Object.values(owner.NetworkSettings.Networks).flatMap(
          (endpoint) => endpoint?.DriverOpts[INTERFACE_OPTION] ?? [],
        ),
      },
    ]
  })
}
