import type { CDPSession } from 'playwright-core'

/** What a page holds, after everything that nobody refers to was collected. */
export interface Held {
  /** Heap of the page’s own thread, bytes: what is JavaScript’s, and what the browser keeps for it, such as canvases and the DOM. */
  readonly page: number
  /** The same of each worker, by the name of its script. */
  readonly workers: ReadonlyMap<string, number>
  readonly domNodes: number
  readonly listeners: number
}

/** Measures a page and its workers. */
export interface Heaps {
  measure(): Promise<Held>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** A thread to which the debugger speaks. */
interface Thread {
  send(method: string, params?: object): Promise<unknown>
  on(hear: (method: string, params: unknown) => void): void
}

const ATTACH = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false }
const ATTACHED = 'Target.attachedToTarget'
const DETACHED = 'Target.detachedFromTarget'
const RECEIVED = 'Target.receivedMessageFromTarget'

/** To be called before the page is opened: workers are found as they start, those of workers, too. */
export const watchHeaps = async (session: CDPSession): Promise<Heaps> => {
  const workers = new Map<string, { readonly name: string; readonly thread: Thread }>()
  const own = ofSession(session)
  await attachWorkers(own, workers)
  await session.send('Performance.enable')
  return {
    async measure() {
      // What one thread lets go of may be what keeps something of another alive.
      for (let round = 0; round < 2; round++) {
        await session.send('HeapProfiler.collectGarbage')
        for (const { thread } of workers.values()) await thread.send('HeapProfiler.collectGarbage')
      }
      const held = new Map<string, number>()
      for (const { name, thread } of workers.values()) {
        held.set(name, (held.get(name) ?? 0) + (await usageOf(thread)))
      }
      const { metrics } = await session.send('Performance.getMetrics')
      const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
      return {
        page: await usageOf(own),
        workers: held,
        domNodes: metric('Nodes'),
        listeners: metric('JSEventListeners'),
      }
    },
  }
}

const usageOf = async (thread: Thread): Promise<number> => {
  const usage = (await thread.send('Runtime.getHeapUsage')) as {
    readonly usedSize: number
    readonly embedderHeapUsedSize: number
  }
  return usage.usedSize + usage.embedderHeapUsedSize
}

const ofSession = (session: CDPSession): Thread => ({
  send: (method, params) => session.send(method as 'Target.setAutoAttach', params as typeof ATTACH),
  on(hear) {
    for (const method of [ATTACHED, DETACHED, RECEIVED] as const)
      session.on(method, (params: unknown) => hear(method, params))
  },
})

/** Keeps those that are there, of this thread and of its workers, in a map by their sessions. */
const attachWorkers = async (
  parent: Thread,
  workers: Map<string, { readonly name: string; readonly thread: Thread }>,
): Promise<void> => {
  const inboxes = new Map<string, (text: string) => void>()
  parent.on((method, params) => {
    const { sessionId, targetInfo, message } = params as {
      sessionId: string
      targetInfo?: { readonly url: string }
      message?: string
    }
    if (method === RECEIVED) inboxes.get(sessionId)?.(message ?? '')
    else if (method === DETACHED) {
      inboxes.delete(sessionId)
      workers.delete(sessionId)
    } else if (method === ATTACHED) {
      const { thread, hear } = threadBelow(parent, sessionId)
      inboxes.set(sessionId, hear)
      workers.set(sessionId, { name: targetInfo?.url.split('/').at(-1) ?? '', thread })
      void attachWorkers(thread, workers)
    }
  })
  await parent.send('Target.setAutoAttach', ATTACH)
}

const threadBelow = (
  parent: Thread,
  sessionId: string,
): { readonly thread: Thread; hear(text: string): void } => {
  const answers = new Map<number, (answer: Message) => void>()
  const listeners: ((method: string, params: unknown) => void)[] = []
  let lastId = 0
  return {
    hear(text) {
      const message = JSON.parse(text) as Message
      if (message.id === undefined)
        for (const listener of listeners) listener(message.method ?? '', message.params)
      else {
        answers.get(message.id)?.(message)
        answers.delete(message.id)
      }
    },
    thread: {
      on: (listener) => listeners.push(listener),
      async send(method, params = {}) {
        const id = ++lastId
        const answered = new Promise<Message>((answer) => answers.set(id, answer))
        const message = JSON.stringify({ id, method, params })
        await parent.send('Target.sendMessageToTarget', { sessionId, message })
        const { result, error } = await answered
        if (error) throw new Error(`${method}: ${error.message}`)
        return result
      },
    },
  }
}
