import type { Link } from '../../../src/demo/connections/links.ts'
import { createDraw, type Draw } from '../../../src/demo/draw.ts'
import { endless } from '../../../src/demo/life.ts'
import { defaultStory, type StoryOptions } from '../../../src/demo/options.ts'
import { createPlan, type Machine, type Shop, type Slot } from '../../../src/demo/plan.ts'
import type { Call, Service } from '../../../src/demo/shop/service.ts'
import { type Story, storyOf } from '../../../src/demo/story.ts'
import { createWave } from '../../../src/demo/wave.ts'

/** What each host of the world has. */
export const PER_HOST = { containers: 20, processes: 60, connections: 150 } as const

const HOSTS_OF_A_SHOP = 10
const PROCESSES_OF_A_CONTAINER = 2
const UNITS = PER_HOST.processes - PROCESSES_OF_A_CONTAINER * PER_HOST.containers
/**
 * Each has a connection for each process of the client: a record of its host when both are there, else a half on the host of
 * the client and one on that of the server.
 */
const CALLS = PER_HOST.connections / PROCESSES_OF_A_CONTAINER
const CALLS_WITHIN = CALLS / 3
const CALLS_BETWEEN = (CALLS - CALLS_WITHIN) / 2
/** Coprime to the number of containers: whom the containers call differs. */
const STRIDE = 7
const HOST_NETNS = 4_026_531_840
const BOOTED_MS = -86_400_000

const two = (n: number): string => String(n).padStart(2, '0')

const services: readonly Service[] = Array.from({ length: PER_HOST.containers }, (_, n) => ({
  ...{ name: `service-${two(n)}`, deployment: 'swarm', project: 'shop', network: 'overlay', copies: 1 },
  ...{ image: `registry.corp.example/shop/service-${two(n)}:1.0.0`, imageMegabytes: 90 + n },
  programs: [{ name: 'node', argv: ['node', `/app/service-${two(n)}.js`], count: PROCESSES_OF_A_CONTAINER }],
  ...{ port: 8000 + n, cpu: 1 + n, memoryMegabytes: 40 + 10 * n },
}))

const units: readonly Service[] = Array.from({ length: UNITS }, (_, n) => ({
  ...{ name: `unit-${two(n)}`, deployment: 'host', copies: 1 },
  programs: [{ name: `unit-${two(n)}`, argv: [`/usr/lib/unit-${two(n)}`, '--foreground'] }],
  ...{ unit: `unit-${two(n)}.service`, cpu: 0.5, memoryMegabytes: 12 },
}))

const call: Call = { to: '', perSecond: 5, pool: 1, sent: 700, received: 4200 }

const slotsOf = (machine: Machine, shop: Shop, copy: number): Slot[] => {
  const life = endless(BOOTED_MS)
  const inContainers = services.map((service, n): Slot => {
    const address = PER_HOST.containers * copy + n
    return {
      ...{ key: `${machine.name}/${service.name}`, service, shop, machine, ordinal: copy + 1 },
      position: PROCESSES_OF_A_CONTAINER * n,
      overlayIp: `10.128.${2 + Math.floor(address / 250)}.${2 + (address % 250)}`,
      ...{ bridgeIp: undefined, netns: HOST_NETNS + 60 * (n + 1), life, processLife: life },
    }
  })
  const onHost = units.map(
    (service, n): Slot => ({
      ...{ key: `${machine.name}/${service.name}`, service, shop: undefined, machine, ordinal: 1 },
      position: PROCESSES_OF_A_CONTAINER * services.length + n,
      ...{ overlayIp: undefined, bridgeIp: undefined, netns: HOST_NETNS, life, processLife: life },
    }),
  )
  return [...inContainers, ...onHost]
}

/** Calls between the containers of a shop; each of its hosts makes and takes as many as any other. */
const linksOf = (shop: Shop, containersOf: readonly (readonly Slot[])[], draw: Draw): Link[] => {
  const hosts = containersOf.length
  const at = (host: number, n: number): Slot => containersOf[host % hosts]?.[n % PER_HOST.containers] as Slot
  const link = (client: Slot, server: Slot, route: Link['route']): Link => {
    const key = `${client.key}>${server.key}`
    const wave = createWave(draw, [shop.index], [key])
    return { ...{ key, client, server, call, perSecond: call.perSecond, route, wave } }
  }
  return containersOf.flatMap((_, host) => [
    ...Array.from({ length: CALLS_WITHIN }, (_, n) =>
      link(at(host, n), at(host, n + 1 + Math.floor(n / PER_HOST.containers)), 'local'),
    ),
    ...Array.from({ length: CALLS_BETWEEN }, (_, n) => {
      const other = host + 1 + (n % (hosts - 1))
      return link(at(host, n), at(other, STRIDE * n + 3 + Math.floor(n / PER_HOST.containers)), 'overlay')
    }),
  ])
}

/**
 * A simulated world whose hosts are all alike, so that its cost grows with their number alone: each has what {@link PER_HOST} tells,
 * nothing comes or goes, and all numbers move. Two of three processes are in containers, and these have connections.
 *
 * @param hosts at least 2
 */
export const createWorld = (
  hosts: number,
  given: Pick<StoryOptions, 'intervalMs' | 'historyMs' | 'startedAtMs'>,
): Story => {
  if (!(hosts >= 2)) throw new Error(`a world of ${hosts} hosts has no connections between hosts: at least 2`)
  const options = {
    ...defaultStory,
    ...given,
    hosts,
    containers: PER_HOST.containers * hosts,
    churnPerMinute: 0,
  }
  const draw = createDraw(options.seed)
  const { machines } = createPlan({ ...options, containers: 0 }, draw)
  const shops = Math.max(1, Math.floor(hosts / HOSTS_OF_A_SHOP))
  const slots: Slot[] = []
  const links: Link[] = []
  for (let index = 0; index < shops; index++) {
    const own = machines.slice(Math.floor((index * hosts) / shops), Math.floor(((index + 1) * hosts) / shops))
    const prefix = `team-${index}-`
    const shop: Shop = { index, prefix, networkId: draw.hex(25, 'network', index), machines: own }
    const slotsByHost = own.map((machine, copy) => slotsOf(machine, shop, copy))
    const containers = slotsByHost.map((all) => all.filter((slot) => slot.shop !== undefined))
    slots.push(...slotsByHost.flat())
    links.push(...linksOf(shop, containers, draw))
  }
  return storyOf({ draw, machines, slots }, links, options)
}
