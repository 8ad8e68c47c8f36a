import type { ControllablesDocument, NodeSummary, OfferedControl } from '../../api/types.ts'
import { incarnationOf } from '../../report/incarnation.ts'
import type { HeldReport } from '../held-report.ts'
import type { ViewParts } from '../view/view-parts.ts'
import { type Clients, clientsOf } from './clients.ts'
import { type Offer, offersOf } from './offers.ts'

/** Why somebody cannot use a control. */
export interface RefusedOffer {
  /** For programs, such as `forbidden`. */
  readonly code: string
  readonly message: string
}

/** Decides whether whoever asks can use a control on a node. @returns undefined when they can */
export type RefuseOffer = (offer: Offer) => RefusedOffer | undefined

/** The controls that nodes offer, as whoever asks is told of them: by node id, those of each node by rank. */
export const offeredControls = (
  held: readonly HeldReport[],
  ids: ReadonlySet<string>,
  refuse: RefuseOffer,
): ReadonlyMap<string, readonly OfferedControl[]> =>
  new Map(
    Array.from(offersOf(held, ids), ([id, offers]) => [id, offers.map((offer) => toldOf(offer, refuse))]),
  )

const toldOf = (offer: Offer, refuse: RefuseOffer): OfferedControl => {
  const { probeId, node, control } = offer
  const { id, label, icon, rank, kind, opens, confirmation, arguments: args } = control
  const incarnation = incarnationOf(node)
  const refused = refuse(offer)
  return {
    probeId,
    nodeId: node.id,
    ...(incarnation === undefined ? {} : { incarnation }),
    id,
    human: label,
    icon,
    rank,
    kind,
    ...(opens === undefined ? {} : { opens }),
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(args === undefined ? {} : { arguments: args }),
    ...(refused === undefined ? {} : { refused: refused.message, refusedCode: refused.code }),
  }
}

/** What {@link controllables} is made from. */
export interface ControllablesInput {
  /** The nodes of the view that were chosen. */
  readonly nodes: Iterable<NodeSummary>
  /** Parts of the same view with nothing hidden and without groups, from the same reports. */
  readonly everything: ViewParts
  readonly held: readonly HeldReport[]
  readonly refuse: RefuseOffer
  /** Most nodes that are told. */
  readonly limit: number
}

/** Which of the nodes of a view offer controls, and who is connected to them. */
export const controllables = ({
  nodes,
  everything,
  held,
  refuse,
  limit,
}: ControllablesInput): ControllablesDocument => {
  const byId = new Map(Array.from(nodes, (node) => [node.id, node]))
  const controls = offeredControls(held, new Set(byId.keys()), refuse)
  const offering = [...byId.values()].filter(({ id }) => controls.has(id)).sort(byLabel)
  const told = offering.slice(0, limit)
  const clients = clientsOf(everything, new Set(told.map(({ id }) => id)))
  return {
    nodes: told.map(({ id, label, labelMinor }) => ({
      id,
      label,
      labelMinor,
      clients: clients.get(id) ?? nobody,
      controls: controls.get(id) ?? [],
    })),
    total: offering.length,
  }
}

const nobody: Clients = { open: 0, total: 0, names: [] }

const byLabel = (a: NodeSummary, b: NodeSummary): number =>
  compare(a.label, b.label) || compare(a.labelMinor, b.labelMinor) || compare(a.id, b.id)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
