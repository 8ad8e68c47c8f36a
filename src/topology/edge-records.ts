import type { Flow, RecordRef } from './connections/flow.ts'
import type { HeldReport } from './held-report.ts'
import { processLabel } from './nodes/labels.ts'
import { defaultContext, type RenderContext, type Rendering, renderWithParts } from './render.ts'
import { indexOf, type ReportIndex } from './reports/report-index.ts'
import type { ViewOptions } from './view/options.ts'
import { stitchedFlows } from './view/stitched.ts'

/**
 * Records of one probe that belong to an edge, alike in what their connections say about it. A connection that two probes
 * see is of two records: the one that *tells* decides that it is there, the other adds what only it knows.
 */
export interface EdgeRecords {
  readonly probeId: string
  readonly epoch: string
  readonly hostname: string
  /** They tell; else they add to what other records tell. */
  readonly tells: boolean
  /** All their connections are of this edge; else only those that a record of the other side has, too. */
  readonly whole: boolean
  /** Their connections have another side, which another record tells of. */
  readonly twoSided: boolean
  readonly ids: readonly string[]
}

/**
 * The records that make up an edge of a view, by probe.
 *
 * @returns undefined when the view has no such edge under these options
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const edgeRecords = (
  viewId: string,
  edgeId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  context: RenderContext = defaultContext,
): readonly EdgeRecords[] | undefined => {
  const rendering = renderWithParts(viewId, options, held, context)
  const edge = rendering.view.edges.get(edgeId)
  if (edge === undefined) return undefined
  const placed = [rendering.stitched, ...rendering.fragments.map(({ pairs }) => pairs)].flat()
  const flows = placed
    .filter(({ source, target }) => source === edge.source && target === edge.target)
    .map(({ flow }) => flow)
  return group(flows, recordsBeyond(new Set(flows), rendering))
}

/** Records that are also part of flows beyond the edge. */
const recordsBeyond = (
  ofEdge: ReadonlySet<Flow>,
  { fragments, madeFrom }: Rendering,
): ReadonlySet<string> => {
  const beyond = new Set<string>()
  for (const flow of stitchedFlows(
    fragments.map(({ index }) => index),
    madeFrom,
  ))
    if (!ofEdge.has(flow)) for (const record of flow.records) beyond.add(keyOf(record))
  return beyond
}

const keyOf = ({ id, at }: RecordRef): string => `${at.report.envelope.probeId} ${id}`

const group = (flows: readonly Flow[], beyond: ReadonlySet<string>): EdgeRecords[] => {
  const isWhole = (record: RecordRef): boolean => !beyond.has(keyOf(record))
  const clients: RecordRef[] = []
  const servers: RecordRef[] = []
  const groups = new Groups()
  for (const { records } of flows) {
    const [first, second] = records
    if (second === undefined) {
      groups.add(first, { tells: true, whole: true, twoSided: false })
      continue
    }
    clients.push(first)
    servers.push(second)
  }
  // A side that is wholly of the edge knows how many connections it has; of two such, the client's.
  const serversTell = servers.every(isWhole) && !clients.every(isWhole)
  for (const record of clients)
    groups.add(record, { tells: !serversTell, whole: isWhole(record), twoSided: true })
  for (const record of servers)
    groups.add(record, { tells: serversTell, whole: isWhole(record), twoSided: true })
  return groups.all
}

type Kind = Pick<EdgeRecords, 'tells' | 'whole' | 'twoSided'>

class Groups {
  readonly #groups = new Map<string, { readonly of: ReportIndex; readonly kind: Kind; ids: Set<string> }>()

  add({ id, at }: RecordRef, kind: Kind): void {
    const key = [at.report.envelope.probeId, kind.tells, kind.whole, kind.twoSided].join(' ')
    const known = this.#groups.get(key)
    if (known) known.ids.add(id)
    else this.#groups.set(key, { of: at, kind, ids: new Set([id]) })
  }

  get all(): EdgeRecords[] {
    return [...this.#groups.values()].map(({ of, kind, ids }) => ({
      probeId: of.report.envelope.probeId,
      epoch: of.report.envelope.epoch,
      hostname: of.report.host.name,
      ...kind,
      ids: [...ids],
    }))
  }
}

/** What people call these processes. @param ids node ids; those that no report has are left out */
export const processNames = (
  ids: Iterable<string>,
  held: readonly HeldReport[],
): Readonly<Record<string, string>> => {
  const indexes = held.map(indexOf)
  const names: Record<string, string> = {}
  for (const id of new Set(ids)) {
    const node = indexes.map(({ nodes }) => nodes.get(id)).find((found) => found !== undefined)
    if (node !== undefined) names[id] = processLabel(node)
  }
  return names
}
