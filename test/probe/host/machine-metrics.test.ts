import { expect, test } from 'vitest'
import { MachineMetrics } from '../../../src/probe/host/machine-metrics.ts'

const texts = (busy: number, idle: number, more: { meminfo?: string; loadavg?: string } = {}) => ({
  stat: `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\n`,
  meminfo: more.meminfo ?? 'MemTotal: 100 kB\nMemAvailable: 75 kB\n',
  loadavg: more.loadavg ?? '1 2 3 1/1 1',
})
const valuesOf = (machine: MachineMetrics, id: string, uptimeMs: number) =>
  machine.metricsOf('n', uptimeMs).find((metric) => metric.id === id)?.samples

test('CPU is the busy share between two samples', () => {
  const machine = new MachineMetrics(10_000)
  machine.take(texts(100, 100), 1000)
  expect(valuesOf(machine, 'host_cpu_usage_percent', 1000)).toBeUndefined()
  machine.take(texts(150, 250), 2000)
  machine.take(texts(350, 250), 3000)
  expect(valuesOf(machine, 'host_cpu_usage_percent', 3500)).toEqual([
    [1500, 25],
    [500, 100],
  ])
})

test('a file that could not be read once makes no peak', () => {
  const machine = new MachineMetrics(10_000)
  machine.take(texts(100, 100), 1000)
  machine.take({ stat: '', meminfo: '', loadavg: '' }, 2000)
  machine.take(texts(150, 250), 3000)
  expect(valuesOf(machine, 'host_cpu_usage_percent', 3000)).toEqual([[0, 25]])
  expect(valuesOf(machine, 'host_mem_usage_bytes', 3000)).toHaveLength(2)
})

test('memory and load with what counts as full', () => {
  const machine = new MachineMetrics(10_000)
  const { stat, ...others } = texts(0, 1)
  machine.take({ stat: `${stat}cpu0 0 0 0 1\ncpu1 0 0 0 0\n`, ...others }, 1000)
  expect(machine.metricsOf('n', 1000)).toEqual([
    { node: 'n', id: 'host_mem_usage_bytes', max: 102400, samples: [[0, 25600]] },
    { node: 'n', id: 'load1', max: 2, samples: [[0, 1]] },
    { node: 'n', id: 'load5', max: 2, samples: [[0, 2]] },
    { node: 'n', id: 'load15', max: 2, samples: [[0, 3]] },
  ])
})

test('keeps a window of samples, at most 60, and always the newest', () => {
  const machine = new MachineMetrics(3000)
  for (let second = 1; second <= 10; second++) machine.take(texts(0, second), second * 1000)
  expect(valuesOf(machine, 'load1', 10_000)?.map(([age]) => age)).toEqual([2000, 1000, 0])

  const long = new MachineMetrics(1e9)
  for (let second = 1; second <= 100; second++) long.take(texts(0, second), second * 1000)
  const ages = valuesOf(long, 'load1', 100_000)?.map(([age]) => age)
  expect([ages?.length, ages?.[0], ages?.at(-1)]).toEqual([60, 59_000, 0])
})
