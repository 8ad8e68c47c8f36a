import { listeningOf } from '../../../../src/demo/nodes/processes.ts'
import type { Machine, Slot } from '../../../../src/demo/plan.ts'
import type { Moment, TrueContainer, TrueProcess } from './moment.ts'

/** What is so of a node, by the name of a field of its summary, or of a row of its facts. */
export type Facts = Readonly<Record<string, string | undefined>>

const iso = (ms: number): string => new Date(ms).toISOString()

export const hostIdOf = ({ id }: Machine): string => `${id};<host>`
export const containerNodeIdOf = ({ id }: Pick<TrueContainer, 'id'>): string => `${id};<container>`

/** Whether it holds its place on the host, so that views show it unless they are asked otherwise. */
export const isThere = ({ status }: TrueContainer): boolean => status !== 'exited'

/** The Compose project or Swarm stack of a container. */
export const projectOf = ({ shop, service }: Slot): string => `${shop?.prefix ?? ''}${service.project ?? ''}`

/** Name and tag of the image that a service was started from. */
export const imageOf = ({ image = '' }: Slot['service']): readonly [name: string, tag: string] => {
  const at = image.lastIndexOf(':')
  return [image.slice(0, at), image.slice(at + 1)]
}

/** What an image is called on the map: without the registry. */
export const shownImageOf = (service: Slot['service']): string => {
  const [name] = imageOf(service)
  return /^[^/]*[.:]/.test(name) ? name.slice(name.indexOf('/') + 1) : name
}

/** The Swarm service of a container; undefined for one of another deployment. */
export const swarmOf = (
  slot: Slot,
  { draw }: Moment,
): { readonly id: string; readonly name: string } | undefined =>
  slot.service.deployment === 'swarm'
    ? {
        id: draw.hex(25, 'service', projectOf(slot), slot.service.name),
        name: `${projectOf(slot)}_${slot.service.name}`,
      }
    : undefined

export const containerLabelOf = ({ slot, span }: TrueContainer, { draw }: Moment): string => {
  const { service, ordinal, key } = slot
  if (service.deployment === 'swarm') return `${projectOf(slot)}_${service.name}.${ordinal}`
  return service.deployment === 'job'
    ? `${projectOf(slot)}-${service.name}-run-${draw.hex(12, 'run', key, span.index)}`
    : `${projectOf(slot)}-${service.name}-${ordinal}`
}

/** The state of a container that earns a badge. */
export const badgeOf = ({ status, health }: TrueContainer): string | undefined =>
  status === 'running' ? (health === 'unhealthy' ? health : undefined) : status

const stateText = ({ slot, status, health }: TrueContainer): string => {
  if (status === 'running') return health === undefined ? status : `${status} (${health})`
  if (status === 'restarting') return status
  return `exited (exit code ${slot.service.deployment === 'job' ? 0 : 143})`
}

/** What is so of a container. */
export const factsOfContainer = (container: TrueContainer, moment: Moment): Facts => {
  const { slot, span, id, status, listens } = container
  const { service, machine, overlayIp, bridgeIp } = slot
  const [imageName, imageTag] = imageOf(service)
  return {
    label: containerLabelOf(container, moment),
    labelMinor: machine.name,
    state: badgeOf(container),
    shape: 'hexagon',
    partOf: projectOf(slot),
    docker_image_name: imageName,
    docker_image_tag: imageTag,
    docker_container_command: service.programs[0]?.argv.join(' '),
    docker_container_state: stateText(container),
    docker_container_started: iso(moment.startedAtMs + span.startMs),
    docker_container_finished: status === 'exited' ? iso(moment.startedAtMs + span.endMs) : undefined,
    docker_container_restart_count: String(service.deployment === 'compose' ? span.index : 0),
    docker_container_ips: [overlayIp, bridgeIp].filter((ip) => ip !== undefined).join(', '),
    docker_container_id: id,
    docker_container_hostname: id.slice(0, 12),
    listening_addresses: (listens && listeningOf(slot).join(', ')) || undefined,
    'parent hosts': hostIdOf(machine),
    'parent containers-by-image': `${shownImageOf(service)};<container_image>`,
  }
}

/** What is so of a process. */
export const factsOfProcess = (
  process: TrueProcess,
  moment: Moment,
  containers: ReadonlyMap<string, TrueContainer>,
): Facts => {
  const { slot, program, pid, parentPid, index, span, containerId, hasExited } = process
  const { machine, service } = slot
  const container = containerId === undefined ? undefined : containers.get(containerId)
  const place = container ? `${containerLabelOf(container, moment)}:${pid}` : String(pid)
  const bootedMs = moment.startedAtMs + machine.bootedMs
  // The kernel counts from boot, in hundredths of a second.
  const startTicks = Math.floor(((span.startMs + 20 * index - machine.bootedMs) / 1000) * 100)
  const listens = program.idle ? [] : listeningOf(slot)
  return {
    label: program.name,
    labelMinor: `${machine.name} (${place})`,
    state: hasExited ? 'exited' : undefined,
    shape: 'square',
    pid: String(pid),
    ppid: String(parentPid),
    cmdline: program.argv.join(' '),
    started_at: iso(bootedMs + startTicks * 10),
    systemd_unit: service.unit,
    listening_addresses: listens.join(', ') || undefined,
    'parent hosts': hostIdOf(machine),
    'parent containers': container ? containerNodeIdOf(container) : undefined,
  }
}

/** What is so of a host. */
export const factsOfHost = (machine: Machine, { startedAtMs }: Moment): Facts => ({
  label: machine.name,
  state: undefined,
  shape: 'circle',
  host_name: machine.name,
  cpu_count: String(machine.cpus),
  booted_at: iso(1000 * Math.floor((startedAtMs + machine.bootedMs) / 1000)),
})

const WORST_FIRST = ['unhealthy', 'restarting'] as const

const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`

const troubleOf = (members: readonly TrueContainer[]): Facts => {
  const badges = members.map(badgeOf)
  const states = WORST_FIRST.flatMap((state) => {
    const count = badges.filter((badge) => badge === state).length
    return count === 0 ? [] : [`${count} ${state}`]
  })
  return {
    state: WORST_FIRST.find((state) => badges.includes(state)),
    trouble: states.length > 0 ? `of ${members.filter(isThere).length}: ${states.join(', ')}` : undefined,
  }
}

/** What is so of a node that stands for several containers. */
export const factsOfContainers = (members: readonly TrueContainer[], within?: string): Facts => {
  const count = counted(members.length, 'container')
  return {
    ...troubleOf(members),
    labelMinor: within ? `${within} (${count})` : count,
    container: String(members.length),
  }
}

/** What is so of the node of a host that stands for all of its containers. */
export const factsOfAllContainers = (machine: Machine, members: readonly TrueContainer[]): Facts => ({
  ...troubleOf(members.filter(isThere)),
  label: 'Containers',
  labelMinor: machine.name,
})

/** How many processes a node stands for. @param exited those that have ended */
export const factsOfProcesses = (there: number, exited: number): Facts => ({
  process: String(there),
  exited_count: exited === 0 ? undefined : String(exited),
})
