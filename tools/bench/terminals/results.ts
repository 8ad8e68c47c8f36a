import { percentile } from '../probe/statistics.ts'
import type { StepUsage } from './usage-of.ts'

/** Bytes per second. */
export interface Throughput {
  readonly total: number
  /** Of the terminals that are measured together. */
  readonly least: number
  readonly most: number
}

interface Step<Value> {
  readonly value: Value
  readonly usage: Readonly<Record<'app' | 'probe', StepUsage>>
  readonly tookMs: number
}

/** All that a run measured. */
export interface TerminalResults {
  /** Bytes per second by `docker exec`. */
  readonly direct: number
  readonly one: Step<Throughput>
  readonly twenty: Step<Throughput>
  /** Milliseconds from key press to echo. */
  readonly idle: Step<readonly number[]>
  readonly beside: Step<readonly number[]>
  readonly unread: Step<readonly number[]>
  readonly after: Step<void>
}

const ECHO_LIMIT_MS = 30

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB/s`

/** Prints what was measured. */
export const printTerminals = (results: TerminalResults): void => {
  const used = ({ usage, tookMs }: Step<unknown>, part: 'app' | 'probe'): string =>
    `${usage[part].peakMb.toFixed(0).padStart(6)} MB ${((100 * usage[part].cpuMs) / tookMs).toFixed(0).padStart(4)} %`
  const row = (what: string, step: Step<unknown>, said: string): string =>
    `${what.padEnd(34)} ${said.padEnd(54)} ${used(step, 'app')} ${used(step, 'probe')}`
  const carried = (what: string, step: Step<Throughput>): string =>
    row(
      what,
      step,
      `${megabytes(step.value.total)} (each ${megabytes(step.value.least)}…${megabytes(step.value.most)}), × ${(step.value.total / results.direct).toFixed(2)}`,
    )
  const pressed = (what: string, step: Step<readonly number[]>): string =>
    row(
      what,
      step,
      `p50 ${percentile(step.value, 0.5).toFixed(1)}, p95 ${percentile(step.value, 0.95).toFixed(1)}, max ${Math.max(...step.value).toFixed(1)} ms`,
    )
  const worst = Math.max(...[results.beside, results.unread].map(({ value }) => percentile(value, 0.95)))
  console.log(
    [
      `docker exec itself: ${megabytes(results.direct)}; what terminals carry is compared with it (×)`,
      `${''.padEnd(91)}app, CPU     probe, CPU`,
      pressed('a key press, nothing else', results.idle),
      carried('one terminal', results.one),
      carried('twenty terminals', results.twenty),
      pressed('a key press beside a flood', results.beside),
      pressed('beside a flood that nobody reads', results.unread),
      row('afterwards', results.after, ''),
      `key press to echo beside a flood, p95: ${worst.toFixed(1)} ms, target ≤ ${ECHO_LIMIT_MS} ms: ${worst <= ECHO_LIMIT_MS ? 'met' : 'MISSED'}`,
    ].join('\n'),
  )
}
