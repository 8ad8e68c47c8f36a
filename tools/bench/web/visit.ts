import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { type Threads, TRACE_CATEGORIES, type TraceEvent, threadsOf } from './trace.ts'

/** What somebody does who looks at the map. */
export const phases = ['idle', 'panning', 'zooming'] as const
export type Phase = (typeof phases)[number]

/** What a visit of a page found. Times are milliseconds. */
export interface Visit {
  /** From the navigation until the map is shown. */
  readonly firstMapMs: number
  /** From the arrival of the view until it is laid out and shown. */
  readonly settlingMs: number
  readonly phases: Readonly<Record<Phase, Threads>>
  /** CPU time of the page's own thread and of its workers together from the navigation until the map is shown. */
  readonly loading: { readonly mainMs: number; readonly workersMs: number; readonly longestTaskMs: number }
  /** An empty canvas of the same size, panned in the same way. */
  readonly empty: Threads
  /** Of the page's own thread, after a collection. */
  readonly heapMb: number
}

const VIEWPORT = { width: 1280, height: 800 }
const FIRST_MAP_MS = 120_000
/** After the map is shown, what its showing still causes. */
const CALM_MS = 1500
const INPUT_MS = 1000 / 60

/** Notes when the view arrived and when the map was shown. */
const WATCH = `{
  const noted = (window.noted = {})
  const Plain = WebSocket
  window.WebSocket = class extends Plain {
    constructor(...args) {
      super(...args)
      if (/topology/.test(String(args[0])))
        this.addEventListener('message', () => (noted.arrivedMs ??= performance.now()), { once: true })
    }
  }
  new MutationObserver(() => {
    if (noted.shownMs === undefined && document.querySelector('[data-testid=map][data-settled=true]'))
      requestAnimationFrame(() => (noted.shownMs ??= performance.now()))
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-settled'] })
}`

interface Noted {
  readonly arrivedMs: number
  readonly shownMs: number
}

/**
 * Opens the containers of an app in a page of its own, waits for the map, pans and zooms it; then pans an empty canvas.
 *
 * @param seconds of each phase
 * @param empty address of an empty canvas
 */
export const visit = async (
  browser: Browser,
  url: string,
  seconds: number,
  empty: string,
): Promise<Visit> => ({
  ...(await visitMap(browser, url, seconds)),
  // When the map is closed, so that what it draws does not count.
  empty: await panEmpty(browser, empty, seconds),
})

const visitMap = async (browser: Browser, url: string, seconds: number): Promise<Omit<Visit, 'empty'>> => {
  const page = await browser.newPage({ viewport: VIEWPORT })
  try {
    await page.addInitScript(WATCH)
    const loading = await traced(browser, page, async () => {
      await page.goto(`${url}/#/containers?group=`)
      await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: FIRST_MAP_MS })
    })
    await sleep(CALM_MS)
    const session = await page.context().newCDPSession(page)
    const found = {
      idle: await traced(browser, page, () => sleep(1000 * seconds)),
      panning: await traced(browser, page, () => pan(session, seconds)),
      zooming: await traced(browser, page, () => zoom(session, seconds)),
    }
    const noted = await page.evaluate<Noted>('window.noted')
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const { lengthMs, mainShare, workerShare, longestTaskMs } = loading
    return {
      firstMapMs: noted.shownMs,
      settlingMs: noted.shownMs - noted.arrivedMs,
      loading: { mainMs: mainShare * lengthMs, workersMs: workerShare * lengthMs, longestTaskMs },
      phases: found,
      heapMb: usedSize / 1e6,
    }
  } finally {
    await page.close()
  }
}

const panEmpty = async (browser: Browser, url: string, seconds: number): Promise<Threads> => {
  const page = await browser.newPage({ viewport: VIEWPORT })
  try {
    await page.goto(url)
    await sleep(CALM_MS)
    const session = await page.context().newCDPSession(page)
    return await traced(browser, page, () => pan(session, seconds))
  } finally {
    await page.close()
  }
}

const traced = async (browser: Browser, page: Page, act: () => Promise<unknown>): Promise<Threads> => {
  await browser.startTracing(page, { categories: TRACE_CATEGORIES })
  await act()
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  return threadsOf(trace.traceEvents)
}

/** Sends an event for each frame of the display, without waiting for the page to take it. */
const steadily = async (seconds: number, send: (step: number) => Promise<unknown>): Promise<void> => {
  const startMs = performance.now()
  const sent: Promise<unknown>[] = []
  for (let step = 0; performance.now() - startMs < 1000 * seconds; step++) {
    sent.push(send(step))
    await sleep(Math.max(0, startMs + (step + 1) * INPUT_MS - performance.now()))
  }
  await Promise.all(sent)
}

/** A corner of the fitted map, where no node is. */
const corner = { x: VIEWPORT.width - 36, y: 130 }

const pan = async (session: CDPSession, seconds: number): Promise<void> => {
  const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', x: number, y: number) =>
    session.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 })
  await mouse('mousePressed', corner.x, corner.y)
  await steadily(seconds, (step) =>
    mouse('mouseMoved', corner.x - 200 * (1 - Math.cos(step / 40)), corner.y + 100 * Math.sin(step / 40)),
  )
  await mouse('mouseReleased', corner.x, corner.y)
}

const zoom = (session: CDPSession, seconds: number): Promise<void> => {
  const [x, y] = [VIEWPORT.width / 2, VIEWPORT.height / 2]
  return steadily(seconds, (step) =>
    session.send('Input.dispatchMouseEvent', {
      ...{ type: 'mouseWheel', x, y, deltaX: 0 },
      deltaY: step % 120 < 60 ? -20 : 20,
    }),
  )
}
