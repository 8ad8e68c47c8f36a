import { createMemo, createSignal } from 'solid-js'
import type { NodeSummary } from '../../../src/api/types.ts'
import type { Route } from '../../domain/address/route.ts'
import type { Graph } from '../../domain/graph/graph.ts'
import {
  createBars,
  hasNetworks,
  membersOf,
  type Network,
  type NetworkBars,
  networksIn,
  showsNetworks,
  toggledNetworks,
} from '../../domain/graph/networks.ts'
import type { Focus } from '../../domain/node/neighbours.ts'

/** The networks of containers on the map. */
export interface Networks {
  /** Whether there are any to show. */
  readonly isOffered: () => boolean
  readonly isShown: () => boolean
  /** Those of the map, by name; empty unless they are shown. */
  readonly all: () => readonly Network[]
  /** Name of the one that stays highlighted. */
  readonly pinned: () => string | undefined
  /** Finds the bars of a node; undefined unless networks are shown. */
  readonly barsOf: () => ((node: NodeSummary) => NetworkBars | undefined) | undefined
  /** Members of the network that is pointed at. */
  readonly pointed: () => Focus | undefined
  /** Members of the one that stays highlighted. */
  readonly held: () => Focus | undefined
  toggle(): void
  /** Highlights the members of a network as long as it is pointed at. */
  point(name: string): void
  /** A network is pointed at no longer. */
  leave(name: string): void
  /** Keeps a network highlighted, or no longer. */
  pin(name: string): void
}

/** What {@link createNetworks} depends on. */
export interface NetworksSources {
  /** What the map shows. */
  readonly graph: () => Graph
  readonly options: () => Route['options']
  readonly route: () => Route
  readonly go: (change: Partial<Route>) => void
}

/** Whether networks are shown, and which one is pinned, are in the address of the page. */
export function createNetworks({ graph, options, route, go }: NetworksSources): Networks {
  const isShown = createMemo(() => showsNetworks(options()))
  const nodes = createMemo(() => graph().nodes)
  const all = createMemo<readonly Network[]>(() => (isShown() ? networksIn(nodes().values()) : []), [], {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  })
  const pinned = () => (isShown() ? route().network : undefined)
  const [pointedAt, point] = createSignal<string>()
  const members = (name: string | undefined) =>
    isShown() && name !== undefined ? membersOf(name, graph()) : undefined
  return {
    isOffered: createMemo(() => isShown() || hasNetworks(nodes().values())),
    isShown,
    all,
    pinned,
    barsOf: createMemo(() => (isShown() ? createBars(all()) : undefined)),
    pointed: createMemo(() => members(pointedAt())),
    held: createMemo(() => members(pinned())),
    toggle() {
      go({ options: toggledNetworks(options()), network: undefined })
    },
    point,
    leave: (name) => point((pointed) => (pointed === name ? undefined : pointed)),
    pin: (name) => go({ network: name === pinned() ? undefined : name }),
  }
}
