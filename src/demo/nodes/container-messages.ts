import {
  type ContainerMessage,
  containerSchema,
  type ImageMessage,
  imageSchema,
} from '../../probe/docker/daemon/messages.ts'
import { containerNodeId } from '../../report/ids.ts'
import type { Draw } from '../draw.ts'
import type { Span } from '../life.ts'
import type { Slot } from '../plan.ts'
import type { Service } from '../shop/service.ts'

const DAY_MS = 86_400_000
const MEGABYTE = 2 ** 20

/** The state of a simulated container, as far as it changes over time. */
export interface ContainerState {
  /** The time in which the container runs; for one that is restarting or has exited, its last run. */
  readonly span: Span
  readonly status: 'running' | 'restarting' | 'exited'
  readonly health: 'healthy' | 'unhealthy' | undefined
}

/** The image of a service, as Docker's API would return it. */
export const imageMessage = (service: Service, draw: Draw, nowMs: number): ImageMessage => {
  const reference = service.image ?? ''
  return imageSchema.parse({
    Id: `sha256:${draw.hex(64, 'image', reference)}`,
    RepoTags: [reference],
    Created: Math.floor((nowMs - draw.between(2, 120, 'image age', reference) * DAY_MS) / 1000),
    Size: (service.imageMegabytes ?? 0) * MEGABYTE,
    Labels: { 'org.opencontainers.image.title': reference.replace(/^.*\//, '').replace(/:.*$/, '') },
  })
}

/** Whether each run has a new container (Swarm, jobs), rather than restarting the same one (Compose). */
const isReplaced = ({ service }: Slot): boolean => service.deployment !== 'compose'

const knownIds = new WeakMap<Slot, { readonly generation: number; readonly id: string }>()

/** The full Docker id of a slot's container. */
export const containerIdOf = (slot: Slot, span: Span, draw: Draw): string => {
  const generation = isReplaced(slot) ? span.index : 0
  const known = knownIds.get(slot)
  if (known?.generation === generation) return known.id
  const id = draw.hex(64, 'container', slot.key, generation)
  knownIds.set(slot, { generation, id })
  return id
}

const projectOf = ({ service, shop }: Slot): string => `${shop?.prefix ?? ''}${service.project ?? ''}`

const nameOf = (slot: Slot, span: Span, draw: Draw): string => {
  const { service, ordinal } = slot
  const project = projectOf(slot)
  switch (service.deployment) {
    case 'swarm':
      return `${project}_${service.name}.${ordinal}.${draw.hex(25, 'task', slot.key, span.index)}`
    case 'job':
      return `${project}-${service.name}-run-${draw.hex(12, 'run', slot.key, span.index)}`
    default:
      return `${project}-${service.name}-${ordinal}`
  }
}

const labelsOf = (slot: Slot, span: Span, draw: Draw): Record<string, string> => {
  const { service, ordinal, shop } = slot
  const project = projectOf(slot)
  const team = {
    'com.example.team': shop?.prefix.replace(/-$/, '') || 'shop',
    'com.example.tier': service.project ?? '',
  }
  if (service.deployment === 'swarm')
    return {
      'com.docker.stack.namespace': project,
      'com.docker.swarm.service.id': draw.hex(25, 'service', project, service.name),
      'com.docker.swarm.service.name': `${project}_${service.name}`,
      'com.docker.swarm.task.id': draw.hex(25, 'task', slot.key, span.index),
      'com.docker.swarm.task.name': nameOf(slot, span, draw),
      ...team,
    }
  return {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service.name,
    'com.docker.compose.container-number': String(ordinal),
    'com.docker.compose.oneoff': service.deployment === 'job' ? 'True' : 'False',
    'com.docker.compose.version': '2.32.1',
    ...team,
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()

/**
 * The host port at which a container port is published. Each shop has its own numbers, since several shops may share a
 * host.
 */
export const publishedPort = ({ shop }: Slot, port: number): number => port + 100 * (shop?.index ?? 0)

const portsOf = (slot: Slot): Record<string, unknown> => {
  const { port, published = [] } = slot.service
  return Object.fromEntries([
    ...(port === undefined ? [] : [[`${port}/tcp`, null]]),
    ...published.map((one) => [
      `${one}/tcp`,
      [{ HostIp: '0.0.0.0', HostPort: String(publishedPort(slot, one)) }],
    ]),
  ])
}

const stateOf = (slot: Slot, { span, status, health }: ContainerState, startedAtMs: number): object => {
  const startMs = startedAtMs + span.startMs
  const finished = status === 'running' ? undefined : iso(startedAtMs + span.endMs)
  const failed = slot.service.deployment === 'job' ? 0 : 143
  return {
    Status: status,
    Running: status !== 'exited',
    ExitCode: status === 'running' ? 0 : failed,
    StartedAt: iso(startMs),
    FinishedAt: finished ?? '0001-01-01T00:00:00Z',
    ...(health === undefined ? {} : { Health: { Status: health } }),
  }
}

const networksOf = (slot: Slot): Record<string, object> => ({
  ...(slot.overlayIp === undefined || slot.shop === undefined
    ? {}
    : {
        [`${slot.shop.prefix}backbone`]: { NetworkID: slot.shop.networkId, IPAddress: slot.overlayIp },
      }),
  ...(slot.bridgeIp === undefined
    ? {}
    : {
        [`${projectOf(slot)}_default`]: {
          NetworkID: bridgeNetworkId(slot.machine.index),
          IPAddress: slot.bridgeIp,
        },
      }),
})

/** Id of the bridge network of a host's containers. */
export const bridgeNetworkId = (machine: number): string => `bridge-${machine}`

/**
 * A container, as Docker's API would return it.
 *
 * @param startedAtMs wall-clock time at the beginning of the story
 */
export const containerMessage = (
  slot: Slot,
  state: ContainerState,
  startedAtMs: number,
  draw: Draw,
): ContainerMessage => {
  const { service } = slot
  const { span } = state
  const id = containerIdOf(slot, span, draw)
  const [program] = service.programs
  const [path = '', ...args] = program?.argv.join(' ').split(' ') ?? []
  const created = isReplaced(slot) ? span.startMs - 900 : slot.life.at(0).current?.startMs
  return containerSchema.parse({
    Id: id,
    Name: `/${nameOf(slot, span, draw)}`,
    Created: iso(startedAtMs + (created ?? span.startMs)),
    Path: path,
    Args: args,
    Image: `sha256:${draw.hex(64, 'image', service.image ?? '')}`,
    RestartCount: isReplaced(slot) ? 0 : span.index,
    State: stateOf(slot, state, startedAtMs),
    Config: { Hostname: id.slice(0, 12), Image: service.image, Labels: labelsOf(slot, span, draw) },
    HostConfig: { NetworkMode: Object.keys(networksOf(slot))[0], Privileged: false },
    NetworkSettings: { Ports: portsOf(slot), Networks: networksOf(slot) },
    Mounts: (service.volumes ?? []).map((volume) => {
      const [name, destination] = volume.split(':')
      return { Type: 'volume', Name: name, Source: '', Destination: destination, RW: true }
    }),
  })
}

/** Node id of the container in which a slot's programs run during a span. */
export const containerNodeOf = (slot: Slot, programs: Span, draw: Draw): string => {
  const container = slot.life === slot.processLife ? programs : slot.life.at(programs.startMs).current
  return containerNodeId(containerIdOf(slot, container ?? programs, draw))
}
