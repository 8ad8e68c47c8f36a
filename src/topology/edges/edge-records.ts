import type { Edge } from '../../api/types.ts'
import { byId } from '../../report/delta/by-id.ts'
import type { Flow, RecordRef } from '../connections/flow.ts'
import type { HeldReport } from '../held-report.ts'
import { processLabel } from '../nodes/naming/labels.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { ViewParts } from '../view/view-parts.ts'

/**
 * What the connections of a record mean for an edge:
 *
 * - `alone`: only one probe sees these connections
 * - `tells`: two probes see them, and this record decides which connections there are
 * - `adds`: two probes see them, and this record only adds details to those of the record that `tells`
 * - `excludes`: its connections belong to another edge, and must be left out of those of a record that is `alone`
 */
export type RecordPart = 'alone' | 'tells' | 'adds' | 'excludes'

/** Records of one probe that have the same part in an edge. */
export interface EdgeRecords {
  readonly probeId: string
  readonly epoch: string
  readonly hostname: string
  readonly part: RecordPart
  /**
   * True when all connections of these records belong to the edge. False when only those do that a record of the
   * other side has as well.
   */
  readonly whole: boolean
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
  pipeline: Pipeline = new Pipeline(),
): readonly EdgeRecords[] | undefined => {
  const edge = pipeline.view(viewId, options, held).edges.get(edgeId)
  if (edge === undefined) return undefined
  const parts = pipeline.parts(viewId, options, held)
  const flows = flowsOfEdge(parts, edge)
  return group(flows, flowsBeyond(new Set(flows), parts))
}

/** The flows that an edge is the sum of. */
export const flowsOfEdge = (
  parts: ViewParts,
  { source, target }: Pick<Edge, 'source' | 'target'>,
): readonly Flow[] => parts.flowsBetween(source, target).map(({ flow }) => flow)

/** The flows that are made of the same records but do not belong to the edge, by their records. */
const flowsBeyond = (ofEdge: ReadonlySet<Flow>, parts: ViewParts): ReadonlyMap<string, readonly Flow[]> => {
  const records = new Map<ReportIndex, Set<string>>()
  for (const flow of ofEdge)
    for (const { at, id } of flow.records) records.set(at, (records.get(at) ?? new Set<string>()).add(id))
  const beyond = new Map<string, Flow[]>()
  for (const flow of parts.flowsFrom(records)) {
    if (ofEdge.has(flow)) continue
    for (const record of flow.records) {
      const known = beyond.get(keyOf(record))
      if (known) known.push(flow)
      else beyond.set(keyOf(record), [flow])
    }
  }
  return beyond
}

const keyOf = ({ id, at }: RecordRef): string => `${at.report.envelope.probeId} ${id}`

const group = (flows: readonly Flow[], beyond: ReadonlyMap<string, readonly Flow[]>): EdgeRecords[] => {
  const isWhole = (record: RecordRef): boolean => !beyond.has(keyOf(record))
  const clients: RecordRef[] = []
  const servers: RecordRef[] = []
  const groups = new Groups()
  for (const { records } of flows) {
    const [first, second] = records
    if (second !== undefined) {
      clients.push(first)
      servers.push(second)
      continue
    }
    groups.add(first, 'alone', true)
    // The record may be folded by prefix and partly joined with others; the connections of those are not of this
    // edge.
    for (const other of beyond.get(keyOf(first))?.flatMap((flow) => flow.records) ?? [])
      if (keyOf(other) !== keyOf(first)) groups.add(other, 'excludes', true)
  }
  // A side whose records belong wholly to the edge knows which connections it has. If both sides do, or neither, the
  // client's is taken.
  const serversTell = servers.every(isWhole) && !clients.every(isWhole)
  for (const record of clients) groups.add(record, serversTell ? 'adds' : 'tells', isWhole(record))
  for (const record of servers) groups.add(record, serversTell ? 'tells' : 'adds', isWhole(record))
  return groups.all
}

interface Group {
  readonly at: ReportIndex
  readonly part: RecordPart
  readonly whole: boolean
  readonly ids: Set<string>
}

class Groups {
  readonly #groups = new Map<string, Group>()

  add({ id, at }: RecordRef, part: RecordPart, whole: boolean): void {
    const key = [at.report.envelope.probeId, part, whole].join(' ')
    const known = this.#groups.get(key)
    if (known) known.ids.add(id)
    else this.#groups.set(key, { at, part, whole, ids: new Set([id]) })
  }

  get all(): EdgeRecords[] {
    return [...this.#groups.values()].map(({ at, part, whole, ids }) => ({
      probeId: at.report.envelope.probeId,
      epoch: at.report.envelope.epoch,
      hostname: at.report.host.name,
      part,
      whole,
      ids: [...ids],
    }))
  }
}

/** Display names of processes, by node id. @param ids node ids; those that no report has are left out */
export const processNames = (
  ids: Iterable<string>,
  held: readonly HeldReport[],
): Readonly<Record<string, string>> => {
  const names = new Map<string, string>()
  for (const id of new Set(ids))
    for (const { report } of held) {
      const node = byId(report.nodes).get(id)
      if (node === undefined) continue
      names.set(id, processLabel(node))
      break
    }
  return Object.fromEntries(names)
}
