import { expect, test } from 'vitest'
import { metrics } from '../../../../src/report/facts.ts'
import type { Report } from '../../../../src/report/schema.ts'
import { indexOf } from '../../../../src/topology/reports/index/index-of.ts'
import { catalogue } from '../../../../src/topology/view/catalogue.ts'
import { chooseOptions } from '../../../../src/topology/view/options/options.ts'
import {
  containerId,
  containerNode,
  hostNode,
  processNode,
  report,
} from '../../../support/reports/reports.ts'

/** @param ageMs of the samples @param values of each container's CPU */
const told = (ageMs: number, ...values: readonly number[]): Report =>
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
  'of a report that only repeats what was told, the nodes of %s are the same objects',
  (viewId) => {
    const view = catalogue.find(({ id }) => id === viewId)
    const options = chooseOptions(view?.options ?? [], {})
    const first = indexOf({ report: told(0, 10, 20), verified: true })
    const second = indexOf({ report: told(3000, 10, 20), verified: true }, first)
    const third = indexOf({ report: told(0, 10, 30), verified: true }, second)
    const placed = [first, second, third].map((index) => view?.place(index, options).nodes)
    for (const [id, node] of placed[0] ?? []) if (!node.summary.pseudo) expect(placed[1]?.get(id)).toBe(node)
    const moved = [...(placed[2] ?? [])].filter(
      ([id, node]) => !node.summary.pseudo && placed[1]?.get(id) !== node,
    )
    expect(moved.map(([id]) => id)).toEqual(viewId === 'containers' ? [containerId('web-1')] : [])
  },
)
