import { spawn } from 'node:child_process'
import { closeSync, openSync, statSync } from 'node:fs'
import { checkout } from '../../checkout.ts'
import { pollUntil } from '../../pacing/poll-until.ts'
import { CommandError } from '../options/usage-error.ts'
import { lastLines } from '../parts/log-tail.ts'
import { livingRecord, type PartStates } from '../parts/parts.ts'
import { probeEnvironment, probeNodeOptions } from '../parts/probe-runtime.ts'
import { signalProcess } from '../parts/processes/end-process.ts'
import {
  forgetMember,
  type LaunchRecord,
  type Member,
  members,
  type Part,
  parts,
  readLaunchRecord,
  stateFiles,
  writeLaunchRecord,
} from '../parts/state-files.ts'
import { type PartPlan, type Plan, readPlan, writePlan } from '../supervisor/plan.ts'
import { readSupervisorStatus, type Supervision } from '../supervisor/supervisor-status.ts'

const logLines = 15
const supervisorLimitMs = 60_000
/** Time for a part to end; the supervisor kills it earlier if it does not end on request. */
const endLimitMs = 60_000

/** A part that was started in the background. */
export interface StartedPart {
  /**
   * Polls `ask` until it gives an answer, as long as the part lives.
   *
   * @param failure says what the part failed to do, when there is no answer
   * @throws CommandError with the end of its log when it ends, or gives no answer within `limitMs`
   */
  waitFor<T>(
    failure: () => string,
    limitMs: number,
    ask: (record: LaunchRecord) => T | undefined | Promise<T | undefined>,
  ): Promise<T>
}

/** Controls what runs in the background for a state directory. Use it only while holding the launch lock. */
export class Background {
  readonly #stateDir: string
  #plan: Plan

  constructor(stateDir: string) {
    this.#stateDir = stateDir
    this.#plan = readPlan(stateDir)
  }

  /** What is to run at the moment. */
  get plan(): Plan {
    return this.#plan
  }

  /**
   * Reduces the plan to the given parts and makes sure that a supervisor runs for them. Other parts are ended, also those that it was about
   * to start again.
   */
  async resume(kept: readonly Part[]): Promise<void> {
    const planned = Object.keys(this.#plan) as Part[]
    const dropped = planned.filter((part) => !kept.includes(part))
    if (this.#supervisor() !== undefined) return this.end(dropped)
    const plan = Object.fromEntries(
      Object.entries(this.#plan).filter(([part]) => kept.some((one) => one === part)),
    )
    if (Object.keys(plan).length > 0) return this.#follow(plan)
    this.#plan = plan
  }

  /**
   * Starts a part under the supervisor, replacing one that runs.
   *
   * @throws CommandError when the supervisor cannot be started
   */
  async start(part: Part, plan: PartPlan): Promise<StartedPart> {
    await this.end([part])
    const logStart = sizeOf(stateFiles.log(this.#stateDir, part))
    await this.#follow({ ...this.#plan, [part]: plan })
    return { waitFor: (failure, limitMs, ask) => this.#waitFor(part, logStart, failure, limitMs, ask) }
  }

  /** Changes how a part is run the next time it is started; a running one is not restarted. */
  async replan(part: Part, plan: PartPlan): Promise<void> {
    await this.#follow({ ...this.#plan, [part]: plan })
  }

  /** Ends parts and removes them from the plan. When the plan is empty, the supervisor ends too, unless it stays. */
  async end(parts: readonly Part[]): Promise<void> {
    const left = Object.fromEntries(
      Object.entries(this.#plan).filter(([part]) => !parts.some((ended) => ended === part)),
    )
    if (Object.keys(left).length === Object.keys(this.#plan).length) return
    await this.#follow(left)
    // One that could not be started has no record from the beginning, and the supervisor may be about to start it again.
    const isLeftAlone = (part: Part) =>
      readLaunchRecord(this.#stateDir, part) === undefined && this.#supervision(part) === undefined
    const isDone = () =>
      parts.every(isLeftAlone) &&
      (Object.keys(left).length > 0 || (this.#supervisor()?.stays ?? this.#supervisor() === undefined))
    const look = (): 'done' | 'unsupervised' | undefined => {
      // Before the other looks: one that ends because nothing is left to it has done all by then.
      const isUnsupervised = this.#supervisor() === undefined
      if (isDone()) return 'done'
      return isUnsupervised ? 'unsupervised' : undefined
    }
    let outcome = await pollUntil(endLimitMs, look)
    if (outcome === 'unsupervised') {
      // The supervisor died before it did that; another one does.
      await this.#follow(left)
      outcome = await pollUntil(endLimitMs, look)
    }
    if (outcome === 'done') return
    throw new CommandError(`the ${parts.join(' and the ')} did not end; "scope logs" tells more`)
  }

  /**
   * Plans again what had died, after it could not be started again. A supervisor that had tried goes on trying; without one, it is
   * dead as before.
   */
  async leaveDead(plan: Plan, before: PartStates): Promise<void> {
    if (before.supervisor.state === 'running') return this.#follow(plan)
    writePlan(this.#stateDir, plan)
    this.#plan = plan
    for (const part of parts) {
      const { state, record } = before[part]
      if (state === 'dead' && record !== undefined) writeLaunchRecord(this.#stateDir, part, record)
    }
  }

  #supervisor(): LaunchRecord | undefined {
    return livingRecord(this.#stateDir, 'supervisor')
  }

  /** What the supervisor tells of a part; undefined while it does not look after that, or does not run. */
  #supervision(part: Part): Supervision | undefined {
    const supervisor = this.#supervisor()
    const status = supervisor && readSupervisorStatus(this.#stateDir)
    return status?.pid === supervisor?.pid ? status?.parts[part] : undefined
  }

  async #follow(plan: Plan): Promise<void> {
    writePlan(this.#stateDir, plan)
    this.#plan = plan
    const supervisor = this.#supervisor()
    if (supervisor !== undefined) signalProcess(supervisor, 'SIGHUP', 'supervisor')
    else if (Object.keys(plan).length > 0 || this.#isAnyAlive()) await this.#startSupervisor()
    // A supervisor would end at once, maybe before it is seen, and that would be taken for a failure.
    else for (const member of members) forgetMember(this.#stateDir, member)
  }

  #isAnyAlive(): boolean {
    return parts.some((part) => livingRecord(this.#stateDir, part) !== undefined)
  }

  async #startSupervisor(): Promise<void> {
    const stateDir = this.#stateDir
    const log = stateFiles.log(stateDir, 'supervisor')
    const fd = openSync(log, 'a', 0o600)
    const logStart = sizeOf(log)
    const child = spawn(process.execPath, [...probeNodeOptions, checkout.programs.supervisor, stateDir], {
      detached: true,
      stdio: ['ignore', fd, fd],
      cwd: '/',
      env: { ...process.env, ...probeEnvironment },
    })
    closeSync(fd)
    let end: string | undefined
    child.once('error', (error) => {
      end = `could not be started: ${error.message}`
    })
    child.once('exit', (code, signal) => {
      end = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
    })
    const isThere = await pollUntil(supervisorLimitMs, () => {
      if (end !== undefined) throw failed('supervisor', end, log, logStart)
      return this.#supervisor()?.pid === child.pid ? true : undefined
    })
    child.unref()
    if (isThere) return
    child.kill('SIGKILL')
    throw failed('supervisor', `did not start within ${supervisorLimitMs / 1000} s`, log, logStart)
  }

  async #waitFor<T>(
    part: Part,
    logStart: number,
    failure: () => string,
    limitMs: number,
    ask: (record: LaunchRecord) => T | undefined | Promise<T | undefined>,
  ): Promise<T> {
    const stateDir = this.#stateDir
    const fail = (what: string) => failed(part, what, stateFiles.log(stateDir, part), logStart)
    const outcome = await pollUntil(limitMs, async () => {
      if (this.#supervisor() === undefined) throw fail('was given up: its supervisor ended')
      const last = this.#supervision(part)?.last
      if (last !== undefined) throw fail(last.reason)
      const record = livingRecord(stateDir, part)
      const answer = record === undefined ? undefined : await ask(record)
      return answer === undefined ? undefined : { answer }
    })
    if (outcome === undefined) throw fail(`${failure()} within ${limitMs / 1000} s`)
    return outcome.answer
  }
}

const failed = (member: Member, what: string, log: string, logStart: number): CommandError =>
  new CommandError(
    [`the ${member} ${what}; its last words (${log}):`, ...lastLines(log, logLines, logStart)].join('\n  '),
  )

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
