import { type Guard, unguarded } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import type { NamespaceInterfaces } from '../../native/netlink/namespace-interfaces.ts'
import { within } from '../../pacing/within.ts'
import { containerNodeId, hostNodeId } from '../../report/ids.ts'
import type { Address, CollectorStatus, Fact } from '../../report/schema.ts'
import { bridgeAddresses } from '../../weave/bridge.ts'
import { RouterError } from '../../weave/router-error.ts'
import type { Clock, Collector } from '../collector.ts'
import { AllocatedAddresses } from './allocated-addresses.ts'
import {
  type WeaveContainer,
  weaveAddresses,
  weaveContainerFacts,
  weaveContainers,
} from './container-facts.ts'
import { weaveHostFacts } from './host-facts.ts'
import { createLinkTimes } from './link-times.ts'
import { type AttachedContainer, MacAddresses } from './mac-addresses.ts'
import type { RouterState, RouterWatch } from './router-watch.ts'

/** What {@link createWeaveCollector} needs. */
export interface WeaveCollectorOptions {
  readonly router: RouterWatch
  readonly clock: Clock
  readonly hostId: string
  /** Full ids of the running containers of this machine. */
  readonly containers: () => ReadonlySet<string>
  /** The pid of a container's first process; undefined when it does not run. */
  readonly pidOf: (containerId: string) => number | undefined
  /** Tells the interfaces of containers; closed at the end. */
  readonly interfaces: NamespaceInterfaces
  /** The addresses of this machine in its Weave network. */
  readonly ownAddresses?: () => readonly string[]
  /** Records what goes wrong between two reports, instead of ending the probe. */
  readonly guard?: Guard
  readonly log: Logger
}

type Facts = Readonly<Record<string, Fact>>

interface Told {
  readonly facts: ReadonlyMap<string, Facts>
  readonly addresses: readonly Address[]
}

/** How long the start waits, so that the first report tells of a router that is there. */
const FIRST_ANSWER_MS = 1000

const NOTHING: Told = { facts: new Map(), addresses: [] }

const NO_ADDRESS =
  'this machine has no address in the Weave network, so it does not reach the apps there: "weave expose" gives it one'

/**
 * How it stands with the router: that there is none is nothing that anybody has to mend.
 *
 * @param hasAddress whether this machine has an address in the Weave network
 */
export const weaveStatus = (
  { report, trouble }: RouterState,
  address: string,
  hasAddress: boolean,
): Pick<CollectorStatus, 'state' | 'reason'> => {
  if (trouble === undefined) {
    if (report === undefined) return { state: 'waiting', reason: 'not asked yet' }
    return { state: 'ok', reason: hasAddress ? '' : NO_ADDRESS }
  }
  if (report !== undefined)
    return {
      state: 'degraded',
      reason: `the Weave router at ${address} does not answer (${trouble.message}): what it told last is shown`,
    }
  const none = `no Weave router at ${address}`
  return {
    state: 'waiting',
    reason:
      trouble.trouble === 'absent' ? none : `${none}: something else answers there (${trouble.message})`,
  }
}

/**
 * Watches a Weave router of this machine, by its report: what it knows of its network is told as facts of the host, and the names
 * and addresses of containers as theirs.
 */
export const createWeaveCollector = (options: WeaveCollectorOptions): Collector => {
  const { router, clock, hostId, containers, guard = unguarded, log } = options
  const { ownAddresses = bridgeAddresses, pidOf, interfaces } = options
  const macs = new MacAddresses(interfaces)
  const allocated = new AllocatedAddresses()
  const linkTimes = createLinkTimes()
  let told = NOTHING
  let madeOf = ''
  const statusNow = () => weaveStatus(router.state(), router.address, ownAddresses().length > 0)
  let status: Pick<CollectorStatus, 'state' | 'reason'> = statusNow()
  let sinceMs = clock.uptimeMs()
  let unwatch = (): void => {}
  let isRefreshing = false
  let isStopped = false

  const keepAlike = (facts: ReadonlyMap<string, Facts>): ReadonlyMap<string, Facts> =>
    new Map(
      [...facts].map(([id, now]) => {
        const before = told.facts.get(id)
        return [id, before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now]
      }),
    )

  const attached = (found: ReadonlyMap<string, WeaveContainer>): AttachedContainer[] =>
    [...found].flatMap(([id, { addresses }]) => {
      const pid = addresses.length === 0 ? undefined : pidOf(id)
      return pid === undefined ? [] : [{ id, pid, addresses }]
    })

  const make = (): Told => {
    const { report } = router.state()
    if (report === undefined) return NOTHING
    const found = weaveContainers(report, containers(), allocated.byContainer())
    const macsOf = macs.of(attached(found), clock.uptimeMs())
    const facts = new Map<string, Facts>([
      [hostNodeId(hostId), weaveHostFacts(report, linkTimes(report, clock.nowMs()))],
      ...[...found].map(([id, one]): [string, Facts] => [
        containerNodeId(id),
        weaveContainerFacts(one, macsOf.get(id) ?? []),
      ]),
    ])
    return { facts: keepAlike(facts), addresses: weaveAddresses(found) }
  }

  /** @returns whether anything is told that was not */
  const take = (): boolean => {
    const next = statusNow()
    if (next.state !== status.state) sinceMs = clock.uptimeMs()
    status = next
    const made = make()
    const text = JSON.stringify([[...made.facts], made.addresses])
    if (text === madeOf) return false
    told = made
    madeOf = text
    return true
  }

  /** @returns whether a container has other addresses than before */
  const refresh = async (): Promise<boolean> => {
    if (isRefreshing || router.state().trouble !== undefined) return false
    isRefreshing = true
    try {
      return await allocated.refresh(containers(), (path) => router.ask(path), clock.uptimeMs())
    } catch (error) {
      if (isStopped) return false
      if (!(error instanceof RouterError)) throw error
      // The next report tells what is wrong with the router.
      log.debug('the addresses of containers are not known', { error })
      return false
    } finally {
      isRefreshing = false
    }
  }

  return {
    id: 'weave',
    async start(changed) {
      const asked = async (): Promise<void> => {
        const tell = (): void =>
          guard('take what a router says', () => {
            if (take()) changed()
          })
        tell()
        const isChanged = await refresh().then(
          (value) => () => value,
          (error: unknown) => () => {
            throw error
          },
        )
        guard('ask a router for addresses', () => {
          if (isChanged()) tell()
        })
      }
      unwatch = router.watch(() => void asked())
      await within(FIRST_ANSWER_MS, router.start(guard), () => {})
    },
    collect: () => ({
      nodes: [],
      metrics: [],
      connections: [],
      ...told,
      status: {
        id: 'weave',
        mode: 'router',
        ...status,
        sinceMs,
        counters: { peers: router.state().report?.Router.Peers.length ?? 0 },
      },
    }),
    async stop() {
      isStopped = true
      unwatch()
      router.stop()
      interfaces.close()
    },
  }
}
