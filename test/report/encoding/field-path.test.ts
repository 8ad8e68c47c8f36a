import { expect, it } from 'vitest'
import { fieldPath } from '../../../src/report/encoding/field-path.ts'

it.each<[PropertyKey[], string | undefined]>([
  [[], undefined],
  [['host'], 'host'],
  [['connections', 3, 'opened'], 'connections[3].opened'],
  [['nodes', 0, 'facts', 'cmd\n\u001b[1m'], 'nodes[0].facts.cmd??[1m'],
  [['nodes', 0, 'x'.repeat(100)], `nodes[0].${'x'.repeat(64)}...`],
])('%j is %s', (steps, expected) => {
  expect(fieldPath(steps)).toBe(expected)
})
