import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, type Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { isAlive, type ProcessIdentity } from '../parts/process-identity.ts'
import type { Part } from '../parts/state-files.ts'
import type { PartPlan } from './plan.ts'
import { deathOf, type Supervision } from './supervisor-status.ts'

/** A part that runs. */
export interface KeptPart {
  readonly identity: ProcessIdentity
  /** Resolves when it ends, to how. */
  readonly ended: Promise<string>
  /** The last line of its log. */
  lastWords(): string
}

/** What a keeper needs of the world. */
export interface KeeperOptions {
  readonly part: Part
  /** @throws Error when the part cannot be started; then it does not run */
  readonly start: (plan: PartPlan) => Promise<KeptPart>
  /** Ends a process and waits until it is gone. */
  readonly end: (identity: ProcessIdentity) => Promise<void>
  /** The supervision is another now. */
  readonly changed: () => void
  readonly log: Logger
  /** Pauses before a part is started again. */
  readonly pauses?: { readonly firstMs: number; readonly longestMs: number }
}

const PAUSES = { firstMs: 1000, longestMs: 60_000 }
/** Who lived so long has not died of how it was started. */
const STEADY_MS = 60_000
const ADOPTED_LOOK_MS = 1000

/** Has a part run for as long as it is to: when it dies it is started again, after pauses that grow. */
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

  /** How often the part died; undefined while it is not to run. */
  get supervision(): Supervision | undefined {
    return this.#plan === undefined ? undefined : this.#supervision
  }

  /** Has the part run: it is started unless it runs, or waits to be started again. */
  async keep(plan: PartPlan): Promise<void> {
    const isNew = this.#plan === undefined
    this.#plan = plan
    if (!isNew) return
    this.#supervision = { deaths: 0 }
    this.#backoff.reset()
    if (this.#running === undefined) await this.#start()
  }

  /** Takes over a part that another supervisor has started. */
  adopt(identity: ProcessIdentity, lastWords: () => string): void {
    this.#follow({ identity, ended: endOfAdopted(identity), lastWords })
  }

  /** Ends the part, and starts it no more. */
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
      this.#startAgain(describeError(error), '')
    }
  }

  #follow(part: KeptPart): void {
    const sinceMs = performance.now()
    this.#running = part
    void part.ended.then((reason) => {
      // ended on purpose, or by another keeper's doing
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

/** Of a process that is no child of this one, nobody tells how it ended. */
const endOfAdopted = async (identity: ProcessIdentity): Promise<string> => {
  while (isAlive(identity)) await sleep(ADOPTED_LOOK_MS)
  return 'ended, and how is not known, since the supervisor that had started it was ended before'
}
