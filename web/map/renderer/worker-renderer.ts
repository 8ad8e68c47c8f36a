import { addCanvas } from '../layers.ts'
import type { Style } from './protocol.ts'
import type { Listener, Renderer } from './renderer.ts'
import type { FromWorker, ToWorker } from './worker-protocol.ts'

/** Whether this browser lets a worker draw on the page's canvases. */
export function canHandOver(): boolean {
  return (
    typeof OffscreenCanvas === 'function' &&
    typeof HTMLCanvasElement.prototype.transferControlToOffscreen === 'function'
  )
}

/**
 * Starts a renderer in a worker, which has a worker of its own for layouts, so that neither the page nor a frame ever waits for one. The
 * places of nodes stay there.
 *
 * @returns undefined when workers of this browser cannot draw
 * @throws when its script did not load, in which case it can be tried again; nothing was added to the element in either case
 */
export function startWorkerRenderer(
  host: HTMLElement,
  style: Style,
  listener: Listener,
): Promise<Renderer | undefined> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const post = (message: ToWorker, handOver: Transferable[] = []) => worker.postMessage(message, handOver)
  const begin = (): Renderer => {
    const canvas = addCanvas(host).transferControlToOffscreen()
    post({ kind: 'start', canvas, originMs: performance.timeOrigin, style }, [canvas])
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind !== 'ready') listener(data)
    }
    worker.onerror = ({ message }) =>
      listener({ kind: 'failure', words: `The map can no longer be drawn: ${message}. Reload the page.` })
    return { tell: post, stop: () => worker.terminate() }
  }
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => {
      worker.terminate()
      // Only what a script that was loaded throws has a message.
      if (message) resolve(undefined)
      else reject(new Error('what draws the map did not load'))
    }
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'ready' && data.able) return resolve(begin())
      worker.terminate()
      resolve(undefined)
    }
  })
}
