import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { MetricStore } from '../../../src/app/metrics/metric-store.ts'
import { held, processNode, report } from '../../support/reports/reports.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const NODES = 5000
const METRICS = [
  'process_cpu_usage_percent',
  'process_memory_usage_bytes',
  'open_files_count',
  'process_threads',
]

/** After a full collection. */
const takenBytes = (): number => {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

it('thousands of series take no more memory than the store says', () => {
  const pids = Array.from({ length: NODES }, (_, index) => index + 1)
  const told = held(
    report({
      uptimeMs: 10_000,
      nodes: pids.map((pid) => processNode('alpha', pid)),
      metrics: pids.flatMap((pid) =>
        METRICS.map((id) => ({ node: `alpha;${pid}`, id, samples: [[0, pid + 0.5]] as [number, number][] })),
      ),
    }),
  )
  const before = takenBytes()
  const store = new MetricStore()
  store.record(told, 15_000)
  const after = takenBytes()
  expect(store.size).toBe(NODES * METRICS.length)
  expect(after - before).toBeLessThan(store.usedBytes)
  expect(store.usedBytes / store.size).toBeLessThan(400)
})
