import { type Guard, guardLater, runAll } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import type { RouterAnswer, RouterClient } from '../../weave/router-client.ts'
import { RouterError } from '../../weave/router-error.ts'
import { type RouterReport, readRouterReport } from './router-report.ts'

/** What is known of a router at the moment. */
export interface RouterState {
  /** What it reported last; kept for {@link KEEP_MS} when it answers no more. */
  readonly report: RouterReport | undefined
  /** Why it does not answer; undefined while it does, and before it was asked. */
  readonly trouble: RouterError | undefined
}

/** Follows a Weave router: that there is one, what it reports, and that it is gone. */
export interface RouterWatch {
  /** `127.0.0.1:6784` */
  readonly address: string
  state(): RouterState
  /** Asks it for more. @throws {RouterError} */
  ask(path: string): Promise<RouterAnswer>
  /**
   * @param asked called after each answer, and each failure
   * @returns ends that
   */
  watch(asked: () => void): () => void
  /**
   * Begins; resolves when there is the first answer, or none.
   *
   * @param guard records what goes wrong but for the router itself, also in those that are called after each answer
   */
  start(guard: Guard): Promise<void>
  stop(): void
}

/** What {@link createRouterWatch} needs. */
export interface RouterWatchOptions {
  readonly client: RouterClient
  readonly log: Logger
  /** A clock that never goes back. */
  readonly nowMs?: () => number
  readonly random?: () => number
  /** Pause between two reports of a router that answers. */
  readonly everyMs?: number
  /** Longest pause before a router is looked for again. */
  readonly longestPauseMs?: number
  /** How long what it reported last is kept. */
  readonly keepMs?: number
}

const EVERY_MS = 5000
const LONGEST_PAUSE_MS = 60_000
/** Long enough for a router to be started anew. */
export const KEEP_MS = 60_000
/** Different troubles that are logged: what answers at the port may think of a new one each time. */
const MAX_TOLD = 5

/** Watches the router that a client leads to. Nothing is asked before the start. */
export const createRouterWatch = (options: RouterWatchOptions): RouterWatch => {
  const { client, log, nowMs = () => performance.now(), random = Math.random } = options
  const { everyMs = EVERY_MS, longestPauseMs = LONGEST_PAUSE_MS, keepMs = KEEP_MS } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const backoff = createBackoff({ firstMs: everyMs, longestMs: longestPauseMs, random })
  const watchers = new Set<() => void>()
  const told = new Set<string>()
  let state: RouterState = { report: undefined, trouble: undefined }
  let latest = ''
  let answeredMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const tellOnce = (text: string): void => {
    if (told.has(text) || told.size >= MAX_TOLD) return
    told.add(text)
    log.warn(text, { address: client.address })
  }

  const answered = (text: string): void => {
    // Reading it again would take the longer, the larger the network is.
    const report = text === latest && state.report !== undefined ? state.report : readRouterReport(text)
    if (state.report === undefined)
      log.info('a Weave router is watched', { address: client.address, peer: report.Router.Name })
    else if (state.trouble !== undefined)
      log.info('the Weave router answers again', { address: client.address })
    latest = text
    answeredMs = nowMs()
    state = { report, trouble: undefined }
    backoff.reset()
  }

  const failed = (trouble: RouterError): void => {
    const isKept = trouble.trouble !== 'distrusted' && nowMs() - answeredMs < keepMs
    if (state.report !== undefined && state.trouble === undefined)
      log.info('the Weave router does not answer', { address: client.address, why: trouble.message })
    if (trouble.trouble === 'distrusted')
      tellOnce(`what listens at the port of a Weave router is not believed: ${trouble.message}`)
    else if (trouble.trouble === 'broken' && !isKept)
      tellOnce(`what listens at the port of a Weave router is none: ${trouble.message}`)
    state = { report: isKept ? state.report : undefined, trouble }
  }

  const ask = async (): Promise<void> => {
    try {
      const { status, body } = await client.ask({
        ...{ method: 'GET', path: '/report', accept: 'application/json', signal },
      })
      if (status !== 200)
        throw new RouterError('broken', `it answers ${status} when it is asked for its report`)
      answered(body)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof RouterError)) throw error
      failed(error)
    }
  }

  const look = async (guard: Guard): Promise<void> => {
    await guardLater(guard, 'ask the Weave router for its report', ask)
    if (signal.aborted) return
    guard('take what the Weave router says', () => runAll(watchers))
    timer = setTimeout(() => void look(guard), state.trouble === undefined ? everyMs : backoff.next())
  }

  return {
    address: client.address,
    state: () => state,
    ask: (path) => client.ask({ method: 'GET', path, signal }),
    watch(asked) {
      watchers.add(asked)
      return () => watchers.delete(asked)
    },
    start: look,
    stop() {
      stopping.abort()
      clearTimeout(timer)
      watchers.clear()
      client.close()
    },
  }
}
