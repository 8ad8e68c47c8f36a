import type { Draw } from './draw.ts'
import type { Life } from './life.ts'
import { hostLife, lifeOf, processLifeOf } from './lives.ts'
import type { StoryOptions } from './options.ts'
import { copiesFor, passing } from './shop/catalogue.ts'
import { hostServices } from './shop/operations.ts'
import type { Service } from './shop/service.ts'
import { shopName } from './shop/shop-names.ts'

/** A machine of the story. */
export interface Machine {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly ip: string
  /** Address at which it is reached from the Internet. */
  readonly publicIp: string
  readonly cpus: number
  readonly memoryBytes: number
  /** Boot time on the story's clock; negative, since it is before the beginning. */
  readonly bootedMs: number
}

/** A group of containers that belong together: services with copies on some of the hosts. */
export interface Shop {
  readonly index: number
  /** Prefix of its names; empty when there is only one shop. */
  readonly prefix: string
  readonly networkId: string
  readonly machines: readonly Machine[]
}

/** One copy of a service: a container, or a program of a host. */
export interface Slot {
  readonly key: string
  readonly service: Service
  /** Undefined for a program that runs directly on the host. */
  readonly shop: Shop | undefined
  readonly machine: Machine
  /** Number of the copy, from 1. */
  readonly ordinal: number
  /** Offset of its pids among those of its host. */
  readonly position: number
  readonly overlayIp: string | undefined
  readonly bridgeIp: string | undefined
  /** Inode of its network namespace. */
  readonly netns: number
  /** When the container runs. */
  readonly life: Life
  /** When the programs in it run. */
  readonly processLife: Life
}

/** Everything in a story, and where it is. */
export interface Plan {
  readonly draw: Draw
  readonly machines: readonly Machine[]
  readonly slots: readonly Slot[]
}

const GIGABYTE = 2 ** 30
const DAY_MS = 86_400_000
const CONTAINERS_OF_A_SHOP = 200
const MACHINES_OF_A_SHOP = 3
/**
 * Which of a shop's hosts a Compose project runs on: an index, negative from the end. Swarm stacks are spread over all
 * hosts.
 */
const HOMES: Readonly<Record<string, number>> = { data: -1, ops: 0, crm: 1, jobs: -1 }
const HOST_NETNS = 4_026_531_840

const machinesOf = (hosts: number, draw: Draw): Machine[] =>
  Array.from({ length: hosts }, (_, index) => {
    const name = `node-${String(index + 1).padStart(String(hosts).length, '0')}`
    return {
      index,
      id: `${name}~${draw.hex(8, 'machine', index)}`,
      name,
      ip: `10.0.${Math.floor(index / 200)}.${11 + (index % 200)}`,
      publicIp: `185.12.${40 + Math.floor(index / 200)}.${11 + (index % 200)}`,
      cpus: draw.pick([8, 8, 16], 'cpus', index),
      memoryBytes: draw.pick([32, 32, 64], 'memory', index) * GIGABYTE,
      bootedMs: -Math.round(draw.between(4, 60, 'booted', index) * DAY_MS),
    }
  })

const shopsOf = (count: number, machines: readonly Machine[], draw: Draw): Shop[] =>
  Array.from({ length: count }, (_, index) => {
    const wanted = Math.max(MACHINES_OF_A_SHOP, Math.ceil(machines.length / count))
    const first = Math.floor((index * machines.length) / count)
    return {
      index,
      prefix: count === 1 ? '' : `${shopName(index)}-`,
      networkId: draw.hex(25, 'network', index),
      machines: Array.from(
        { length: Math.min(wanted, machines.length) },
        (_, n) => machines[(first + n) % machines.length] as Machine,
      ),
    }
  })

/** Allocates what must be unique within a host or a shop: pids, addresses and network namespaces. */
const createPlaces = () => {
  const taken = new Map<string, number>()
  const take = (what: string, count = 1): number => {
    const next = taken.get(what) ?? 0
    taken.set(what, next + count)
    return next
  }
  const addressOf = (network: string, n: number): string =>
    `${network}.${Math.floor(n / 250)}.${2 + (n % 250)}`
  return {
    position: (machine: Machine, service: Service) =>
      take(
        `pid ${machine.index}`,
        service.programs.reduce((sum, { count = 1 }) => sum + count, 0),
      ),
    overlayIp: (shop: Shop) => addressOf('10.128', 2 + take(`overlay ${shop.index}`)),
    bridgeIp: (machine: Machine) => addressOf('172.18', take(`bridge ${machine.index}`)),
    netns: (machine: Machine) => 4_026_532_200 + 60 * take(`netns ${machine.index}`),
  }
}

/** Lays out hosts, shops and containers. */
export const createPlan = (options: StoryOptions, draw: Draw): Plan => {
  const machines = machinesOf(options.hosts, draw)
  const shops = shopsOf(Math.max(1, Math.round(options.containers / CONTAINERS_OF_A_SHOP)), machines, draw)
  const places = createPlaces()
  const slots: Slot[] = []

  for (const machine of machines)
    for (const service of hostServices)
      slots.push({
        key: `${machine.name}/${service.name}`,
        service,
        shop: undefined,
        machine,
        ordinal: 1,
        position: places.position(machine, service),
        overlayIp: undefined,
        bridgeIp: undefined,
        netns: HOST_NETNS,
        life: hostLife(machine.bootedMs),
        processLife: hostLife(machine.bootedMs),
      })

  const copies = shops.map((shop) => {
    const share = (n: number): number => Math.round((n * options.containers) / shops.length)
    return copiesFor(share(shop.index + 1) - share(shop.index))
  })
  const passes = options.churnPerMinute > 0 ? passing : []
  const restarting = copies
    .flatMap((of) => [...of])
    .reduce((sum, [{ stateful, fails }, n]) => sum + (stateful || fails ? 0 : n), 0)
  const population = { restarting, jobs: shops.length * passes.length }

  for (const shop of shops) {
    const lasting = [...(copies[shop.index] ?? [])]
    const all = [...lasting, ...passes.map((service) => [service, 1] as const)]
    for (const [order, [service, count]] of all.entries())
      for (let n = 0; n < count; n++) {
        const home = HOMES[service.project ?? ''] ?? order + n
        const machine = shop.machines.at(home % shop.machines.length) as Machine
        const key = `${shop.index}/${service.name}/${n + 1}`
        const life = lifeOf(service, key, options, population, draw)
        slots.push({
          key,
          service,
          shop,
          machine,
          ordinal: n + 1,
          position: places.position(machine, service),
          overlayIp: service.network === 'bridge' ? undefined : places.overlayIp(shop),
          bridgeIp: service.network === 'overlay' ? undefined : places.bridgeIp(machine),
          netns: places.netns(machine),
          life,
          processLife: processLifeOf(service, key, life, draw),
        })
      }
  }
  return { draw, machines, slots }
}
