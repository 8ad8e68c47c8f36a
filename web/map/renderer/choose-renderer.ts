import { retry } from '../../data/retry.ts'
import { settings } from '../../settings.ts'
import type { MapCommand, Style } from './protocol.ts'
import type { Listener, Renderer } from './renderer.ts'
import { canHandOver, startWorkerRenderer } from './worker-renderer.ts'

/**
 * A renderer in a worker where the browser can do that, else in this thread; its code is loaded only then. What it is told until it has
 * started waits. When nothing can be drawn, the listener gets a failure.
 */
export function createRenderer(host: HTMLElement, style: Style, listener: Listener): Renderer {
  const waiting: MapCommand[] = []
  let chosen: Renderer | undefined
  let isStopped = false
  const begin = (renderer: Renderer) => {
    chosen = renderer
    if (isStopped) return renderer.stop()
    for (const command of waiting.splice(0)) renderer.tell(command)
  }
  choose(host, style, listener).then(begin, (error) =>
    listener({ kind: 'failure', words: error instanceof Error ? error.message : String(error) }),
  )
  return {
    tell(command) {
      if (chosen) chosen.tell(command)
      else waiting.push(command)
    },
    stop() {
      isStopped = true
      chosen?.stop()
    },
  }
}

async function choose(host: HTMLElement, style: Style, listener: Listener): Promise<Renderer> {
  const pausesMs = settings.data.partPausesMs
  const start = () => startWorkerRenderer(host, style, listener)
  const inWorker = canHandOver() ? await retry(start, { pausesMs }).catch(() => undefined) : undefined
  if (inWorker) return inWorker
  const load = () => import('./local-renderer.ts')
  const { createLocalRenderer } = await retry(load, { pausesMs })
  return createLocalRenderer(host, style, listener)
}
