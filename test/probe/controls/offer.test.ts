import { expect, test } from 'vitest'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import type { Control } from '../../../src/probe/controls/control.ts'
import { createOffer } from '../../../src/probe/controls/offer.ts'
import type { ControlKind } from '../../../src/report/control/control-kind.ts'
import { control as description } from '../../support/reports/reports.ts'

const control = (id: string, kind: ControlKind): Control => ({
  ...description(id, { kind }),
  timeoutMs: 5000,
  run: async () => ({}),
})
const controls = [control('stop', 'container'), control('kill', 'process'), control('shell', 'host')]

const offering = (
  allowed: ControlKind[],
  scopePids: () => number[] = () => [7],
  nowMs: () => number = () => 0,
) => {
  const log = createLogger({ format: 'text', debug: false, write: () => {} })
  const faults = createFaults({ nowMs: () => 0, log })
  return {
    faults,
    offer: createOffer({ allowed: new Set(allowed), controls: () => controls, scopePids, faults, nowMs }),
  }
}

test.each<[ControlKind[], string[]]>([
  [[], []],
  [['container'], ['stop']],
  [
    ['host', 'process'],
    ['kill', 'shell'],
  ],
])('with %j, a probe offers %j', (allowed, ids) => {
  const { controls: offered, scopePids } = offering(allowed).offer([])
  expect(offered.map(({ id }) => id)).toEqual(ids)
  expect(scopePids).toEqual(ids.length === 0 ? [] : [7])
})

test('a control is described as the report has it, and no more', () => {
  expect(offering(['process']).offer([]).controls).toEqual([
    description('kill', { kind: 'process', timeoutMs: 5000 }),
  ])
})

test('nothing is offered while it is not known which processes are those of Scope', () => {
  let isBroken = true
  const { offer, faults } = offering(['process'], () => {
    if (isBroken) throw new Error('EACCES: permission denied')
    return [7]
  })
  expect(offer([])).toEqual({ controls: [], scopePids: [] })
  expect(faults.of('control').map(({ reason }) => reason)).toEqual([
    'failed to find its own processes: EACCES: permission denied',
  ])
  isBroken = false
  expect(offer([]).controls).toHaveLength(1)
  expect(faults.of('control')).toEqual([])
})

test('Scope’s own processes are looked for again when processes come or go, and every few seconds', () => {
  let nowMs = 0
  let looks = 0
  const { offer } = offering(
    ['process'],
    () => [++looks],
    () => nowMs,
  )
  const [before, after] = [[1], [1, 2]]
  expect(offer(before).scopePids).toEqual([1])
  nowMs += 4000
  expect(offer(before).scopePids).toEqual([1])
  expect(offer(after).scopePids).toEqual([2])
  nowMs += 5000
  expect(offer(after).scopePids).toEqual([3])
})
