import { expect, test } from 'vitest'
import { createControlCollector } from '../../../src/probe/controls/control-collector.ts'

test('tells what fails of the probe that concerns no collector', () => {
  let reasons = ['failed to look up scope1: no']
  const collector = createControlCollector({
    allowed: new Set(['container']),
    apps: () => [],
    faults: () => reasons.map((reason) => ({ reason, sinceMs: 0 })),
  })
  expect(collector.collect(0).status).toMatchObject({
    state: 'degraded',
    reason: 'allowed: container; failed to look up scope1: no',
  })
  reasons = []
  expect(collector.collect(0).status).toMatchObject({ state: 'ok', reason: 'allowed: container' })
})
