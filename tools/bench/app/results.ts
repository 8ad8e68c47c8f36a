import { percentile } from '../probe/statistics.ts'
import type { Answers } from './clients.ts'
import { tellCounts } from './count.ts'
import type { Load } from './load.ts'
import type { Found } from './measure.ts'
import { PER_HOST } from './world.ts'

/** Most of each that there should be with so many hosts that report every 3 s and all change. */
interface Targets {
  readonly cpuPercent: number
  readonly rssMb: number
  /** 95th percentile to the first byte of the processes. */
  readonly processesMs?: number
  /** The same of the containers grouped by host. */
  readonly groupedMs?: number
  /** 95th percentile from sending a report to the frame that carries it. */
  readonly frameMs: number
}

const TARGETS: Readonly<Record<number, Targets>> = {
  50: { cpuPercent: 10, rssMb: 200, processesMs: 30, frameMs: 150 },
  200: { cpuPercent: 35, rssMb: 400, processesMs: 80, frameMs: 250 },
  1000: { cpuPercent: 100, rssMb: 1500, groupedMs: 100, frameMs: 1000 },
}
const TARGETS_INTERVAL_S = 3

/** Most bytes of a second's frames of the containers, before compression, where nothing comes or goes. */
const CALM_SECOND = { containers: 300, intervalS: 1, kilobytes: 100 } as const

const targetsOf = ({ load }: Found): Partial<Targets> =>
  load.intervalS === TARGETS_INTERVAL_S && load.share === 1 ? (TARGETS[load.hosts] ?? {}) : {}

/** A value beside the most that it should be: `7.1 (≤ 10 ✓)`. */
export const beside = (value: number, most: number | undefined, digits = 0): string =>
  most === undefined
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} (≤ ${most} ${value <= most ? '✓' : '✗'})`

const p95 = ({ firstByteMs }: Answers): number => percentile(firstByteMs, 0.95)

const tellP95 = (answers: Answers, most: number | undefined): string =>
  answers.firstByteMs.length === 0 ? '–' : beside(p95(answers), most)

const times = ({ firstByteMs, wholeMs, notFound, cut }: Answers, most?: number): string => {
  if (firstByteMs.length === 0) return 'not asked'
  const of = (values: readonly number[], target?: number): string =>
    `p50 ${percentile(values, 0.5).toFixed(0)}, p95 ${beside(percentile(values, 0.95), target)} ms`
  const missed = notFound > 0 ? `, of which ${notFound} found no such node` : ''
  const broken = cut > 0 ? `, ${cut} cut off` : ''
  return `first byte ${of(firstByteMs, most)}; whole ${of(wholeMs)}; ${firstByteMs.length} times${missed}${broken}`
}

/** Reports that the app refused or did not answer. */
export const refused = ({ posts }: Found): number =>
  posts.failed +
  Object.entries(posts.answers).reduce((sum, [status, n]) => sum + (status.startsWith('2') ? 0 : n), 0)

/** Share of the reports that were taken of those due, 0 to 1: probes report more rarely to an app that is slow. */
export const takenShare = ({ load, durationS, posts }: Found): number =>
  (posts.answers['200'] ?? 0) / ((load.hosts * durationS) / load.intervalS)

const calmMost = ({ load }: Found): number | undefined =>
  load.hosts * PER_HOST.containers === CALM_SECOND.containers && load.intervalS === CALM_SECOND.intervalS
    ? CALM_SECOND.kilobytes
    : undefined

const socketsOf = ({ views }: Load): string =>
  new Set(views).size === views.length ? views.join(', ') : `${views.length} × ${views[0]}`

/** A load in words. */
export const wordsOf = (load: Load): string =>
  `${load.hosts} hosts, a report each ${load.intervalS} s, of which ${100 * load.share} % change; sockets: ${socketsOf(load)}`

/** What was found under one load, line by line. */
export const describe = (found: Found): string[] => {
  const { frames, rssMb, pssMb, posts } = found
  const most = targetsOf(found)
  const carried = frames.latenciesMs.length
  const perView = [...found.plainKilobytesPerSecond].map(
    ([view, kilobytes]) =>
      `${view} ${beside(kilobytes, view === 'containers' ? calmMost(found) : undefined)}`,
  )
  const answers = Object.entries(posts.answers).map(([status, n]) => `${n} × ${status}`)
  return [
    wordsOf(found.load),
    `  held        ${tellCounts(found.counts, found.load.hosts)}`,
    `  CPU         ${beside(found.cpuPercent, most.cpuPercent, 1)} % of a core`,
    `  RSS         at most ${beside(rssMb.max, most.rssMb)}, at the end ${rssMb.end.toFixed(0)} MB`,
    `  PSS         at most ${pssMb.max.toFixed(0)}, at the end ${pssMb.end.toFixed(0)} MB`,
    `  processes   ${times(found.processes, most.processesMs)}`,
    `  details     ${times(found.details)}`,
    `  by host     ${times(found.grouped, most.groupedMs)}`,
    `  frame       p50 ${percentile(frames.latenciesMs, 0.5).toFixed(0)}, p95 ${beside(percentile(frames.latenciesMs, 0.95), most.frameMs)} ms after the report was sent; ${carried} of ${carried + frames.lost} reports were in one`,
    `  to sockets  ${found.kilobytesPerSecond.toFixed(0)} kB/s in all; to one before compression, kB/s: ${perView.join(', ')}`,
    `  reports     ${answers.join(', ')}; ${posts.failed} without an answer; taken were ${(100 * takenShare(found)).toFixed(0)} % of those due`,
    `  machine     load average ${found.loadAverage.toFixed(2)}; of a core, the hosts took ${found.besidePercent.hosts.toFixed(0)} %, sockets and reader ${found.besidePercent.reader.toFixed(0)} %`,
  ]
}

const HEADS = [
  ...['hosts', 'interval', 'changing', 'sockets', 'CPU %', 'RSS MB', 'processes p95 ms', 'by host p95 ms'],
  ...['frame p95 ms', 'refused', 'taken of due'],
]

/** All that was found, as a Markdown table. */
export const table = (all: readonly Found[]): string[] => [
  `| ${HEADS.join(' | ')} |`,
  `|${'---|'.repeat(HEADS.length)}`,
  ...all.map((found) => {
    const most = targetsOf(found)
    const { hosts, intervalS, share } = found.load
    const cells = [
      ...[hosts, `${intervalS} s`, `${100 * share} %`, socketsOf(found.load)],
      beside(found.cpuPercent, most.cpuPercent, 1),
      beside(found.rssMb.max, most.rssMb),
      ...[tellP95(found.processes, most.processesMs), tellP95(found.grouped, most.groupedMs)],
      beside(percentile(found.frames.latenciesMs, 0.95), most.frameMs),
      refused(found),
      `${(100 * takenShare(found)).toFixed(0)} %`,
    ]
    return `| ${cells.join(' | ')} |`
  }),
]
