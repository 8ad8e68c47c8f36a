import { expect, test } from 'vitest'
import { cpuPercent, type ProcessSample, processMetrics } from '../../../src/probe/process/metrics.ts'

test.each([
  { ms: 5000, ticks: 500, cpus: 4, percent: 100 },
  { ms: 5000, ticks: 1, cpus: 4, percent: 0.2 },
  { ms: 1000, ticks: 250, cpus: 4, percent: 250 },
  { ms: 1000, ticks: 999, cpus: 2, percent: 200 },
  { ms: 1000, ticks: -5, cpus: 2, percent: 0 },
  { ms: 499, ticks: 40, cpus: 2, percent: undefined },
])('$ticks ticks in $ms ms on $cpus CPUs are $percent %', ({ ms, ticks, cpus, percent }) => {
  expect(cpuPercent({ atMs: 100, ticks: 7 }, { atMs: 100 + ms, ticks: 7 + ticks }, 100, cpus)).toBe(percent)
})

const sample = (atMs: number, more: Partial<ProcessSample> = {}): ProcessSample => ({
  atMs,
  cpuPercent: 1,
  memoryBytes: 4096,
  threads: 2,
  openFiles: 5,
  ...more,
})
const machine = { cpus: 4, memoryBytes: 1e9 }

test('ages count back from the report', () => {
  const samples = [sample(1000, { cpuPercent: undefined }), sample(6000)]
  expect(processMetrics('n', samples, { openFiles: 1024 }, machine, 7500)).toEqual([
    { node: 'n', id: 'process_cpu_usage_percent', max: 400, samples: [[1500, 1]] },
    {
      node: 'n',
      id: 'process_memory_usage_bytes',
      max: 1e9,
      samples: [
        [6500, 4096],
        [1500, 4096],
      ],
    },
    {
      node: 'n',
      id: 'process_threads',
      samples: [
        [6500, 2],
        [1500, 2],
      ],
    },
    {
      node: 'n',
      id: 'open_files_count',
      max: 1024,
      samples: [
        [6500, 5],
        [1500, 5],
      ],
    },
  ])
})

test('samples of before are left out, and with them metrics that have no other', () => {
  const samples = [sample(1000), sample(6000, { openFiles: undefined })]
  const since = (sinceMs: number) =>
    processMetrics('n', samples, {}, machine, 7500, sinceMs).map(({ id, samples: told }) => [
      id,
      told.map(([ageMs]) => ageMs),
    ])
  expect(since(6000)).toEqual([
    ['process_cpu_usage_percent', [1500]],
    ['process_memory_usage_bytes', [1500]],
    ['process_threads', [1500]],
  ])
  expect(since(1001)).toEqual(since(6000))
  expect(since(1000)).toHaveLength(4)
  expect(since(6001)).toEqual([])
})

test('what could not be read is no metric, a limit of its own is the full mark', () => {
  const unknown = sample(0, { cpuPercent: undefined, openFiles: undefined })
  const made = processMetrics('n', [unknown], { addressSpaceBytes: 1e6 }, machine, 0)
  expect(made.map(({ id, max }) => [id, max])).toEqual([
    ['process_memory_usage_bytes', 1e6],
    ['process_threads', undefined],
  ])
})
