import { expect, test } from 'vitest'
import { growthWords, mostOf } from '../../../../tools/bench/idle/results.ts'

test('what a part may take is that of its kind, and of a probe that of as many processes', () => {
  expect(mostOf('app', 1000)).toEqual({ cpu: 0.1, pssMb: 75 })
  expect(mostOf('probe', 87)).toEqual({ cpu: 0.45 })
  expect(mostOf('probe', 88)).toEqual({ cpu: 0.72 })
  expect(mostOf('probe', 220)).toEqual({})
  expect(mostOf('supervisor', 10)).toEqual({})
})

test('memory is told to be level or not when there are windows enough', () => {
  const windows = (last: number) => [...Array(6).fill(50), ...Array(3).fill(last)]
  expect(growthWords([50, 60])).toBe('')
  expect(growthWords(windows(50))).toContain('× 1.00')
  expect(growthWords(windows(60))).toContain('× 1.20')
})
