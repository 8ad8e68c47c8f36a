import type { Draw } from '../draw.ts'
import type { Plan, Slot } from '../plan.ts'
import { outsiders } from '../shop/outsiders.ts'
import type { Call, Outsider } from '../shop/service.ts'
import { createWave, type Wave } from '../wave.ts'

/**
 * How a client reaches a server: on the same host (`local`), over the overlay network of a shop (`overlay`), through a
 * port published by the server's host (`published`), at a host program (`host`), or on the Internet (`outside`).
 */
export type Route = 'local' | 'overlay' | 'published' | 'host' | 'outside'

/** Calls of one copy of a service to one copy of another, or to an outsider. */
export interface Link {
  readonly key: string
  readonly client: Slot
  readonly server: Slot | Outsider
  readonly call: Call
  /** Average requests per second. */
  readonly perSecond: number
  readonly route: Route
  readonly wave: Wave
}

/** True for a server outside the story's hosts. */
export const isOutsider = (server: Slot | Outsider): server is Outsider => 'ip' in server

/** All links of a plan, in a fixed order. */
export const createLinks = ({ slots, draw }: Plan): Link[] => {
  const byService = Map.groupBy(slots, ({ service, shop }) => `${shop?.index ?? 'host'} ${service.name}`)
  const copiesOf = (name: string, client: Slot): readonly Slot[] => {
    const hosts = client.shop?.machines
    const programs = (byService.get(`host ${name}`) ?? []).filter(({ machine }) => hosts?.includes(machine))
    return byService.get(`${client.shop?.index ?? 0} ${name}`) ?? programs
  }
  const links: Link[] = []
  const add = (client: Slot, server: Slot | Outsider, call: Call, perSecond: number): void => {
    const key = `${client.key}>${isOutsider(server) ? server.name : server.key}`
    links.push({ key, client, server, call, perSecond, ...waveAndRoute(client, server, key, draw) })
  }
  for (const client of slots)
    for (const call of client.service.calls ?? []) {
      const outsider = outsiders.find(({ name }) => name === call.to)
      if (outsider !== undefined) {
        add(client, outsider, call, call.perSecond)
        continue
      }
      const copies = copiesOf(call.to, client)
      const servers = call.all ? copies : someOf(copies, call.among ?? 1, client.ordinal - 1)
      for (const server of servers)
        add(client, server, call, call.all ? call.perSecond : call.perSecond / servers.length)
    }
  for (const [index, manager] of managersOf(slots).entries())
    if (index > 0) add(manager, managersOf(slots)[0] as Slot, SWARM_CALL, SWARM_CALL.perSecond)
  return links
}

/** The Docker daemon of each host is connected to that of the first one. */
const SWARM_CALL: Call = { to: 'dockerd', perSecond: 0.5, pool: 1, sent: 420, received: 380 }

const managersOf = (slots: readonly Slot[]): readonly Slot[] =>
  slots.filter(({ service }) => service.name === SWARM_CALL.to)

/** Gives each client a different selection of copies, so that all of them get requests. */
const someOf = (copies: readonly Slot[], wanted: number, client: number): readonly Slot[] => {
  const count = Math.min(wanted, copies.length)
  return Array.from({ length: count }, (_, i) => copies[(client * count + i) % copies.length] as Slot)
}

const waveAndRoute = (
  client: Slot,
  server: Slot | Outsider,
  key: string,
  draw: Draw,
): { readonly wave: Wave; readonly route: Route } => ({
  wave: createWave(draw, [client.shop?.index ?? 'hosts'], [key]),
  route: routeOf(client, server),
})

const routeOf = (client: Slot, server: Slot | Outsider): Route => {
  if (isOutsider(server)) return 'outside'
  if (client.machine === server.machine) return 'local'
  if (server.shop === undefined) return 'host'
  if (client.overlayIp !== undefined && server.overlayIp !== undefined) return 'overlay'
  if (server.service.published?.includes(server.service.port ?? 0)) return 'published'
  throw new Error(`there is no way from ${client.key} to ${server.key}`)
}
