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
  const inWorker = canHandOver() ? await startWorkerRenderer(host, style, listener) : undefined
  if (inWorker) return inWorker
  const { createLocalRenderer } = await import('./local-renderer.ts')
  return createLocalRenderer(host, style, listener)
}
