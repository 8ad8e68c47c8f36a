import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { pollUntil } from '../../pacing/poll-until.ts'
import { checkout } from '../checkout.ts'
import { CommandError } from '../options/usage-error.ts'
import { lastLines } from './log-tail.ts'
import { fillCompileCache, probeEnvironment, probeNodeOptions } from './probe-runtime.ts'
import { identifyProcess } from './process-identity.ts'
import { type LaunchRecord, type Part, stateFiles, writeJson } from './state-files.ts'

const logLines = 15

/** A part that was started in the background. */
export interface StartedPart {
  readonly record: LaunchRecord
  /**
   * Waits for an answer while the part lives.
   *
   * @param failure what the part failed to do, when there is no answer
   * @throws CommandError with the end of its log when it ends, or gives no answer within `limitMs`
   */
  waitFor<T>(
    failure: () => string,
    limitMs: number,
    ask: () => T | undefined | Promise<T | undefined>,
  ): Promise<T>
}

/** Starts a part in a session of its own, with its log in the state directory, and records it there. */
export async function startPart(stateDir: string, part: Part, args: readonly string[]): Promise<StartedPart> {
  const log = stateFiles.log(stateDir, part)
  const fd = openSync(log, 'a', 0o600)
  const logStart = fstatSync(fd).size
  const isProbe = part === 'probe'
  if (isProbe) await fillCompileCache(stateDir)
  const options = isProbe ? probeNodeOptions : []
  const child = spawn(process.execPath, [...options, checkout.main, part, ...args], {
    detached: true,
    stdio: ['ignore', fd, fd],
    cwd: '/',
    env: {
      ...process.env,
      ...(isProbe && probeEnvironment(stateDir)),
      SCOPE_STATE_DIR: stateDir,
      SCOPE_LOG_FILE: log,
    },
  })
  closeSync(fd)
  const end = endOf(child)
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid)
  const failed = (what: string) =>
    new CommandError(
      [`the ${part} ${what}; its last words (${log}):`, ...lastLines(log, logLines, logStart)].join('\n  '),
    )
  if (identity === undefined) {
    await pollUntil(1000, () => end.reason)
    throw failed(end.reason ?? 'could not be started')
  }
  child.unref()
  const record = { ...identity, launchedAt: new Date().toISOString() }
  await writeJson(stateFiles.record(stateDir, part), record)
  return {
    record,
    waitFor: async (failure, limitMs, ask) => {
      const outcome = await pollUntil(limitMs, async () => {
        if (end.reason !== undefined) throw failed(end.reason)
        const answer = await ask()
        return answer === undefined ? undefined : { answer }
      })
      if (outcome === undefined) throw failed(`${failure()} within ${limitMs / 1000} s`)
      return outcome.answer
    },
  }
}

function endOf(child: ChildProcess): { reason?: string } {
  const end: { reason?: string } = {}
  child.once('error', (error) => {
    end.reason = `could not be started: ${error.message}`
  })
  child.once('exit', (code, signal) => {
    end.reason = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
  })
  return end
}
