import { createFaults } from '../../log/faults.ts'
import { createLogger } from '../../log/log.ts'
import { LibbpfError } from '../../native/libbpf/error.ts'
import { openLibbpf } from '../../native/libbpf/prepare.ts'
import { chooseSource, startSource } from '../../probe/connections/sources/choose-source.ts'
import type { ConnectionSink } from '../../probe/connections/sources/source.ts'
import type { TracefsLook } from '../checks/kernel.ts'
import type { LibbpfLook, Trial } from '../checks/tracing.ts'
import { isReadable } from './files.ts'

/** Looks for libbpf in the same places as the probe. */
export const lookForLibbpf = async (env: NodeJS.ProcessEnv): Promise<LibbpfLook> => {
  try {
    const { version, path } = await openLibbpf(env)
    return { version, path }
  } catch (error) {
    if (!(error instanceof LibbpfError)) throw error
    return { failure: error.failure, reason: error.message, detail: error.detail }
  }
}

/**
 * Checks whether the system-call tracepoints are available.
 *
 * @param mountinfo text of `/proc/self/mountinfo`
 */
export const lookForTracefs = (mountinfo: string): TracefsLook => {
  const places = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']
  return {
    mounted: / - tracefs /.test(mountinfo),
    readable: places.some((place) => isReadable(`${place}/events/syscalls/sys_exit_accept4/id`)),
  }
}

/** Nobody is told of connections. */
const nobody: ConnectionSink = { apply: () => {}, reconcile: () => {}, waiting: () => {} }

/** Loads and attaches the tracer as the probe does, looks once for the connections that there are, then detaches it. */
export const tryTracing = async (env: NodeJS.ProcessEnv): Promise<Trial> => {
  // Log output is not needed, since the status has the reason of a failure.
  const log = createLogger({ format: 'text', debug: false, write: () => {} })
  const startedMs = performance.now()
  // As in the probe, tracing goes on when that look fails.
  const faults = createFaults({ nowMs: () => performance.now(), log })
  const guard = faults.guardOf('tracing')
  const source = await chooseSource({ ebpf: true, procRoot: '/proc', env, guard, log })
  startSource(source, nobody)
  const loadedMs = performance.now()
  const { state, reason } = source.status()
  const stoppingMs = performance.now()
  source.stop()
  return {
    mode: source.mode,
    whole: state === 'ok',
    reason: [reason, ...faults.of('tracing').map((fault) => fault.reason)].join('; '),
    loadMs: loadedMs - startedMs,
    unloadMs: performance.now() - stoppingMs,
  }
}
