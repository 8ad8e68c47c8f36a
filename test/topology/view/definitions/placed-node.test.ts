import { expect, test } from 'vitest'
import { metrics } from '../../../../src/report/facts.ts'
import type { Report } from '../../../../src/report/schema.ts'
import { indexOf } from '../../../../src/topology/reports/index/index-of.ts'
import type { ReportIndex } from '../../../../src/topology/reports/index/report-index.ts'
import { catalogue } from '../../../../src/topology/view/catalogue.ts'
import { metricsOf } from '../../../../src/topology/view/definitions/placed-node.ts'
import { chooseOptions } from '../../../../src/topology/view/options/options.ts'
import {
  containerId,
  containerNode,
  hostNode,
  processNode,
  report,
} from '../../../support/reports/reports.ts'

/** @param ageMs of the samples @param values of each container's CPU */
const toldAt = (ageMs: number, ...values: readonly number[]): Report =>
  report({
    nodes: [
      hostNode('alpha'),
      ...values.map((_, n) => containerNode('alpha', `web-${n}`)),
      processNode('alpha', 1, { name: 'sshd' }),
    ],
    metrics: values.map((value, n) => ({
      ...{ node: containerId(`web-${n}`), id: metrics.containerCpu, max: 200 },
      samples: [[ageMs, value]] as [[number, number]],
    })),
  })

test.each(['containers', 'processes', 'hosts'])(
  'of a report that only repeats what was told, the nodes of %s are the same objects, and so are their metrics',
  (viewId) => {
    const view = catalogue.find(({ id }) => id === viewId)
    const options = chooseOptions(view?.options ?? [], {})
    let earlier: ReportIndex | undefined
    const told = [toldAt(0, 10, 20), toldAt(3000, 10, 20), toldAt(0, 10, 30)].map((report) => {
      earlier = indexOf({ report, verified: true }, earlier)
      const { nodes } = view?.place(earlier, options) ?? {}
      return new Map(Array.from(nodes ?? [], ([id, node]) => [id, { node, metrics: metricsOf(node) }]))
    })
    const moved = told.map((nodes, n) => {
      const before = told[Math.max(0, n - 1)]
      for (const [id, { node }] of nodes) if (!node.summary.pseudo) expect(before?.get(id)?.node).toBe(node)
      return [...nodes].flatMap(([id, { metrics }]) => (before?.get(id)?.metrics === metrics ? [] : id))
    })
    expect(moved).toEqual([[], [], viewId === 'containers' ? [containerId('web-1')] : []])
  },
)
