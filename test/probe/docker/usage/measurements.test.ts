import { describe, expect, test } from 'vitest'
import { statsSchema } from '../../../../src/probe/docker/daemon/messages.ts'
import {
  Measurements,
  type TrafficBytes,
  usageLimits,
} from '../../../../src/probe/docker/usage/measurements.ts'
import { memoryBytesOf, timeOf, trafficOf } from '../../../../src/probe/docker/usage/stats-message.ts'
import { metrics } from '../../../../src/report/facts.ts'

const LIMITS = { cpuPercent: 200, memoryBytes: 1000 }

const valuesOf = (measurements: Measurements): Record<string, number[]> =>
  Object.fromEntries(
    measurements
      .metricsOf('node', LIMITS, 100_000, 0)
      .map(({ id, samples }) => [id, samples.map(([, value]) => value)]),
  )

test.each<[string, [atMs: number, cpuNs: number][], number[] | undefined]>([
  ['the first reading', [[0, 5e9]], undefined],
  [
    'half a core',
    [
      [0, 5e9],
      [1000, 5.5e9],
    ],
    [50],
  ],
  [
    'three cores, late',
    [
      [0, 0],
      [2000, 6e9],
    ],
    [300],
  ],
  [
    'a restart',
    [
      [0, 5e9],
      [1000, 1e9],
      [2000, 1.1e9],
    ],
    [10],
  ],
  [
    'a clock that is set back',
    [
      [3_600_000, 5e9],
      [3_601_000, 5.5e9],
      [1000, 6e9],
      [2000, 6.1e9],
    ],
    [50, 10],
  ],
  [
    'two readings at once',
    [
      [0, 5e9],
      [100, 6e9],
      [1000, 6e9],
    ],
    [100],
  ],
  [
    'nothing',
    [
      [0, 5e9],
      [1000, 5e9],
    ],
    [0],
  ],
])('CPU of %s', (_, readings, percent) => {
  const measurements = new Measurements(100_000)
  for (const [i, [atMs, ns]] of readings.entries()) measurements.takeCpu(atMs, ns, 1000 * i)
  expect(valuesOf(measurements)[metrics.containerCpu]).toEqual(percent)
})

test('rates of traffic, over five seconds', () => {
  const measurements = new Measurements(100_000)
  const bytes = (received: number | undefined, written: number | undefined): TrafficBytes => ({
    ...{ received, written },
    ...{ sent: undefined, read: 0 },
  })
  measurements.takeTraffic(0, bytes(100, undefined), 0)
  measurements.takeTraffic(1000, bytes(900, 7), 1000)
  measurements.takeTraffic(5000, bytes(1100, 500), 5000)
  measurements.takeTraffic(10_000, bytes(1000, 1000), 10_000)
  expect(valuesOf(measurements)).toEqual({
    [metrics.containerNetworkReceived]: [200],
    [metrics.containerBlockRead]: [0, 0],
    [metrics.containerBlockWritten]: [100],
  })
})

test('rates of traffic after a clock was set back begin with the next reading', () => {
  const measurements = new Measurements(100_000)
  const received = (bytes: number): TrafficBytes => ({
    ...{ received: bytes, sent: undefined },
    ...{ read: undefined, written: undefined },
  })
  measurements.takeTraffic(3_600_000, received(0), 0)
  measurements.takeTraffic(3_605_000, received(500), 5000)
  measurements.takeTraffic(1000, received(600), 6000)
  measurements.takeTraffic(6000, received(1600), 11_000)
  expect(valuesOf(measurements)[metrics.containerNetworkReceived]).toEqual([100, 200])
})

test('nothing is told of the time between two lives', () => {
  const measurements = new Measurements(100_000)
  measurements.takeCpu(0, 1e9, 0)
  measurements.forgetReadings()
  measurements.takeCpu(1000, 5e9, 1000)
  measurements.takeCpu(2000, 5.1e9, 2000)
  expect(valuesOf(measurements)[metrics.containerCpu]).toEqual([10])
})

test.each([
  ['no limits', {}, { cpuPercent: 400, memoryBytes: 1000 }],
  ['half a core', { cpuLimit: 0.5 }, { cpuPercent: 50, memoryBytes: 1000 }],
  ['more cores than there are', { cpuLimit: 9 }, { cpuPercent: 400, memoryBytes: 1000 }],
  ['a limit of memory', { memoryLimitBytes: 500 }, { cpuPercent: 400, memoryBytes: 500 }],
  ['a limit beyond the machine', { memoryLimitBytes: 5000 }, { cpuPercent: 400, memoryBytes: 1000 }],
])('what is full with %s', (_, limits, expected) => {
  const none = { cpuLimit: undefined, memoryLimitBytes: undefined }
  expect(usageLimits({ ...none, ...limits }, { cores: 4, memoryBytes: 1000 })).toEqual(expected)
})

describe('of a message of a stats stream', () => {
  const message = (more: object) =>
    statsSchema.parse({
      read: '2026-01-01T00:00:01.5Z',
      cpu_stats: { cpu_usage: { total_usage: 1 } },
      ...more,
    })

  test('its time', () => {
    expect(timeOf(message({}))).toBe(Date.UTC(2026, 0, 1) + 1500)
  })

  test.each([
    ['cgroup v1', { usage: 100, stats: { total_inactive_file: 30, inactive_file: 1, cache: 60 } }, 70],
    ['cgroup v2', { usage: 100, stats: { inactive_file: 20 } }, 80],
    ['another engine', { usage: 100, stats: { cache: 60 } }, 40],
    ['more cache than use', { usage: 10, stats: { cache: 60 } }, 10],
    ['a stopped container', {}, undefined],
  ])('memory of %s', (_, memory_stats, bytes) => {
    expect(memoryBytesOf(message({ memory_stats }))).toBe(bytes)
  })

  test('its traffic, of all networks and devices', () => {
    const networks = { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } }
    const operations = [
      { op: 'Read', value: 5 },
      { op: 'write', value: 6 },
      { op: 'read', value: 1 },
      { op: 'Total', value: 99 },
    ]
    const blkio_stats = { io_service_bytes_recursive: operations }
    expect(trafficOf(message({ networks, blkio_stats }))).toEqual({
      received: 11,
      sent: 22,
      read: 6,
      written: 6,
    })
    expect(trafficOf(message({}))).toEqual({
      ...{ received: undefined, sent: undefined },
      ...{ read: undefined, written: undefined },
    })
  })
})
