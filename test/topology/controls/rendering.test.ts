import { expect, it } from 'vitest'
import { Renders } from '../../../src/app/views/renders.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { catalogue } from '../../../src/topology/view/catalogue.ts'
import { showEverything } from '../../../src/topology/view/options/options.ts'
import { parseOptions } from '../../../src/topology/views.ts'
import { type Recording, recordedReports } from '../../support/reports/recorded-reports.ts'
import { control } from '../../support/reports/reports.ts'

/** The report with a control on every container, process and host, and nothing else changed. */
const offering = (one: HeldReport, name: string): HeldReport => {
  const kinds = ['container', 'process', 'host'] as const
  const nodes = one.report.nodes.map((node) =>
    node.topology === 'container_image' ? node : { ...node, controls: [`${name}_${node.topology}`] },
  )
  const controls = kinds.map((kind) => control(`${name}_${kind}`, { kind }))
  return { ...one, report: { ...one.report, nodes, controls } }
}

const recordings: readonly Recording[] = ['shop-ebpf', 'shop-proc']
const views = catalogue.map(({ id }) => id)

it.each(views)('%s: no node or edge is made again when only controls change', (view) => {
  for (const recording of recordings) {
    const before = recordedReports(recording)
    const after = before.map((one) => offering(one, 'stop'))
    for (const options of [{}, showEverything, { group: 'host' }]) {
      const pipeline = new Pipeline()
      const was = pipeline.view(view, options, before)
      const now = pipeline.view(view, options, after)
      expect([...now.nodes.keys()]).toEqual([...was.nodes.keys()])
      for (const [id, node] of now.nodes) expect(node, id).toBe(was.nodes.get(id))
      for (const [id, edge] of now.edges) expect(edge, id).toBe(was.edges.get(id))
    }
  }
})

it('a document is not encoded again when only controls change', async () => {
  const before = recordedReports('shop-ebpf')
  let current: readonly HeldReport[] = before
  const renders = new Renders(
    () => current,
    () => new Pipeline(),
  )
  const options = parseOptions('containers', {})
  const bytes = renders.get('containers', options).document.chunks('identity')
  expect((await bytes.whole()).length).toBeGreaterThan(1000)
  current = before.map((one) => offering(one, 'pause'))
  expect(renders.get('containers', options).document.chunks('identity')).toBe(bytes)
})
