import type { Slot } from '../../../../src/demo/plan.ts'
import {
  containerNodeIdOf,
  type Facts,
  factsOfAllContainers,
  factsOfContainer,
  factsOfContainers,
  factsOfHost,
  factsOfProcess,
  factsOfProcesses,
  hostIdOf,
  isThere,
  projectOf,
  shownImageOf,
  swarmOf,
} from './facts.ts'
import type { End } from './flows.ts'
import type { Moment, TrueContainer, TrueProcess } from './moment.ts'

/** What a view has to show of the hosts of a story. */
export interface TrueMap {
  /** What is so of each node, by its id. */
  readonly nodes: ReadonlyMap<string, Facts>
  /** Whether nodes without connections are shown. */
  readonly showsUnconnected: boolean
  /** Whether connections within one node are shown. */
  readonly showsLoops: boolean
  /** Id of the node at which connections end there; undefined when the view hides it. */
  placeOf(end: End): string | undefined
}

/** The exited health checks of a container, which its host reports as one node. */
export interface TrueCheck {
  /** Node id. */
  readonly id: string
  readonly slot: Slot
  readonly count: number
}

type MakeMap = (moment: Moment, checks: readonly TrueCheck[]) => TrueMap

const address = (id: string): string => `pseudo:address:${id}`

/** Where something is: in a container, or directly on a host. */
interface Whereabouts {
  readonly slot: Slot
  readonly container: TrueContainer | undefined
}

/** Finds where ends are. */
const finderOf = (moment: Moment): ((end: End) => Whereabouts | undefined) => {
  const byId = new Map(moment.containers.map((container) => [container.id, container]))
  const bySlot = Map.groupBy(moment.containers, ({ slot }) => slot)
  /** The container of a slot that there is; else the one that there was. */
  const containerOf = (slot: Slot): TrueContainer | undefined => {
    const all = bySlot.get(slot) ?? []
    return all.find(isThere) ?? all[0]
  }
  return (end) => {
    if (end.kind === 'process') {
      const process = moment.processes.get(end.id)
      return process && { slot: process.slot, container: byId.get(process.containerId ?? '') }
    }
    const slot = end.kind === 'check' ? end.slot : end.kind === 'address' ? end.holder : undefined
    return slot && { slot, container: containerOf(slot) }
  }
}

/** Adds pseudo nodes for what is on no host. */
const orOutside = (end: End, place: (end: End) => string | undefined): string | undefined => {
  if (end.kind === 'outside') return end.id
  return end.kind === 'address' && end.holder === undefined ? address(end.id) : place(end)
}

/** Views in which a node stands for containers: one of its own for each, or for all that have something in common. */
const ofContainers =
  (
    idOf: (container: TrueContainer, moment: Moment) => string | undefined,
    factsOf: (members: readonly [TrueContainer, ...TrueContainer[]], moment: Moment) => Facts,
    {
      isShown = isThere,
      rest,
    }: {
      readonly isShown?: (container: TrueContainer) => boolean
      /** Of each host, a node for what is in no container. */
      readonly rest?: 'uncontained'
    } = {},
  ): MakeMap =>
  (moment) => {
    const shown = moment.containers.filter(isShown)
    const nodes = new Map<string, Facts>()
    for (const [id, members] of Map.groupBy(shown, (container) => idOf(container, moment)))
      if (id !== undefined) nodes.set(id, factsOf(members as [TrueContainer, ...TrueContainer[]], moment))
    const restOf = (hostId: string): string | undefined => rest && `pseudo:${rest}:${hostId}`
    for (const { id, name } of rest ? moment.machines : [])
      nodes.set(restOf(id) ?? '', { label: 'Uncontained', labelMinor: name })
    const find = finderOf(moment)
    return {
      nodes,
      showsUnconnected: true,
      showsLoops: true,
      placeOf: (end) =>
        orOutside(end, () => {
          const found = find(end)
          if (found === undefined) return undefined
          const { slot, container } = found
          if (slot.shop === undefined) return restOf(slot.machine.id)
          return container && isShown(container) ? idOf(container, moment) : undefined
        }),
    }
  }

const single = ([container]: readonly [TrueContainer, ...TrueContainer[]], moment: Moment): Facts =>
  factsOfContainer(container, moment)

const isOfCompose = ({ slot }: TrueContainer): boolean => slot.service.deployment !== 'swarm'

/** At an address of which a view of processes knows only who holds it. */
const heldAddress = (end: Extract<End, { kind: 'address' }>, { container, slot }: Whereabouts): string =>
  address(`${end.id}@${container ? containerNodeIdOf(container) : hostIdOf(slot.machine)}`)

const processes =
  (showsUnconnected: boolean): MakeMap =>
  (moment, checks) => {
    const containers = new Map(moment.containers.map((container) => [container.id, container]))
    const find = finderOf(moment)
    return {
      nodes: new Map<string, Facts>([
        ...Array.from(
          moment.processes.values(),
          (process) => [process.id, factsOfProcess(process, moment, containers)] as const,
        ),
        ...checks.map(({ id }) => [id, { label: 'curl', state: 'exited' }] as const),
      ]),
      showsUnconnected,
      showsLoops: true,
      placeOf: (end) =>
        orOutside(end, () => {
          if (end.kind === 'process' || end.kind === 'check') return end.id
          const found = find(end)
          return found && end.kind === 'address' ? heldAddress(end, found) : undefined
        }),
    }
  }

const processesByName: MakeMap = (moment, checks) => {
  const find = finderOf(moment)
  const named = Map.groupBy(moment.processes.values(), ({ program }) => program.name)
  const nodes = new Map<string, Facts>()
  for (const [name, all] of named) nodes.set(name, { label: name, ...countOf(all) })
  if (checks.length > 0)
    nodes.set('curl', {
      label: 'curl',
      ...factsOfProcesses(
        0,
        checks.reduce((sum, { count }) => sum + count, 0),
      ),
    })
  return {
    nodes,
    showsUnconnected: false,
    showsLoops: true,
    placeOf: (end) =>
      orOutside(end, () => {
        if (end.kind === 'check') return 'curl'
        if (end.kind === 'process') return moment.processes.get(end.id)?.program.name
        const found = find(end)
        return found && end.kind === 'address' ? heldAddress(end, found) : undefined
      }),
  }
}

const countOf = (all: readonly TrueProcess[]): Facts => {
  const exited = all.filter(({ hasExited }) => hasExited).length
  return factsOfProcesses(all.length - exited, exited)
}

const unitIdOf = ({ machine, service }: Slot): string => `${machine.id};${service.unit};<systemd_unit>`

const systemdUnits: MakeMap = (moment) => {
  const find = finderOf(moment)
  const ofHosts = [...moment.processes.values()].filter(({ slot }) => slot.shop === undefined)
  const nodes = new Map<string, Facts>()
  for (const [id, all] of Map.groupBy(ofHosts, ({ slot }) => unitIdOf(slot)))
    nodes.set(id, { systemd_unit: all[0]?.slot.service.unit, ...countOf(all) })
  for (const machine of moment.machines) {
    const own = moment.containers.filter(({ slot }) => slot.machine === machine)
    nodes.set(`pseudo:containers:${machine.id}`, factsOfAllContainers(machine, own))
    nodes.set(`pseudo:no-unit:${machine.id}`, { label: 'Other processes', labelMinor: machine.name })
  }
  return {
    nodes,
    showsUnconnected: true,
    showsLoops: true,
    placeOf: (end) =>
      orOutside(end, () => {
        const found = find(end)
        if (found === undefined) return undefined
        const { slot } = found
        if (slot.shop !== undefined) return `pseudo:containers:${slot.machine.id}`
        return end.kind === 'address' ? heldAddress(end, found) : unitIdOf(slot)
      }),
  }
}

const hosts: MakeMap = (moment) => {
  const find = finderOf(moment)
  return {
    nodes: new Map(moment.machines.map((machine) => [hostIdOf(machine), factsOfHost(machine, moment)])),
    showsUnconnected: true,
    showsLoops: false,
    placeOf: (end) =>
      orOutside(end, () => {
        const found = find(end)
        return found && hostIdOf(found.slot.machine)
      }),
  }
}

/** Views of the app, as they are asked for, each with how to make the map that it has to be. */
export const trueMaps: Readonly<Record<string, MakeMap>> = {
  containers: ofContainers(containerNodeIdOf, single),
  'containers?stopped=both&pseudo=show': ofContainers(containerNodeIdOf, single, {
    isShown: () => true,
    rest: 'uncontained',
  }),
  'containers?group=host': ofContainers(
    ({ slot }) => `group:host=${slot.machine.id}`,
    ([first, ...others]) => ({
      label: first.slot.machine.name,
      ...factsOfContainers([first, ...others]),
    }),
  ),
  'containers-by-image': ofContainers(
    ({ slot }) => `${shownImageOf(slot.service)};<container_image>`,
    ([first, ...others]) => ({
      label: shownImageOf(first.slot.service),
      ...factsOfContainers([first, ...others]),
    }),
  ),
  'containers-by-hostname': ofContainers(
    ({ slot }, moment) => swarmOf(slot, moment)?.name ?? slot.service.name,
    (members) => factsOfContainers(members),
  ),
  'compose-services': ofContainers(
    (container) => {
      const { slot } = container
      const { machine, service } = slot
      return isOfCompose(container)
        ? `${machine.id};${projectOf(slot)};${service.name};<compose_service>`
        : undefined
    },
    ([first, ...others]) => ({
      label: first.slot.service.name,
      ...factsOfContainers([first, ...others], projectOf(first.slot)),
    }),
  ),
  'compose-projects': ofContainers(
    (container) => {
      const { slot } = container
      return isOfCompose(container) ? `${slot.machine.id};${projectOf(slot)};<compose_project>` : undefined
    },
    ([first, ...others]) => ({
      label: projectOf(first.slot),
      ...factsOfContainers([first, ...others], first.slot.machine.name),
    }),
  ),
  'swarm-services': ofContainers(
    ({ slot }, moment) => {
      const service = swarmOf(slot, moment)
      return service && `${service.id};<swarm_service>`
    },
    ([first, ...others], moment) => ({
      label: swarmOf(first.slot, moment)?.name,
      ...factsOfContainers([first, ...others], projectOf(first.slot)),
    }),
  ),
  processes: processes(false),
  'processes?unconnected=show': processes(true),
  'processes-by-name': processesByName,
  'systemd-units': systemdUnits,
  hosts,
}
