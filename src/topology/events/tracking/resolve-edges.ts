import { byId } from '../../../report/delta/by-id.ts'
import type { HeldReport } from '../../held-report.ts'
import type { Pipeline } from '../../pipeline/pipeline.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { type PlacedEdge, type PlacedEnds, placeEdge } from './place-edge.ts'

/** Identifies a connection record of a probe. */
export interface RecordAt {
  readonly probeId: string
  readonly recordId: string
}

/**
 * Resolves connection records to the edges of the map that they belong to. A record that is no longer reported has
 * none.
 *
 * @param wanted records by any key; the result uses the same keys
 */
export const resolveEdges = (
  wanted: ReadonlyMap<string, RecordAt>,
  held: readonly HeldReport[],
  pipeline: Pipeline,
): ReadonlyMap<string, readonly PlacedEdge[]> => {
  const { isNamedService } = pipeline.context
  const byProbe = new Map(pipeline.reports(held).map((one) => [one.held.report.envelope.probeId, one]))
  const edges = new Map<string, Map<string, PlacedEdge>>()
  const add = (key: string, ends: PlacedEnds): void => {
    const edge = placeEdge(ends, isNamedService)
    if (edge === undefined) return
    const known = edges.get(key)
    if (known) known.set(edge.id, edge)
    else edges.set(key, new Map([[edge.id, edge]]))
  }

  const halves = new Map<ReportIndex, Map<string, string>>()
  for (const [key, { probeId, recordId }] of wanted) {
    const of = byProbe.get(probeId)
    const record = of && byId(of.held.report.connections).get(recordId)
    if (of === undefined || record === undefined) continue
    const { client, server, serverPort: port } = record
    const at = of.index.latest
    if (client !== undefined && server !== undefined)
      add(key, {
        client: { kind: 'process', id: client, at },
        server: { kind: 'process', id: server, at },
        port,
      })
    else halves.set(at, (halves.get(at) ?? new Map<string, string>()).set(recordId, key))
  }
  if (halves.size > 0) {
    for (const flow of pipeline.flowsFrom(halves, held)) {
      for (const { id, at } of flow.records) {
        const key = halves.get(at)?.get(id)
        if (key !== undefined) add(key, flow)
      }
    }
  }
  return new Map([...edges].map(([key, ofKey]) => [key, [...ofKey.values()]]))
}
