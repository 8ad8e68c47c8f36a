import { expect, test } from 'vitest'
import { Samples } from '../../../../src/probe/docker/usage/samples.ts'

/** Adds a value for each second from 1 s on, with a report after each `told`. @returns times in s with values */
const told = (values: readonly number[], reportsAtMs: readonly number[] = []): number[][] => {
  const samples = new Samples(60_000)
  for (const [at, value] of values.entries()) {
    const nowMs = 1000 * (at + 1)
    for (const reportMs of reportsAtMs)
      if (reportMs < nowMs && reportMs >= nowMs - 1000) samples.agedFrom(reportMs, 0)
    samples.add(nowMs, value)
  }
  const nowMs = 1000 * values.length
  return samples
    .agedFrom(nowMs, Number.NEGATIVE_INFINITY)
    .map(([age, value]) => [(nowMs - age) / 1000, value])
}

test.each<[string, number[], number[], number[][]]>([
  [
    'what changes, each time',
    [1, 2, 3],
    [],
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  ],
  [
    'what stays, every five seconds',
    Array(12).fill(7),
    [],
    [
      [1, 7],
      [6, 7],
      [11, 7],
    ],
  ],
  [
    'what rises after a while, from where it still was low',
    [0, 0, 0, 9, 9],
    [],
    [
      [1, 0],
      [3, 0],
      [4, 9],
    ],
  ],
  [
    'the same when a report came in between',
    [0, 0, 0, 9],
    [3500],
    [
      [1, 0],
      [3.5, 0],
      [4, 9],
    ],
  ],
  [
    'what changes at the second reading',
    [0, 9, 0],
    [],
    [
      [1, 0],
      [2, 9],
      [3, 0],
    ],
  ],
])('%s', (_, values, reportsAtMs, expected) => {
  expect(told(values, reportsAtMs)).toEqual(expected)
})

test('drops what is older than the window, and tells only what was asked for', () => {
  const samples = new Samples(3000)
  for (let at = 1; at <= 10; at++) samples.add(at * 1000, at)
  expect(samples.agedFrom(10_000, 0)).toEqual([
    [3000, 7],
    [2000, 8],
    [1000, 9],
    [0, 10],
  ])
  expect(samples.agedFrom(10_000, 9000)).toEqual([
    [1000, 9],
    [0, 10],
  ])
  expect(samples.agedFrom(20_000, 0)).toEqual([])
})
