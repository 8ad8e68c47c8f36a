import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from '../../log/log.ts'
import { LibbpfError } from '../libbpf/error.ts'
import { EbpfSource } from './ebpf/ebpf-source.ts'
import { PollingSource } from './proc/polling-source.ts'
import type { ConnectionSource } from './source.ts'

/** What the choice depends on. */
export interface SourceChoice {
  /** False when the user does not want eBPF. */
  readonly ebpf: boolean
  readonly procRoot: string
  readonly env: NodeJS.ProcessEnv
  readonly log: Logger
}

const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const TRACEFS = '/sys/kernel/tracing'

/**
 * eBPF where it can run, else polling of `/proc`, which then says why.
 *
 * libbpf and its binding are only loaded when they are wanted, so that a machine without them can still poll.
 */
export const chooseSource = async (choice: SourceChoice): Promise<ConnectionSource> => {
  const poll = (because: string): ConnectionSource =>
    new PollingSource({ procRoot: choice.procRoot, because })
  if (!choice.ebpf) return poll('eBPF is turned off (--no-ebpf)')
  if (choice.procRoot !== '/proc')
    return poll(`eBPF sees this machine, not the one whose /proc is at ${choice.procRoot}`)
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

const traceWithEbpf = async ({ env, log }: SourceChoice): Promise<ConnectionSource> => {
  // before anything is loaded: the kernel would only say EPERM
  if (process.getuid?.() !== 0 && !mayLoadPrograms())
    throw new LibbpfError('not-permitted', 'eBPF needs root (or CAP_BPF and CAP_PERFMON)')
  const [{ libraryCandidates, loadLibbpf }, { TcpTracer }] = await Promise.all([
    import('../libbpf/library.ts'),
    import('./ebpf/tracer.ts'),
  ])
  const library = loadLibbpf(libraryCandidates(env, checkout))
  mountTracefs(log)
  const tracer = await whileInterrupted(
    () => new TcpTracer(library.functions, statSync('/proc/self/ns/pid').ino),
  )
  log.info('tracing connections with eBPF', { libbpf: library.version, library: library.path })
  return new EbpfSource(tracer)
}

/** The kernel gives up looking through a program when a signal waits; the next try mostly has better luck. */
const whileInterrupted = async <T>(load: () => T): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return load()
    } catch (error) {
      if (tries === LOAD_TRIES || !(error instanceof LibbpfError && error.failure === 'interrupted'))
        throw error
      await sleep(50 * tries)
    }
  }
}

const LOAD_TRIES = 5
const CAP_PERFMON = 38n
const CAP_BPF = 39n

const mayLoadPrograms = (): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readStatus())?.[1]
  const capabilities = BigInt(`0x${effective ?? '0'}`)
  return [CAP_PERFMON, CAP_BPF].every((bit) => ((capabilities >> bit) & 1n) === 1n)
}

const readStatus = (): string => {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}

/** The system-call tracepoints need tracefs; without it the tracer still runs, without the accept hook, and says so. */
const mountTracefs = (log: Logger): void => {
  if (existsSync(`${TRACEFS}/events`) || existsSync('/sys/kernel/debug/tracing/events')) return
  const mounted = spawnSync('mount', ['-t', 'tracefs', 'tracefs', TRACEFS], { encoding: 'utf8' })
  if (mounted.status !== 0)
    log.warn('tracefs cannot be mounted', {
      path: TRACEFS,
      error: mounted.stderr?.trim() || String(mounted.error),
    })
}
