import { randomBytes } from 'node:crypto'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { Faults } from '../../log/faults.ts'
import { wordsOfEnd } from '../../pipe/ended-words.ts'
import type { Ended } from '../../pipe/notes.ts'
import type { TerminalSize } from '../../pipe/viewer.ts'
import type { Subject } from '../access/subject.ts'
import { defaultClients } from '../client-choices.ts'
import { ApiError } from '../http/api-error.ts'
import { type WatchedSubjects, whyLost } from '../sign-in/watched-subjects.ts'
import { EndedPipes } from './ended-pipes.ts'
import { Pipe } from './pipe.ts'
import type { NewPipe, Pipes } from './pipes.ts'

/** Limits of {@link HeldPipes}. */
export interface PipeLimits {
  readonly pipes: number
  /** Of one user, however many sessions they have; of one token. */
  readonly pipesPerSubject: number
  /** How long a pipe may be without a viewer. */
  readonly unwatchedMs: number
  /** How often sockets are pinged; one that has given no sign of life by the next ping is dropped, in the format `raw` by the third after it. */
  readonly pingIntervalMs: number
}

/** The default limits of an app. */
export const defaultPipeLimits: PipeLimits = {
  pipes: defaultClients.terminals,
  pipesPerSubject: defaultClients.terminalsPerUser,
  unwatchedMs: 60_000,
  pingIntervalMs: 15_000,
}

/** What {@link HeldPipes} needs. */
export interface HeldPipesOptions {
  readonly limits: Pick<PipeLimits, 'pipes' | 'pipesPerSubject' | 'unwatchedMs'>
  readonly subjects: Pick<WatchedSubjects, 'watch'>
  readonly audit: Pick<AuditLog, 'record'>
  readonly faults: Pick<Faults, 'guardOf'>
  /** A monotonic clock. */
  readonly nowMs: () => number
}

interface Held {
  readonly pipe: Pipe
  readonly owner: string
  readonly user: string
}

/** {@link Pipes} in the memory of this process. */
export class HeldPipes implements Pipes {
  readonly #options: HeldPipesOptions
  readonly #held = new Map<string, Held>()
  readonly #ended: EndedPipes
  #isStopped = false

  constructor(options: HeldPipesOptions) {
    this.#options = options
    this.#ended = new EndedPipes(options.nowMs)
  }

  /** Number of pipes. */
  get size(): number {
    return this.#held.size
  }

  checkRoom({ name }: Subject): void {
    const { pipes, pipesPerSubject } = this.#options.limits
    const own = [...this.#held.values()].filter(({ user }) => user === name).length
    if (this.#isStopped) throw tooMany('the app stops')
    if (own >= pipesPerSubject) throw tooMany(`${name} has ${own} terminals and logs open; close one`)
    if (this.#held.size >= pipes)
      throw tooMany(`${this.#held.size} terminals and logs are open, and no more are possible`)
  }

  hold(given: NewPipe): string {
    const { stream, tty, subject } = given
    try {
      this.checkRoom(subject)
    } catch (error) {
      stream.on('error', () => {})
      stream.destroy(error instanceof Error ? error : undefined)
      throw error
    }
    const { limits, faults, nowMs } = this.#options
    const id = randomBytes(16).toString('base64url')
    const startedMs = nowMs()
    const pipe = new Pipe({
      stream,
      tty,
      unwatchedMs: limits.unwatchedMs,
      guard: faults.guardOf('pipes'),
      over: (ended, isBroken) => this.#note(given, ended, isBroken, nowMs() - startedMs),
      gone: () => {
        unwatch?.()
        this.#held.delete(id)
        this.#ended.add(id, ownerOf(subject), wordsOfEnd(pipe.ended ?? {}))
      },
    })
    this.#held.set(id, { pipe, owner: ownerOf(subject), user: subject.name })
    let unwatch: (() => void) | undefined
    unwatch = this.#options.subjects.watch(subject, () => pipe.end(whyLost(subject)))
    return id
  }

  resize(id: string, subject: Subject, size: TerminalSize): boolean {
    const pipe = this.#find(id, subject)
    pipe?.resize(size)
    return pipe !== undefined
  }

  end(id: string, subject: Subject): boolean {
    const pipe = this.#find(id, subject)
    pipe?.end(`${subject.name} ended it`)
    return pipe !== undefined
  }

  /**
   * A pipe of this subject.
   *
   * @throws {ApiError} 404 `pipe_ended` with how it has ended, or `unknown_pipe`
   */
  get(id: string, subject: Subject): Pipe {
    const pipe = this.#find(id, subject)
    if (pipe !== undefined) return pipe
    throw this.whyNot(id, subject)
  }

  /** Why a subject has no such pipe. */
  whyNot(id: string, subject: Subject): ApiError {
    const words = this.#ended.find(id, ownerOf(subject))
    return words === undefined
      ? new ApiError(404, 'unknown_pipe', 'there is no such pipe, or somebody else has opened it')
      : new ApiError(404, 'pipe_ended', `it has ended: ${words}`)
  }

  /** Ends all pipes, and takes no more. */
  stop(): void {
    this.#isStopped = true
    for (const { pipe } of this.#held.values()) pipe.end('the app has stopped')
  }

  #find(id: string, subject: Subject): Pipe | undefined {
    const held = this.#held.get(id)
    return held?.owner === ownerOf(subject) ? held.pipe : undefined
  }

  #note({ subject, from, about }: NewPipe, ended: Ended, isBroken: boolean, durationMs: number): void {
    this.#options.audit.record({
      who: subject.name,
      from,
      action: `${about.control}:end`,
      target: `${about.label} (${about.nodeId})`,
      result: isBroken ? 'failed' : 'done',
      reason: wordsOfEnd(ended),
      durationMs: Math.round(durationMs),
    })
  }
}

/** What a pipe is bound to: a session, or those who send the same credentials. */
const ownerOf = ({ by, name, sessionId }: Subject): string =>
  sessionId === undefined ? `${by} ${name}` : `session ${sessionId}`

const tooMany = (message: string): ApiError =>
  new ApiError(503, 'too_many_pipes', message, { headers: { 'retry-after': '5' } })
