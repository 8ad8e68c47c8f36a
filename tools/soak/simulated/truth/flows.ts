import { isOutsider, type Link } from '../../../../src/demo/connections/links.ts'
import type { Slot } from '../../../../src/demo/plan.ts'
import type { Outsider } from '../../../../src/demo/shop/service.ts'
import type { StoryHost } from '../../../../src/demo/story.ts'
import type { ConnectionRecord } from '../../../../src/report/schema.ts'
import type { Moment } from './moment.ts'

/** Where connections begin or end. */
export type End =
  | { readonly kind: 'process'; readonly id: string }
  /** An exited health check, which the host reports as one node for all of a container. */
  | { readonly kind: 'check'; readonly id: string; readonly slot: Slot }
  /** An address, of which only is known who holds it; nobody, when its host does not report. */
  | { readonly kind: 'address'; readonly id: string; readonly holder: Slot | undefined }
  /** A pseudo node of the Internet, by its id. */
  | { readonly kind: 'outside'; readonly id: string }

/** Connections that a program of the story makes, and what the host that tells of them has counted. */
export interface TrueFlow {
  /** Where they begin; when there are several, nobody who only sees addresses can tell where. */
  readonly sources: readonly End[]
  readonly targets: readonly (End & { readonly port: number })[]
  readonly open: number
  readonly opened: number
  readonly failed: number
  /** Whether the map may leave it out: it is idle, and the other end's host tells of nobody it could be with. */
  readonly mayBeLeftOut: boolean
  /** Whether addresses and ports alone leave a choice of whom they are with, so that the map may say that it has estimated. */
  readonly isAmbiguous: boolean
}

/** Which programs call which, by the ids of records that tell of it. */
export interface Calls {
  readonly links: ReadonlyMap<string, Link>
  readonly slots: ReadonlyMap<string, Slot>
}

export const callsOf = (links: readonly Link[], slots: readonly Slot[]): Calls => ({
  links: new Map(links.map((link) => [link.key, link])),
  slots: new Map(slots.map((slot) => [slot.key, slot])),
})

const IN_INTERNET: End = { kind: 'outside', id: 'in-theinternet' }
const NAMED = /\.(amazonaws|googleapis)\.com$/
const PRIVATE = /^10\./

const outsiderEnd = ({ ip, domain }: Outsider): End => {
  if (PRIVATE.test(ip)) return { kind: 'address', id: `;${ip}`, holder: undefined }
  return domain !== undefined && NAMED.test(domain)
    ? { kind: 'outside', id: `service-${domain}` }
    : { kind: 'outside', id: 'out-theinternet' }
}

/**
 * The connections between the programs of a story at a moment: who is connected to whom is known from the calls, and the numbers from
 * the host that counts them. No address is compared with another.
 *
 * @param hosts those that report
 */
export const flowsOf = (
  hosts: readonly StoryHost[],
  { links, slots }: Calls,
  moment: Moment,
): readonly TrueFlow[] => {
  const { machines, tMs } = moment
  const reports = (slot: Slot): boolean => machines.includes(slot.machine)

  /** Where a client's connections to a slot may end. */
  const serverEnds = (slot: Slot, { serverAddress, serverPort }: ConnectionRecord): TrueFlow['targets'] => {
    const address = { kind: 'address', id: serverAddress, port: serverPort } as const
    if (!reports(slot)) return [{ ...address, holder: undefined }]
    const processes = moment
      .talkersOf(slot)
      .map(({ id }) => ({ kind: 'process', id, port: slot.service.port ?? 0 }) as const)
    if (slot.processLife.at(tMs).current !== undefined) return processes
    const holder = slot.shop === undefined || moment.holdsAddress(slot) ? slot : undefined
    return [...processes, { ...address, holder }]
  }

  const toldBy = (record: ConnectionRecord): TrueFlow[] => {
    const { open, opened, failed, serverPort: port } = record
    const numbers = { open, opened, failed }
    const exactly = (source: End | undefined, target: End | undefined): TrueFlow[] =>
      source && target
        ? [
            {
              ...numbers,
              sources: [source],
              targets: [{ ...target, port }],
              mayBeLeftOut: false,
              isAmbiguous: false,
            },
          ]
        : []
    const process = (id: string | undefined): End | undefined =>
      id === undefined ? undefined : { kind: 'process', id }
    const [, key = '', half] = /^(.*)#([^#]*)$/.exec(record.id) ?? []
    if (half === undefined) {
      const [, guestOf = '', kind] = /^(.*)<([a-z]+)/.exec(record.id) ?? []
      const slot = slots.get(guestOf)
      if (slot === undefined) throw new Error(`nobody is known to have made ${record.id}`)
      if (kind === 'check')
        return exactly({ kind: 'check', id: record.client ?? '', slot }, process(record.server))
      if (kind === 'visitor') return exactly(IN_INTERNET, process(record.server))
      return exactly(
        { kind: 'address', id: record.clientAddress ?? '', holder: undefined },
        process(record.server),
      )
    }
    if (half.startsWith('s')) {
      // What a server has counted is taken from it alone when the client's host does not report.
      const slotOf = (link: Link) => (reports(link.client) ? undefined : link.client)
      const [one] = links.has(key)
        ? [links.get(key) as Link]
        : [...links.values()].filter(
            ({ server, client }) =>
              !isOutsider(server) &&
              key.startsWith(`${server.key}<`) &&
              isAddressOf(client, record.clientAddress),
          )
      return one && slotOf(one)
        ? exactly(
            { kind: 'address', id: record.clientAddress ?? '', holder: undefined },
            process(record.server),
          )
        : []
    }
    const link = links.get(key)
    if (link === undefined) throw new Error(`nobody is known to have made ${record.id}`)
    const { server } = link
    const source = process(record.client)
    if (!half.startsWith('c') && !half.startsWith('refused')) return exactly(source, process(record.server))
    if (isOutsider(server)) return exactly(source, outsiderEnd(server))
    if (half.startsWith('refused'))
      return exactly(source, { kind: 'address', id: record.serverAddress ?? '', holder: server })
    const mayBeLeftOut = reports(server) && open === 0 && failed === 0
    if (source === undefined) return []
    const targets = serverEnds(server, record)
    // A server tells of each run of a job, but all have one address.
    const isAmbiguous = targets.length > 1 || link.client.service.deployment === 'job'
    return [{ ...numbers, sources: [source], targets, mayBeLeftOut, isAmbiguous }]
  }
  return hosts.flatMap((host) =>
    host
      .collect(tMs)
      .contributions.flatMap(({ connections }) => connections)
      .flatMap(toldBy),
  )
}

const isAddressOf = ({ machine, overlayIp, shop }: Slot, id: string | undefined): boolean =>
  id === `;${machine.ip}` || id === `network:${shop?.networkId};${overlayIp}`
