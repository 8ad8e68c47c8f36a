import { type NetworkMessage, networkSchema } from '../../probe/docker/daemon/messages.ts'
import { containerAddresses } from '../../probe/docker/entities/addresses.ts'
import { containerNode } from '../../probe/docker/entities/container-node.ts'
import { imageNode } from '../../probe/docker/entities/image-node.ts'
import { redactCommandLine } from '../../probe/redact/redact.ts'
import type { Address, ReportNode } from '../../report/schema.ts'
import type { Draw } from '../draw.ts'
import type { Machine, Slot } from '../plan.ts'
import type { Service } from '../shop/service.ts'
import { bridgeNetworkId, type ContainerState, containerMessage, imageMessage } from './container-messages.ts'

/** The nodes and addresses that a probe would derive from Docker on one host. */
export interface ContainersAt {
  readonly nodes: readonly ReportNode[]
  readonly addresses: readonly Address[]
}

interface Told {
  readonly node: ReportNode
  readonly addresses: readonly Address[]
}

/** How long a container that will not be restarted remains after its end. */
const EXITED_STAYS_MS = 20_000
const HEALTH_LAGS_MS = 4000

/** The containers of a slot at a given time, including the one that ended last while it still exists. */
export const containerStatesOf = (slot: Slot, tMs: number): readonly ContainerState[] => {
  const { service, life } = slot
  const { current, previous } = life.at(tMs)
  const states: ContainerState[] = []
  const isSameAgain = service.deployment === 'compose'
  if (current !== undefined) states.push({ span: current, status: 'running', health: healthOf(slot, tMs) })
  if (previous === undefined || previous.endMs < 0) return states
  if (isSameAgain && current === undefined)
    states.push({ span: previous, status: 'restarting', health: undefined })
  if (!isSameAgain && tMs < previous.endMs + EXITED_STAYS_MS)
    states.push({ span: previous, status: 'exited', health: undefined })
  return states
}

const healthOf = ({ service, processLife }: Slot, tMs: number): ContainerState['health'] => {
  if (service.fails) {
    const seen = processLife.at(tMs - HEALTH_LAGS_MS).current
    return seen === undefined ? 'unhealthy' : 'healthy'
  }
  return service.healthCheck ? 'healthy' : undefined
}

/**
 * Simulates the containers of one host, as its probe would report them.
 *
 * @param slots the host's containers
 * @returns what exists at a given time; an unchanged node is the same object as before
 */
export const containersOf = (
  machine: Machine,
  slots: readonly Slot[],
  startedAtMs: number,
  draw: Draw,
): ((tMs: number) => ContainersAt) => {
  const networks = networksOf(machine, slots)
  const images = new Map<string, ReportNode>()

  const imageOf = (service: Service): ReportNode => {
    const reference = service.image ?? ''
    const known = images.get(reference)
    if (known !== undefined) return known
    const node = imageNode(imageMessage(service, draw, startedAtMs), machine.id)
    images.set(reference, node)
    return node
  }

  const tell = (slot: Slot, state: ContainerState): Told => {
    const message = containerMessage(slot, state, startedAtMs, draw)
    const shown = containerNode(message, {
      hostId: machine.id,
      image: imageMessage(slot.service, draw, startedAtMs),
      networkOwner: message,
      isOnLan: false,
      oomKills: 0,
      redact: redactCommandLine,
    })
    // Nothing can be done to a container that is not there.
    const node = { ...shown, controls: [] }
    return { node, addresses: containerAddresses([message], networks, () => undefined, machine.id) }
  }

  let before = new Map<string, Told>()
  return (tMs) => {
    const now = new Map<string, Told>()
    const shown = new Set<ReportNode>()
    for (const slot of slots)
      for (const state of containerStatesOf(slot, tMs)) {
        const key = `${slot.key} ${state.span.index} ${state.status} ${state.health}`
        now.set(key, before.get(key) ?? tell(slot, state))
        shown.add(imageOf(slot.service))
      }
    before = now
    const told = [...now.values()]
    return {
      nodes: [...told.map(({ node }) => node), ...shown],
      addresses: told.flatMap(({ addresses }) => addresses),
    }
  }
}

const networksOf = (machine: Machine, slots: readonly Slot[]): ReadonlyMap<string, NetworkMessage> => {
  const bridge = networkSchema.parse({ Id: bridgeNetworkId(machine.index), Driver: 'bridge', Scope: 'local' })
  const overlays = [...new Set(slots.flatMap(({ shop }) => shop?.networkId ?? []))].map((Id) =>
    networkSchema.parse({ Id, Driver: 'overlay', Scope: 'swarm' }),
  )
  return new Map([bridge, ...overlays].map((network) => [network.Id, network]))
}
