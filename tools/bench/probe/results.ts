import type { ConnectTimes } from './connect-time.ts'
import type { ContainerFigures } from './containers.ts'
import type { LoadFigures } from './load.ts'
import { percentile } from './statistics.ts'
import type { StormFigures } from './storm.ts'
import type { Memory } from './usage.ts'

/** All that a run measured; what `--json` writes. */
export interface Results {
  readonly machine: {
    readonly at: string
    readonly cpus: number
    readonly cpu: string
    readonly kernel: string
    readonly node: string
    readonly processes: number
    readonly loadBefore: readonly number[]
    readonly loadAfter: readonly number[]
  }
  readonly plan: object
  /** By name of the load, for each mode. */
  readonly loads: Readonly<Record<string, readonly LoadFigures[]>>
  readonly storms: Readonly<Record<string, readonly StormFigures[]>>
  readonly latencyMs: readonly number[]
  readonly soaked: Memory | undefined
  readonly connectTimes: ConnectTimes
  readonly containers: readonly ContainerFigures[]
  readonly tookSeconds: number
}

interface Target {
  readonly what: string
  readonly value: number
  readonly limit: number
  readonly unit: string
  /** The value has to be at least the limit, not at most. */
  readonly atLeast?: boolean
}

const IDLE_PERCENT = 0.27
const IDLE_PERCENT_PER_PROCESS = 0.205 / 100
const CONTAINERS_PERCENT_PER_100 = 0.3

const targets = (results: Results): Target[] => {
  const ebpf = (part: string): LoadFigures => {
    const figures = Object.entries(results.loads).find(([name]) => name.includes(part))?.[1]
    const found = figures?.find(({ mode }) => mode === 'ebpf')
    if (found === undefined) throw new Error(`nothing was measured of ${part}`)
    return found
  }
  const storms = Object.values(results.storms).flatMap((all) => all.filter(({ mode }) => mode === 'ebpf'))
  const few = ebpf('1,000 connections')
  const many = ebpf('10,000 connections of 2')
  const spreadOut = ebpf('10,000 connections of 100')
  const shortest = ebpf('short connections/s of one')
  const forked = ebpf('short connections/s of forked')
  const idleLimit = (processes: number) => IDLE_PERCENT + IDLE_PERCENT_PER_PROCESS * processes
  const total = ({ cpuAdded, kernelAdded }: LoadFigures) => cpuAdded.median + kernelAdded.median
  return [
    {
      what: `CPU idle, ${few.processes} processes`,
      value: few.cpuIdle.median,
      limit: idleLimit(few.processes),
      unit: '%',
    },
    {
      what: `CPU idle, ${spreadOut.processes} processes`,
      value: spreadOut.cpuIdle.median,
      limit: idleLimit(spreadOut.processes),
      unit: '%',
    },
    { what: 'CPU added by 10,000 connections, 2 processes', value: total(many), limit: 1, unit: '%' },
    { what: 'CPU added by 10,000 connections, 200 processes', value: total(spreadOut), limit: 1, unit: '%' },
    {
      what:
        results.soaked === undefined
          ? 'PSS at 10,000 connections'
          : 'PSS after the soak at 10,000 connections',
      value: results.soaked?.pssMb ?? many.memory.pssMb,
      limit: 90,
      unit: 'MB',
    },
    {
      what: 'report growth, 10,000 connections of 2 processes',
      value: many.connectionBytesLoaded - many.connectionBytesIdle,
      limit: 1000,
      unit: 'B',
    },
    { what: 'connect() to report, p95', value: percentile(results.latencyMs, 0.95), limit: 200, unit: 'ms' },
    {
      what: 'short connections told with both processes, worst storm',
      value: Math.min(...storms.map(({ attributedPercent }) => attributedPercent)),
      limit: 100,
      unit: '%',
      atLeast: true,
    },
    { what: 'CPU at 100 short connections/s, one client', value: total(shortest), limit: 1, unit: '%' },
    { what: 'CPU at 100 short connections/s, forked clients', value: total(forked), limit: 1, unit: '%' },
    {
      what: 'kernel time per connection, both ends, worst storm',
      value: Math.max(...storms.map(({ kernelUs }) => kernelUs)),
      limit: 10,
      unit: 'µs',
    },
    {
      what: 'p99 of connect() at 2,000/s, traced / untraced',
      value: results.connectTimes.p99Ratio,
      limit: 1.1,
      unit: '×',
    },
    ...containerTargets(results.containers),
  ]
}

/** What each 100 containers add, probe and Docker together, beside what the probe uses without containers. */
export const addedPer100 = (
  figures: readonly ContainerFigures[],
  { containers, checkout, probeCpu, dockerCpu, dockerCpuAlone }: ContainerFigures,
): number => {
  const none = figures.find((one) => one.containers === 0 && one.checkout === checkout)
  const added = probeCpu - (none?.probeCpu ?? 0) + (dockerCpu - dockerCpuAlone)
  return (100 * added) / containers
}

/** What is promised of idle containers, with what was measured of this checkout. */
export const containerTargets = (figures: readonly ContainerFigures[]): Target[] =>
  figures
    .filter(({ containers, checkout }) => containers > 0 && checkout === 'here')
    .map((one) => ({
      what: `CPU of probe and Docker added per 100 idle containers, of ${one.containers}`,
      value: addedPer100(figures, one),
      limit: CONTAINERS_PERCENT_PER_100,
      unit: '%',
    }))

const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2)

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const loadRows = (results: Results): string[][] => [
  [
    'load',
    'mode',
    'CPU %',
    'added %',
    '(min…max)',
    'kernel %',
    'PSS MB',
    'RSS MB',
    'report B',
    'of idle B',
    'connections B',
    'reports/s',
  ],
  ...Object.entries(results.loads).flatMap(([name, all]) =>
    all.map((figures) => [
      name,
      figures.mode,
      number(figures.cpuLoaded.median),
      number(figures.cpuAdded.median),
      `(${number(figures.cpuAdded.min)}…${number(figures.cpuAdded.max)})`,
      number(figures.kernelAdded.median),
      number(figures.memory.pssMb),
      number(figures.memory.rssMb),
      String(figures.reportBytesLoaded),
      String(figures.reportBytesIdle),
      String(figures.connectionBytesLoaded),
      number(figures.reportsPerSecond),
    ]),
  ),
]

const stormRows = (results: Results): string[][] => [
  ['storm', 'mode', 'made/s', 'both processes %', 'CPU µs each', 'kernel µs each', 'lost'],
  ...Object.entries(results.storms).flatMap(([name, all]) =>
    all.map((figures) => [
      name,
      figures.mode,
      number(figures.perSecond),
      number(figures.attributedPercent),
      number(figures.cpuUs),
      number(figures.kernelUs),
      String(figures.lost),
    ]),
  ),
]

const containerRows = (figures: readonly ContainerFigures[]): string[][] => [
  [
    'idle containers',
    'checkout',
    'processes',
    'probe %',
    'Docker %',
    'alone %',
    'added per 100 %',
    'streams',
    'metrics',
  ],
  ...figures.map((one) => [
    String(one.containers),
    one.checkout,
    String(one.processes),
    number(one.probeCpu),
    number(one.dockerCpu),
    number(one.dockerCpuAlone),
    one.containers === 0 ? '' : number(addedPer100(figures, one)),
    String(one.statsStreams ?? ''),
    String(one.metrics),
  ]),
]

const targetRows = (all: readonly Target[]): string[][] => [
  ['eBPF mode', 'measured', 'target', ''],
  ...all.map(({ what, value, limit, unit, atLeast = false }) => [
    what,
    `${number(value)} ${unit}`,
    `${atLeast ? '≥' : '≤'} ${number(limit)} ${unit}`,
    (atLeast ? value >= limit : value <= limit) ? 'met' : 'MISSED',
  ]),
]

/** Prints what was found as tables. */
export const printResults = (results: Results): void => {
  const { machine, connectTimes, latencyMs, tookSeconds } = results
  const load = (averages: readonly number[]) => averages.map((average) => average.toFixed(2)).join(' ')
  console.log(
    `${machine.cpus} × ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}, ${machine.processes} processes; ` +
      `load average ${load(machine.loadBefore)} before, ${load(machine.loadAfter)} after; ${tookSeconds.toFixed(0)} s`,
  )
  console.log(`\n${table(loadRows(results))}`)
  console.log(`\n${table(stormRows(results))}`)
  const latency = [0.5, 0.95, 1].map((share) => number(percentile(latencyMs, share))).join(' / ')
  console.log(`\nconnect() to report: p50 / p95 / max ${latency} ms in ${latencyMs.length} tries`)
  const { p50, p99, p50Ratio, p99Ratio, pairs } = connectTimes
  console.log(
    `connect() traced / untraced: p50 ${number(p50.traced)} / ${number(p50.untraced)} µs (× ${number(p50Ratio)}), ` +
      `p99 ${number(p99.traced)} / ${number(p99.untraced)} µs (× ${number(p99Ratio)}), ${pairs} pairs`,
  )
  console.log(`\n${table(containerRows(results.containers))}`)
  console.log(`\n${table(targetRows(targets(results)))}`)
}

/** Prints what idle containers cost. */
export const printContainers = (figures: readonly ContainerFigures[]): void => {
  console.log(table(containerRows(figures)))
  console.log(`\n${table(targetRows(containerTargets(figures)))}`)
}
