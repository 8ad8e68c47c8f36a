import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { describeError, type Logger } from '../../log/log.ts'
import { within } from '../../pacing/within.ts'
import { lastLines } from '../parts/log-tail.ts'
import { endProcess } from '../parts/processes/end-process.ts'
import { identifyProcess, isAlive } from '../parts/processes/process-identity.ts'
import { spawnPart } from '../parts/processes/spawn-part.ts'
import {
  forgetMember,
  members,
  type Part,
  parts,
  readLaunchRecord,
  removeMember,
  stateFiles,
  writeLaunchRecord,
} from '../parts/state-files.ts'
import { Keeper } from './keeper.ts'
import { createOwnershipCheck, type Owner, ownerOf } from './ownership.ts'
import { readPlan } from './plan.ts'
import { writeSupervisorStatus } from './supervisor-status.ts'

/** Time for a launch that is interrupted to end. */
const LAUNCH_END_MS = 1000

const NOTHING_TO_RUN = 'nothing is to run'

/** How often the supervisor checks that the state directory still belongs to it. */
const OWNERSHIP_MS = 3000

/** How a supervisor differs from that in the background. */
export interface SuperviseOptions {
  /** An empty plan does not end it. */
  readonly stays?: boolean
  /**
   * Starts the process that writes the plan. An earlier plan does not count then; when that process fails, the supervisor ends, too.
   */
  readonly launch?: () => ChildProcess
}

/**
 * Keeps the parts of the plan in the state directory running. It ends at a signal, when the plan is empty, or when the
 * state directory has been deleted or taken over by another supervisor, or cannot be read for a minute: processes that no
 * command can find must not keep running as root. SIGHUP makes it read the plan again.
 *
 * @returns the exit code, when none of the parts runs any more: 0, or that of a launch that failed
 */
export async function supervise(
  stateDir: string,
  log: Logger,
  { stays = false, launch }: SuperviseOptions = {},
): Promise<number> {
  const identity = identifyProcess(process.pid)
  if (identity === undefined) throw new Error('this process is not in /proc')

  const writeStatus = (): void => {
    const kept = parts.flatMap((part) => {
      const { supervision } = keepers[part]
      return supervision === undefined ? [] : [[part, supervision] as const]
    })
    try {
      writeSupervisorStatus(stateDir, { pid: process.pid, parts: Object.fromEntries(kept) })
    } catch (error) {
      log.warn('the status of the supervisor cannot be written', { error: describeError(error) })
    }
  }
  const keeperOf = (part: Part): Keeper =>
    new Keeper({
      part,
      start: (plan) => spawnPart(stateDir, part, plan),
      end: async (ended) => {
        await endProcess(ended, part)
        log.info(`the ${part} was ended`, { pid: ended.pid })
      },
      changed: writeStatus,
      log,
    })
  const keepers: Readonly<Record<Part, Keeper>> = { app: keeperOf('app'), probe: keeperOf('probe') }

  const apply = async (): Promise<boolean> => {
    const plan = readPlan(stateDir)
    for (const part of parts) {
      const wanted = plan[part]
      if (wanted !== undefined) await keepers[part].keep(wanted)
      else {
        await keepers[part].end()
        // A launch that waits for its record to go starts it then, and must not take the death before for one of that.
        writeStatus()
        forgetMember(stateDir, part)
      }
    }
    writeStatus()
    return Object.keys(plan).length > 0
  }

  const signals = receiveSignals()
  // Before anything is started: without a record no command could find this process. After the signals are received: a
  // command that finds it may send one at once, and one that is not received ends the process.
  writeLaunchRecord(stateDir, 'supervisor', {
    ...identity,
    launchedAt: new Date().toISOString(),
    ...(stays && { stays }),
  })
  for (const part of parts) {
    const record = readLaunchRecord(stateDir, part)
    if (record === undefined || !isAlive(record)) continue
    log.info(`the ${part} runs already`, { pid: record.pid })
    keepers[part].adopt(record, () => lastLines(stateFiles.log(stateDir, part), 1)[0] ?? '')
  }

  if (launch !== undefined) rmSync(stateFiles.plan(stateDir), { force: true })
  const owner = (): Owner => ownerOf(stateDir, process.pid)
  const isLost = createOwnershipCheck({ owner, nowMs: () => performance.now(), log })
  let isPlanned = launch === undefined
  let launching: Launching | undefined
  const why = await new Promise<string>((finish) => {
    let applying = Promise.resolve()
    const applyNext = (): void => {
      applying = applying
        .then(apply)
        .then((isAny) => {
          if (!isAny && isPlanned && !stays) finish(NOTHING_TO_RUN)
          if (isAny) isPlanned = true
        })
        .catch((error: unknown) => log.error('the plan cannot be followed', { error }))
    }
    signals.on('SIGHUP', applyNext)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) signals.on(signal, () => finish(signal))
    setInterval(() => {
      if (isLost()) finish(`${stateDir} is gone, another supervisor's, or cannot be read`)
    }, OWNERSHIP_MS)
    applyNext()
    if (launch !== undefined) {
      launching = follow(launch())
      launching.ended.then((code) => {
        if (code !== 0) finish('the launch failed')
      })
    }
  })
  log.info(`stopping: ${why}`)
  if (why === 'SIGINT' || why === 'SIGTERM') launching?.interrupt()
  const isStillOwn = owner() === 'own'
  const ends = await Promise.allSettled(parts.map((part) => keepers[part].end()))
  for (const end of ends) if (end.status === 'rejected') log.error(describeError(end.reason))
  // A launch that has failed puts back what was recorded before it.
  const leave = why === NOTHING_TO_RUN ? forgetMember : removeMember
  if (isStillOwn) for (const member of members) leave(stateDir, member)
  return (await launching?.end()) ?? 0
}

/** A launch that was started, and may have ended. */
interface Launching {
  /** Its exit code. */
  readonly ended: Promise<number>
  /** Tells it to end, if it has not. */
  interrupt(): void
  /** Waits a moment for its end, and kills it then. @returns its exit code; 0 when it was interrupted */
  end(): Promise<number>
}

const follow = (launch: ChildProcess): Launching => {
  let interrupted = false
  let running = true
  const ended = new Promise<number>((resolve) => {
    launch.once('error', () => resolve(1))
    launch.once('exit', (code) => resolve(code ?? 1))
  }).finally(() => {
    running = false
  })
  return {
    ended,
    interrupt() {
      interrupted = running
      if (running) launch.kill('SIGTERM')
    },
    async end() {
      const code = await within(LAUNCH_END_MS, ended, () => void launch.kill('SIGKILL'))
      return interrupted ? 0 : (code ?? 1)
    },
  }
}

type Signal = 'SIGHUP' | 'SIGINT' | 'SIGTERM'

/** From now on receives the signals for the supervisor. Those that come before somebody listens for them are kept. */
const receiveSignals = () => {
  const early = new Set<Signal>()
  const listeners = new Map<Signal, () => void>()
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      const listener = listeners.get(signal)
      if (listener === undefined) early.add(signal)
      else listener()
    })
  return {
    on(signal: Signal, listener: () => void): void {
      listeners.set(signal, listener)
      if (early.delete(signal)) listener()
    },
  }
}
