import { expect, test } from 'vitest'
import { Stitcher } from '../../../src/topology/connections/stitching/stitcher.ts'
import { chooseView } from '../../../src/topology/grouping/choose-view.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { type IndexedReport, indexed } from '../../../src/topology/pipeline/indexed-reports.ts'
import { ViewStages } from '../../../src/topology/pipeline/view-stages.ts'
import { defaultContext } from '../../../src/topology/render-context.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { datedEdge } from '../../../src/topology/view/view-edge.ts'
import { address, clientHalf, held, processNode, report } from '../../support/reports/reports.ts'

/** A host at a step: a process stays connected to one address, and another that comes to one that was not there before. */
const at = (step: number): HeldReport => {
  const ips = ['192.0.2.1', `10.${step >> 8}.${step & 255}.1`]
  return held(
    report({
      host: 'web',
      seq: step + 1,
      nodes: [processNode('web', 1), processNode('web', step + 2)],
      addresses: ips.map((ip) => address(ip, { kind: 'global' }, {})),
      connections: ips.map((ip, i) =>
        clientHalf(`web;${i === 0 ? 1 : step + 2}`, {
          clientAddress: ';10.0.0.1',
          serverAddress: `;${ip}`,
          port: 80,
          bytesSent: step,
        }),
      ),
    }),
  )
}

const saidBy = ({ nodes, edges, stats }: View) => ({
  nodes: new Map(nodes),
  edges: new Map(Array.from(edges, ([id, edge]) => [id, datedEdge(edge)])),
  stats,
})

test.each(['processes', 'containers', 'hosts'])(
  'a view of %s that nobody asked for while more changed than is remembered says what it says from scratch',
  (viewId) => {
    const stitcher = new Stitcher()
    const chosen = chooseView(viewId, { system: 'all', unconnected: 'show', pseudo: 'show' })
    const stages = new ViewStages(chosen, stitcher, defaultContext, undefined)
    let now: IndexedReport = indexed(at(0))
    stitcher.update([now])
    stages.update([now])
    const first = stages.view()
    expect(first.edges.size).toBeGreaterThan(0)
    for (let step = 1; step <= 1500; step++) {
      now = indexed(at(step), now)
      stitcher.update([now])
    }
    expect(stitcher.changesSince(stages.version ?? 0)).toBeUndefined()
    stages.update([now])
    const later = stages.view()
    expect(later.change?.since.deref()).toBe(first)

    const other = new Stitcher()
    const fromScratch = indexed(at(1500))
    other.update([fromScratch])
    const anew = new ViewStages(chosen, other, defaultContext, undefined)
    anew.update([fromScratch])
    expect(saidBy(later)).toEqual(saidBy(anew.view()))
  },
)
