import { canonicalIp, isLoopback } from '../../../report/address/ip.ts'
import { facts } from '../../../report/facts.ts'
import { containerNodeId, hostNodeId, imageNodeId } from '../../../report/ids.ts'
import type { Fact, ReportNode } from '../../../report/schema.ts'
import { redactValue } from '../../redact/redact.ts'
import { offeredOn } from '../controls/offered.ts'
import type { ContainerMessage, ImageMessage } from '../daemon/messages.ts'
import { healthOutput } from './health-output.ts'
import { imageNameOf, isImageHash } from './image-node.ts'
import { cpuLimitOf, restartPolicyOf } from './limits.ts'
import { reachesHost } from './reaches-host.ts'

/** What a container's node shows besides the container's own data. */
export interface ContainerSurroundings {
  /** The host that the container runs on; undefined when that is another machine. */
  readonly hostId: string | undefined
  readonly image: ImageMessage | undefined
  /** The container whose network this one uses, itself in most cases. */
  readonly networkOwner: ContainerMessage
  /** The container whose pid namespace this one uses; itself unless told. */
  readonly pidOwner?: ContainerMessage
  /** Paths of sockets that command its host, besides the usual ones of container runtimes. */
  readonly sockets?: readonly string[]
  /**
   * True when one of its networks is the machine's own (macvlan, ipvlan), so that other machines can reach its
   * listening ports.
   */
  readonly isOnLan: boolean
  /** How many times Docker reported that the kernel killed a process of the container for lack of memory. */
  readonly oomKills: number
  /** Formats a command line for display. */
  readonly redact: (argv: readonly string[]) => string
}

/** ISO 8601 in whole milliseconds; undefined for Docker's "never" (the year 1). */
const dateOf = (text: string): string | undefined => {
  const ms = Date.parse(text)
  return Number.isNaN(ms) || ms <= 0 ? undefined : new Date(ms).toISOString()
}

const seconds = (iso: string | undefined): string => iso?.replace(/\.\d+Z$/, 'Z') ?? ''

/** The state in words. Contains no text that changes over time, such as "Up 3 minutes". */
const stateText = ({ State }: ContainerMessage): string => {
  const started = seconds(dateOf(State.StartedAt))
  const finished = seconds(dateOf(State.FinishedAt))
  switch (State.Status) {
    case 'running':
      return `Up since ${started}${State.Health?.Status && State.Health.Status !== 'none' ? ` (${State.Health.Status})` : ''}`
    case 'paused':
      return `Up since ${started} (paused)`
    case 'restarting':
      return `Restarting (${State.ExitCode}) since ${finished}`
    case 'exited':
      return `Exited (${State.ExitCode}) ${finished}`
    default:
      return State.Status === '' ? 'Unknown' : `${State.Status[0]?.toUpperCase()}${State.Status.slice(1)}`
  }
}

/** The network mode; Docker's `default` is given the name that newer versions use. */
const networkModeOf = ({ HostConfig }: ContainerMessage): string | undefined =>
  HostConfig.NetworkMode === 'default' ? 'bridge' : HostConfig.NetworkMode || undefined

const bracketed = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip)

/** Published and exposed ports as Docker writes them: `0.0.0.0:8080->80/tcp`, `443/tcp`. */
export const portTexts = (ports: ContainerMessage['NetworkSettings']['Ports']): string[] =>
  Object.entries(ports).flatMap(([port, bindings]) =>
    bindings === null || bindings.length === 0
      ? [port]
      : bindings.map(({ HostIp, HostPort }) => `${bracketed(HostIp || '0.0.0.0')}:${HostPort}->${port}`),
  )

/** True when a port is published on an address other than loopback. */
const isPublished = (ports: ContainerMessage['NetworkSettings']['Ports']): boolean =>
  Object.values(ports).some((bindings) => bindings?.some(({ HostIp }) => !isLoopback(HostIp)))

/**
 * True when other machines can reach a container through Docker's networks. Undefined when Docker does not decide that:
 * for a container in the host's network, its listening sockets do. Also undefined for one that does not run.
 */
const reachable = (
  { State }: ContainerMessage,
  { networkOwner, isOnLan }: ContainerSurroundings,
): boolean | undefined =>
  !State.Running || networkOwner.HostConfig.NetworkMode === 'host'
    ? undefined
    : isOnLan || isPublished(networkOwner.NetworkSettings.Ports)

/** The addresses of a container in its own networks, in canonical form. */
export const addressesOf = (container: ContainerMessage): { ip: string; networkId: string }[] =>
  Object.values(container.NetworkSettings.Networks).flatMap((endpoint) =>
    endpoint === null
      ? []
      : [endpoint.IPAddress, endpoint.GlobalIPv6Address].flatMap((text) => {
          const ip = canonicalIp(text)
          return ip === undefined ? [] : [{ ip, networkId: endpoint.NetworkID }]
        }),
  )

const mountTexts = (mounts: ContainerMessage['Mounts']): string[] =>
  mounts.map(({ Type, Name, Source, Destination, RW }) => {
    const source = (Type === 'volume' ? Name : Source) || Source || Type
    return `${source}:${Destination}:${RW ? 'rw' : 'ro'}`
  })

/** The environment, sorted by name, with its secrets redacted; undefined when it is empty or not reported. */
const environmentTexts = ({ Config }: ContainerMessage): string[] | undefined => {
  const texts = Config.Env.map((text) => {
    const [, key = text, value = ''] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? []
    return `${key}=${redactValue(key, value)}`
  })
  return texts.length > 0 ? texts.sort() : undefined
}

const imageFacts = (
  container: ContainerMessage,
  image: ImageMessage | undefined,
): [string, Fact | undefined][] => {
  const { name, tag } = imageNameOf(
    isImageHash(container.Config.Image) ? (image?.RepoTags[0] ?? '') : container.Config.Image,
  )
  return [
    [facts.imageId, container.Image.replace(/^sha256:/, '') || undefined],
    [facts.imageName, name || undefined],
    [facts.imageTag, tag || undefined],
  ]
}

/** Makes the node of a container. Equal messages give equal nodes: nothing in a node depends on the time. */
export const containerNode = (container: ContainerMessage, around: ContainerSurroundings): ReportNode => {
  const { State, Config, HostConfig } = container
  const { networkOwner, pidOwner = container } = around
  const health = State.Health?.Status
  const reasons = reachesHost({
    ...container,
    pidMode: pidOwner.HostConfig.PidMode,
    networkMode: networkOwner.HostConfig.NetworkMode,
    sockets: around.sockets ?? [],
  })
  const hasEnded = dateOf(State.StartedAt) !== undefined && !State.Running
  const known: [string, Fact | undefined][] = [
    [facts.containerId, container.Id],
    [facts.containerHostname, Config.Hostname || undefined],
    [
      facts.containerCommand,
      around.redact([container.Path, ...container.Args].filter((word) => word !== '')),
    ],
    [facts.containerCreated, dateOf(container.Created)],
    [facts.containerStarted, dateOf(State.StartedAt)],
    [facts.containerState, State.Status],
    [facts.containerStateHuman, stateText(container)],
    [facts.containerHealth, health === 'none' ? undefined : health || undefined],
    [facts.containerRestarts, container.RestartCount],
    [facts.containerExitCode, hasEnded ? State.ExitCode : undefined],
    [facts.containerFinished, hasEnded ? dateOf(State.FinishedAt) : undefined],
    [facts.containerOomKilled, State.OOMKilled || around.oomKills > 0 || undefined],
    [facts.containerOomKills, around.oomKills || undefined],
    [facts.containerHealthOutput, healthOutput(container)],
    [facts.containerRestartPolicy, restartPolicyOf(HostConfig)],
    [facts.containerCpuLimit, cpuLimitOf(HostConfig)],
    [facts.containerMemoryLimit, HostConfig.Memory > 0 ? HostConfig.Memory : undefined],
    [facts.containerNetworkMode, networkModeOf(container)],
    [facts.containerNetworks, Object.keys(networkOwner.NetworkSettings.Networks)],
    [facts.containerAddresses, addressesOf(networkOwner).map(({ ip }) => ip)],
    [facts.containerPorts, portTexts(networkOwner.NetworkSettings.Ports)],
    [facts.reachableFromOutside, reachable(container, around)],
    [facts.containerPrivileged, HostConfig.Privileged],
    [facts.containerPidMode, pidOwner.HostConfig.PidMode || undefined],
    [facts.containerReachesHost, reasons.length > 0 ? reasons : undefined],
    [facts.containerMounts, mountTexts(container.Mounts)],
    [facts.containerEnvironment, environmentTexts(container)],
    [facts.inHostNetwork, networkOwner.HostConfig.NetworkMode === 'host'],
    ...imageFacts(container, around.image),
    [facts.hostId, around.hostId === undefined ? undefined : hostNodeId(around.hostId)],
  ]
  return {
    id: containerNodeId(container.Id),
    topology: 'container',
    name: container.Name.replace(/^\//, '') || container.Id.slice(0, 12),
    facts: Object.fromEntries(known.filter((entry): entry is [string, Fact] => entry[1] !== undefined)),
    labels: Object.fromEntries(
      Object.entries(Config.Labels).map(([key, value]) => [key, redactValue(key, value)]),
    ),
    parents: {
      // An empty list means that its host is not reported by this probe.
      host: around.hostId === undefined ? [] : [hostNodeId(around.hostId)],
      ...(container.Image !== '' && { container_image: [imageNodeId(container.Image)] }),
    },
    controls: offeredOn(State),
  }
}
