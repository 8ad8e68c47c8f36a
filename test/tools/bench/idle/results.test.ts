import { expect, test } from 'vitest'
import { mostOf } from '../../../../tools/bench/idle/results.ts'

test('what a part may take is that of its kind, and of a probe that of as many processes', () => {
  expect(mostOf('app', 1000)).toEqual({ cpu: 0.1, pssMb: 75 })
  expect(mostOf('probe', 87)).toEqual({ cpu: 0.45 })
  expect(mostOf('probe', 88)).toEqual({ cpu: 0.72 })
  expect(mostOf('probe', 220)).toEqual({})
  expect(mostOf('supervisor', 10)).toEqual({})
})
