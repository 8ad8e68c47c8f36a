import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, type Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { isAlive, type ProcessIdentity } from '../parts/processes/process-identity.ts'
import type { Part } from '../parts/state-files.ts'
import type { PartPlan } from './plan.ts'
import { deathOf, type Supervision } from './supervisor-status.ts'

/** A running part. */
export interface KeptPart {
  readonly identity: ProcessIdentity
  /** Resolves when it ends, with how it ended. */
  readonly ended: Promise<string>
  /** The last line of its log. */
  lastWords(): string
}

/** What a {@link Keeper} needs. */
export interface KeeperOptions {
  readonly part: Part
  /**
   * Starts the part.
   *
   * @throws Error when it cannot be started; it does not run then
   */
  readonly start: (plan: PartPlan) => Promise<KeptPart>
  /** Ends a process and waits until it is gone. */
  readonly end: (identity: ProcessIdentity) => Promise<void>
  /** Called when `supervision` has changed. */
  readonly changed: () => void
  readonly log: Logger
  /** Pauses before restarts. */
  readonly pauses?: { readonly firstMs: number; readonly longestMs: number }
}

const PAUSES = { firstMs: 1000, longestMs: 60_000 }
/** A part that ran this long did not fail because of its start, so the pauses begin anew. */
const STEADY_MS = 60_000
const ADOPTED_LOOK_MS = 1000

/** Keeps a part running: restarts it when it dies, after growing pauses. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #backoff
  #plan: PartPlan | undefined
  #running: KeptPart | undefined
  #starting: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #supervision: Supervision = { deaths: 0 }

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#backoff = createBackoff({ ...PAUSES, ...options.pauses, random: Math.random })
  }

  /** How often the part died; undefined while it is not meant to run. */
  get supervision(): Supervision | undefined {
    return this.#plan === undefined ? undefined : this.#supervision
  }

  /**
   * Keeps the part running from now on, and starts it unless it runs or waits for a restart. A new plan for a part that
   * is already kept takes effect at its next start.
   */
  async keep(plan: PartPlan): Promise<void> {
    const isNew = this.#plan === undefined
    this.#plan = plan
    if (!isNew) return
    this.#supervision = { deaths: 0 }
    this.#backoff.reset()
    if (this.#running !== undefined) return
    // Else a launch would take it for one that nobody looks after, as long as the start takes.
    this.#options.changed()
    await this.#start()
  }

  /** Takes over a part that an earlier supervisor started. */
  adopt(identity: ProcessIdentity, lastWords: () => string): void {
    this.#follow({ identity, ended: endOfAdopted(identity), lastWords })
  }

  /** Ends the part for good. */
  async end(): Promise<void> {
    this.#plan = undefined
    clearTimeout(this.#timer)
    await this.#starting
    const running = this.#running
    this.#running = undefined
    if (running !== undefined) await this.#options.end(running.identity)
  }

  #start(): Promise<void> {
    this.#starting = this.#tryToStart().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async #tryToStart(): Promise<void> {
    const { part, log, start } = this.#options
    const plan = this.#plan
    if (plan === undefined) return
    try {
      const started = await start(plan)
      log.info(`the ${part} was started`, { pid: started.identity.pid })
      this.#setSupervision({ deaths: this.#supervision.deaths, last: this.#supervision.last })
      this.#follow(started)
    } catch (error) {
      // Where it was ended meanwhile, a timer would start it beside the one that is kept from then on.
      if (this.#plan !== undefined) this.#startAgain(describeError(error), '')
    }
  }

  #follow(part: KeptPart): void {
    const sinceMs = performance.now()
    this.#running = part
    void part.ended.then((reason) => {
      // It was ended on purpose, or replaced.
      if (this.#running !== part) return
      this.#running = undefined
      if (this.#plan === undefined) return
      if (performance.now() - sinceMs >= STEADY_MS) this.#backoff.reset()
      this.#startAgain(reason, this.#wordsOf(part))
    })
  }

  #wordsOf(part: KeptPart): string {
    try {
      return part.lastWords()
    } catch (error) {
      return `its log cannot be read: ${describeError(error)}`
    }
  }

  #startAgain(reason: string, lastWords: string): void {
    const { part, log } = this.#options
    const pauseMs = this.#backoff.next()
    const nowMs = Date.now()
    log.warn(`the ${part} ${reason}; it is started again`, { pauseMs: Math.round(pauseMs), lastWords })
    this.#timer = setTimeout(() => void this.#start(), pauseMs)
    this.#setSupervision({
      deaths: this.#supervision.deaths + 1,
      last: deathOf(nowMs, reason, lastWords),
      nextStartAt: new Date(nowMs + pauseMs).toISOString(),
    })
  }

  #setSupervision({
    deaths,
    last,
    nextStartAt,
  }: { [K in keyof Supervision]: Supervision[K] | undefined }): void {
    this.#supervision = {
      deaths: deaths ?? 0,
      ...(last && { last }),
      ...(nextStartAt !== undefined && { nextStartAt }),
    }
    this.#options.changed()
  }
}

/**
 * Waits for a process that is not a child of this one. Only a parent learns the exit code, so the reason stays unknown.
 */
const endOfAdopted = async (identity: ProcessIdentity): Promise<string> => {
  while (isAlive(identity)) await sleep(ADOPTED_LOOK_MS)
  return 'ended, and how is not known, since the supervisor that had started it was ended before'
}
