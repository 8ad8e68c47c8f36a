import type { Logger } from '../../../../log/log.ts'
import type { BackoffOptions } from '../../../../pacing/backoff.ts'
import type { DockerActions } from '../../daemon/actions.ts'
import { createRetries, isPassing, RETRY_PAUSES } from '../retries.ts'
import { endRecorded } from './end-recorded.ts'
import type { VisibleProcesses } from './end-visible.ts'
import type { ExecRecord, ExecRecords } from './exec-records.ts'

/** What {@link endLeftBehind} needs. */
export interface LeftBehindContext {
  readonly actions: DockerActions
  readonly processes: VisibleProcesses
  readonly records: ExecRecords
  readonly log: Logger
}

/** Containers in which programs could not be ended. */
export interface ContainersLeft {
  readonly all: ReadonlySet<string>
  /** Those of them in which that may be done later without anything happening to the container. */
  readonly passing: ReadonlySet<string>
}

/**
 * Ends the programs that a probe has run in containers and, since it was killed, not ended.
 *
 * @param only only those in these containers
 * @param warned gets the programs that cannot be ended, which are warned of once
 */
export const endLeftBehind = async (
  context: LeftBehindContext,
  only?: ReadonlySet<string>,
  warned = new Set<string>(),
): Promise<ContainersLeft> => {
  const { processes, records, log } = context
  const all = new Set<string>()
  const passing = new Set<string>()
  for (const [execId, record] of await records.all()) {
    if (only !== undefined && !only.has(record.containerId)) continue
    const { pid, startTicks } = record.probe
    if ((await processes.statOf(pid))?.startTicks === startTicks) continue
    const fields = { exec: execId, container: record.containerId }
    // One that cannot be ended, as in a container that is paused, does not keep the others from it.
    const keep = (changed: ExecRecord): Promise<void> => records.change(execId, changed)
    const became = await endRecorded(context, execId, record, keep).catch((error: unknown) => {
      log.debug('Docker did not let a program be ended', { ...fields, error })
      return isPassing(error) ? ('pending' as const) : ('left' as const)
    })
    if (became === 'left' || became === 'pending') {
      all.add(record.containerId)
      if (became === 'pending') passing.add(record.containerId)
      if (!warned.has(execId))
        log.warn('a program that was run in a container before the probe was killed cannot be ended', fields)
      warned.add(execId)
      continue
    }
    await records.remove(execId)
    warned.delete(execId)
    if (became === 'ended')
      log.info('a program was ended that was run in a container before the probe was killed', fields)
  }
  return { all, passing }
}

/** What earlier probes have left behind in containers. */
export interface LeftBehind {
  /** Ends it. While that is being done, it is done once more afterwards. Resolves when all of that is done. */
  end(): Promise<void>
  /** Tries again to end what is left in a container to which something has happened. */
  handle(containerId: string): void
  /** Tries no more. */
  stop(): void
}

/** Runs {@link endLeftBehind}, one run at a time: two would be in each other's way, and ask more of a Docker that is slow. */
export const createLeftBehind = (
  context: LeftBehindContext,
  pauses: BackoffOptions = RETRY_PAUSES,
): LeftBehind => {
  const left = new Set<string>()
  const passing = new Set<string>()
  /** To which something has happened since the latest run began. */
  const changed = new Set<string>()
  const warned = new Set<string>()
  let isAsked = false
  let running: Promise<void> | undefined

  const runOnce = async (only: ReadonlySet<string> | undefined): Promise<void> => {
    try {
      const outcome = await endLeftBehind(context, only, warned)
      for (const id of only ?? [...left]) {
        left.delete(id)
        passing.delete(id)
      }
      for (const id of outcome.all) left.add(id)
      for (const id of outcome.passing) passing.add(id)
    } catch (error) {
      context.log.warn('what an earlier probe has run in containers could not be ended', { error })
    }
  }
  const again = (): string[] => [...changed].filter((id) => left.has(id))
  const run = async (): Promise<void> => {
    for (let ids = again(); isAsked || ids.length > 0; ids = again()) {
      const only = isAsked ? undefined : new Set(ids)
      isAsked = false
      changed.clear()
      await runOnce(only)
    }
    changed.clear()
    running = undefined
    if (passing.size > 0) retries.later()
    else retries.reset()
  }
  const start = async (): Promise<void> => {
    // What is run ends later than it is begun, since it waits for Docker, so that it is known to run until then.
    if (isAsked || again().length > 0) running ??= run()
    else if (running === undefined) changed.clear()
    await running
  }
  const retries = createRetries(pauses, () => {
    for (const id of passing) changed.add(id)
    void start()
  })

  return {
    end() {
      isAsked = true
      return start()
    },
    handle(containerId) {
      if (running === undefined && !left.has(containerId)) return
      changed.add(containerId)
      void start()
    },
    stop: () => retries.stop(),
  }
}
