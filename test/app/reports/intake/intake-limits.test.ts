import { expect, it } from 'vitest'
import { defaultIntake } from '../../../../src/app/reports/intake/intake-choices.ts'
import { decodedAtOnce, intakeLimitsOf } from '../../../../src/app/reports/intake/intake-limits.ts'
import { defaultUploadLimits } from '../../../../src/app/reports/uploads.ts'
import { defaultLimits } from '../../../../src/report/limits.ts'

it('are the defaults when nothing is chosen', () => {
  const limits = intakeLimitsOf(defaultIntake)
  expect(limits.report).toEqual(defaultLimits)
  expect(limits.uploads).toEqual(defaultUploadLimits)
  expect(decodedAtOnce(limits)).toBe(4)
})

it('keep in proportion what nobody chooses', () => {
  const { report } = intakeLimitsOf({ ...defaultIntake, nodes: 2000, connections: 100, textLength: 600 })
  expect(report).toMatchObject({ nodes: 2000, metrics: 6000, listeners: 1000, addresses: 200 + 1000 })
  expect(report).toMatchObject({ nameLength: 600, valueLength: 600 })
  expect(intakeLimitsOf({ ...defaultIntake, nodes: 1, connections: 1 }).report).toMatchObject({
    ...{ metrics: 3, listeners: 1, addresses: 2 + 1 },
  })
})

it('leave room for one body, however large', () => {
  const limits = intakeLimitsOf({
    ...defaultIntake,
    ...{ bodyBytes: 900, bodyBytesInAll: 1000, decodedBytes: 600, decodedBytesInAll: 1000 },
  })
  expect(limits.uploads).toMatchObject({ heldBytes: 1000, heldBytesPerAddress: 900 })
  expect(decodedAtOnce(limits)).toBe(1)
})
