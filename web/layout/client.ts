import type { Point } from '../domain/plot/geometry.ts'
import type { LayoutAnswer, LayoutRequest } from './protocol.ts'

/** Computes layouts in a worker. */
export interface LayoutClient {
  /** Requests a layout; `done` gets the places by node id. It is not called when a newer request was made meanwhile. */
  arrange(request: Omit<LayoutRequest, 'job'>, done: (places: ReadonlyMap<string, Point>) => void): void
  stop(): void
}

/** Starts the layout worker. It runs one job at a time; of the jobs that wait meanwhile only the newest is kept. */
export function createLayoutClient(onFailure: (message: string) => void): LayoutClient {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  worker.onerror = (event) =>
    onFailure(
      `The map could not be arranged: ${event.message || 'its script did not load'}. Reload the page.`,
    )
  type Job = { request: LayoutRequest; done: (places: ReadonlyMap<string, Point>) => void }
  let lastJob = 0
  let running: Job | undefined
  let waiting: Job | undefined

  const start = (job: Job) => {
    running = job
    worker.postMessage(job.request)
  }

  worker.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
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

  return {
    arrange(request, done) {
      const job = { request: { ...request, job: ++lastJob }, done }
      if (running) waiting = job
      else start(job)
    },
    stop: () => worker.terminate(),
  }
}
