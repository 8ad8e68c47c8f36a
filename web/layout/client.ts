import type { Point } from '../domain/plot/geometry.ts'
import { settings } from '../settings.ts'
import type { LayoutAnswer, LayoutRequest } from './protocol.ts'

/** Computes layouts in a worker. */
export interface LayoutClient {
  /** Requests a layout; `done` gets the places by node id. It is not called when a newer request was made meanwhile. */
  arrange(request: Omit<LayoutRequest, 'job'>, done: (places: ReadonlyMap<string, Point>) => void): void
  stop(): void
}

const newLayoutWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })

/**
 * Starts the layout worker. It runs one job at a time; of the jobs that wait meanwhile only the newest is kept. When its script could not be
 * loaded, it is started again, since browsers give up what they load when the machine's network changes.
 */
export function createLayoutClient(
  onFailure: (message: string) => void,
  newWorker: () => Pick<Worker, 'onmessage' | 'onerror' | 'postMessage' | 'terminate'> = newLayoutWorker,
): LayoutClient {
  let worker: ReturnType<typeof newWorker>
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  type Job = { request: LayoutRequest; done: (places: ReadonlyMap<string, Point>) => void }
  let lastJob = 0
  let running: Job | undefined
  let waiting: Job | undefined

  const start = (job: Job) => {
    running = job
    worker.postMessage(job.request)
  }

  const begin = () => {
    worker = newWorker()
    worker.onmessage = answered
    worker.onerror = ({ message }) => {
      // Only what a script that was loaded throws has a message.
      const pauseMs = message ? undefined : settings.data.partPausesMs[tries++]
      if (pauseMs !== undefined) timer = setTimeout(begin, pauseMs)
      else
        onFailure(`The map could not be arranged: ${message || 'its script did not load'}. Reload the page.`)
    }
    if (running) start(running)
  }

  const answered = ({ data }: MessageEvent<LayoutAnswer>) => {
    const finished = running
    running = undefined
    if (waiting) {
      start(waiting)
      waiting = undefined
    } else if (finished && finished.request.job === data.job) {
      finished.done(
        new Map(
          finished.request.nodes.map((node, index) => [
            node.id,
            { x: data.places[index * 2] ?? 0, y: data.places[index * 2 + 1] ?? 0 },
          ]),
        ),
      )
    }
  }

  begin()
  return {
    arrange(request, done) {
      const job = { request: { ...request, job: ++lastJob }, done }
      if (running) waiting = job
      else start(job)
    },
    stop() {
      clearTimeout(timer)
      worker.terminate()
    },
  }
}
