import { expect, test } from 'vitest'
import { factHider } from '../../../src/topology/reports/hide-facts.ts'
import { held, processNode, report } from '../../support/reports/reports.ts'

const one = held(
  report({
    host: 'alpha',
    nodes: [processNode('alpha', 1, { name: 'app' }), processNode('alpha', 2, { name: 'other' })].map(
      (node) => ({ ...node, facts: { ...node.facts, cmdline: 'app --token=secret' } }),
    ),
  }),
)

test('a report that tells of the very nodes of the one before has the same list without what is hidden', () => {
  const hide = factHider({ commandLineArguments: true, environmentVariables: false })
  const [first] = hide([one])
  const [second] = hide([{ ...one, report: { ...one.report, metrics: [] } }])
  expect(JSON.stringify(second)).not.toContain('secret')
  expect(second?.report).not.toBe(first?.report)
  expect(second?.report.nodes).toBe(first?.report.nodes)
})
