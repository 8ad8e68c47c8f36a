import type { Point } from '../domain/plot/geometry.ts'
import { settings } from '../settings.ts'
import type { LayoutAnswer, LayoutRequest } from './protocol.ts'

/** Computes layouts in a worker. */
export interface LayoutClient {
  /**
   * Requests a layout; `done` gets the places by node id, `failed` is called when there are none. Neither is called when a newer request was made
   * meanwhile.
   */
  arrange(
    request: Omit<LayoutRequest, 'job'>,
    done: (places: ReadonlyMap<string, Point>) => void,
    failed?: () => void,
  ): void
  stop(): void
}

const newLayoutWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })

/**
 * Starts the layout worker. It runs one job at a time; of the jobs that wait meanwhile only the newest is kept. When its script could not be
 * loaded, it is started again, since browsers give up what they load when the machine's network changes. When that does not help, or it throws
 * something, the next job has another one.
 *
 * @param onFailure is told in words what is not as it should be, and undefined when all is well again
 */
export function createLayoutClient(
  onFailure: (message: string | undefined) => void,
  newWorker: () => Pick<Worker, 'onmessage' | 'onerror' | 'postMessage' | 'terminate'> = newLayoutWorker,
): LayoutClient {
  let worker: ReturnType<typeof newWorker> | undefined
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  type Job = {
    request: LayoutRequest
    done: (places: ReadonlyMap<string, Point>) => void
    failed: (() => void) | undefined
  }
  let lastJob = 0
  let running: Job | undefined
  let waiting: Job | undefined
  let failure: string | undefined

  const tell = (words: string | undefined) => {
    if (words !== failure) onFailure(words)
    failure = words
  }

  const start = (job: Job) => {
    running = job
    if (worker) worker.postMessage(job.request)
    else begin()
  }

  /** Takes the job that waits. @returns whether there was one */
  const startWaiting = (): boolean => {
    const next = waiting
    waiting = undefined
    if (next) start(next)
    return next !== undefined
  }

  const begin = () => {
    worker = newWorker()
    worker.onmessage = answered
    worker.onerror = (event) => {
      // Else it is one of whoever started this.
      event.preventDefault()
      const { message } = event
      // Only what a script that was loaded throws has a message.
      const pauseMs = message ? undefined : settings.data.partPausesMs[tries++]
      if (pauseMs !== undefined) timer = setTimeout(begin, pauseMs)
      else giveUp(message || 'its script did not load')
    }
    if (running) worker.postMessage(running.request)
  }

  const giveUp = (why: string) => {
    worker?.terminate()
    worker = undefined
    tries = 0
    const given = running
    running = undefined
    tell(`The map could not be arranged: ${why}. Reload the page.`)
    if (!startWaiting()) given?.failed?.()
  }

  const answered = ({ data }: MessageEvent<LayoutAnswer>) => {
    const finished = running
    running = undefined
    tries = 0
    tell(data.lacking)
    if (startWaiting() || finished?.request.job !== data.job) return
    finished.done(
      new Map(
        finished.request.nodes.map((node, index) => [
          node.id,
          { x: data.places[index * 2] ?? 0, y: data.places[index * 2 + 1] ?? 0 },
        ]),
      ),
    )
  }

  begin()
  return {
    arrange(request, done, failed) {
      const job = { request: { ...request, job: ++lastJob }, done, failed }
      if (running) waiting = job
      else start(job)
    },
    stop() {
      clearTimeout(timer)
      worker?.terminate()
    },
  }
}
