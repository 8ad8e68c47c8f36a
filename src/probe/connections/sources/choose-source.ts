import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { type Guard, unguarded } from '../../../log/faults.ts'
import type { Logger } from '../../../log/log.ts'
import { LibbpfError } from '../../../native/libbpf/error.ts'
import { openLibbpf, whileInterrupted, whyNoEbpf } from '../../../native/libbpf/prepare.ts'
import { defaultPace, EbpfSource, type EbpfSourceOptions } from './ebpf/ebpf-source.ts'
import { PollingSource } from './proc/polling-source.ts'
import type { ConnectionSink, ConnectionSource } from './source.ts'

/** What the choice depends on. */
export interface SourceChoice {
  /** False when the user does not want eBPF. */
  readonly ebpf: boolean
  readonly procRoot: string
  readonly env: NodeJS.ProcessEnv
  /** Catches and records what the source's own timers throw; by default nothing is caught. */
  readonly guard?: Guard
  /** How often the tracer walks; by default at a pace that costs little CPU time. */
  readonly pace?: EbpfSourceOptions
  readonly log: Logger
}

const TRACEFS = '/sys/kernel/tracing'

/**
 * Chooses eBPF where it can run, else polling of `/proc`, whose status then gives the reason.
 *
 * libbpf and its binding are loaded only when eBPF is wanted, so that a machine without them can still poll.
 */
export const chooseSource = async (choice: SourceChoice): Promise<ConnectionSource> => {
  const poll = (because: string): ConnectionSource =>
    new PollingSource({ procRoot: choice.procRoot, because, guard: choice.guard ?? unguarded })
  const unwanted = whyNoEbpf(choice)
  if (unwanted !== undefined) return poll(unwanted)
  try {
    return await traceWithEbpf(choice)
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    choice.log.warn(
      `eBPF cannot be used: ${because}`,
      error instanceof LibbpfError ? { detail: error.detail } : {},
    )
    return poll(because)
  }
}

/**
 * Starts a source.
 *
 * @throws what the source has thrown, once it is stopped
 */
export const startSource = (source: ConnectionSource, sink: ConnectionSink): void => {
  try {
    source.start(sink)
  } catch (error) {
    // Nothing is to go on costing CPU time of which nothing is told.
    source.stop()
    throw error
  }
}

const traceWithEbpf = async ({
  env,
  guard = unguarded,
  pace = defaultPace,
  log,
}: SourceChoice): Promise<ConnectionSource> => {
  const library = await openLibbpf(env)
  const { TcpTracer } = await import('./ebpf/tracer.ts')
  mountTracefs(log)
  const tracer = await whileInterrupted(
    () => new TcpTracer(library.functions, statSync('/proc/self/ns/pid').ino),
  )
  log.info('tracing connections with eBPF', { libbpf: library.version, library: library.path })
  return new EbpfSource(tracer, pace, guard)
}

/** Uses stat(2), since access(2) ignores the capabilities of a user other than root. */
const isThere = (path: string): boolean => {
  try {
    statSync(path)
    return true
  } catch {
    return false
  }
}

/**
 * Mounts tracefs, which the system-call tracepoints need. Without it the tracer still runs, but without the hook on
 * accept(), and its status says so.
 */
const mountTracefs = (log: Logger): void => {
  if (isThere(`${TRACEFS}/events`) || isThere('/sys/kernel/debug/tracing/events')) return
  const mounted = spawnSync('mount', ['-t', 'tracefs', 'tracefs', TRACEFS], { encoding: 'utf8' })
  if (mounted.status !== 0)
    log.warn('tracefs cannot be mounted', {
      path: TRACEFS,
      error: mounted.stderr?.trim() || String(mounted.error),
    })
}
