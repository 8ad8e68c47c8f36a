import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Browser,
  type ConsoleMessage,
  chromium,
  type Page,
  type Request,
  type Response,
} from 'playwright-core'
import { EVENTUALLY_MS, eventually } from '../eventually.ts'
import { watchPage } from './page-witness.ts'
import { browserPath } from './requirements.ts'

/**
 * Starts the machine's Chromium without its background activity. Its pages load although networks come and go meanwhile, and wait as long as
 * `eventually` does.
 */
export const openBrowser = async (): Promise<Browser> => {
  const browser = await chromium.launch({
    executablePath: browserPath() ?? 'chromium',
    timeout: 2 * EVENTUALLY_MS,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const [newPage, newContext] = [browser.newPage.bind(browser), browser.newContext.bind(browser)]
  browser.newPage = async (options) => loadingAgain(await newPage(options))
  browser.newContext = async (options) => {
    const context = (await newContext(options)).on('page', loadingAgain)
    context.setDefaultTimeout(EVENTUALLY_MS)
    return context
  }
  return browser
}

/** Whether a page has drawn anything. In the page's own words. */
const HAS_BEGUN = `document.getElementById('page')?.hasChildNodes() ?? false`
const MAX_LOADS = 5
const PAUSE_MS = 100

/** Chromium gives up what it loads when an address of the machine comes or goes, which other tests cause. */
const isGivenUp = (words: string): boolean => words.includes('ERR_NETWORK_CHANGED')

const loadingAgain = (page: Page): Page => {
  page.setDefaultTimeout(EVENTUALLY_MS)
  watchPage(page)
  const [load, reload] = [page.goto.bind(page), page.reload.bind(page)]
  let isPartGivenUp = false
  let loading = 0
  const isOfPage = (request: Request) => request.isNavigationRequest() && request.frame() === page.mainFrame()
  page.on('request', (request) => {
    if (isOfPage(request)) isPartGivenUp = false
  })
  page.on('requestfailed', (request) => {
    // The page mends its styles before it begins.
    const isPart = request.resourceType() === 'script'
    isPartGivenUp ||= (isPart || isOfPage(request)) && isGivenUp(request.failure()?.errorText ?? '')
  })
  // What has begun asks for parts again by itself, and what it was told in its first address would be lost.
  const isGivenUpWhole = async () =>
    isPartGivenUp && !(await page.evaluate<boolean>(HAS_BEGUN).catch(() => false))
  // A page that loads itself again is given up like any other. Without its document, the browser shows a page of its own.
  page.on('domcontentloaded', async () => {
    if (loading === 0 && (await isGivenUpWhole())) page.reload().catch(() => undefined)
  })
  const whole = async (first: () => Promise<Response | null>): Promise<Response | null> => {
    loading += 1
    try {
      return await loadWhole(first)
    } finally {
      loading -= 1
    }
  }
  const loadWhole = async (first: () => Promise<Response | null>): Promise<Response | null> => {
    let next = first
    for (let loads = 1; ; loads++) {
      try {
        const answer = await next()
        // Without an answer, only the address was changed.
        if (answer === null || loads === MAX_LOADS || !(await isGivenUpWhole())) return answer
        next = reload
      } catch (error) {
        const words = String(error)
        // A page whose document was given up is another one for a moment, which cannot be loaded again, or is just becoming it. One without its
        // scripts may be loading itself again just now.
        const isPassing = isGivenUp(words) || /Not attached|chrome-error:|ERR_ABORTED/.test(words)
        if (loads === MAX_LOADS || !isPassing) throw error
        await sleep(PAUSE_MS)
      }
    }
  }
  page.goto = (...args) => whole(() => load(...args))
  page.reload = (...args) => whole(() => reload(...args))
  return page
}

/**
 * Notes from now on whether the stream of a page is lost, however soon it is live again: an app that is started again is back soon.
 *
 * @returns waits until it was lost
 */
export const watchStream = async (page: Page): Promise<() => Promise<unknown>> => {
  await page.evaluate(`{
    window.wasStreamLost = false
    new MutationObserver((_, observer) => {
      if (document.querySelector('[data-testid=stream][data-state=live]')) return
      window.wasStreamLost = true
      observer.disconnect()
    }).observe(document.body, { subtree: true, childList: true, attributeFilter: ['data-state'] })
  }`)
  return () => eventually('the stream to be lost', () => page.evaluate<boolean>('window.wasStreamLost'))
}

/** What the browser complains of, and where; nothing when it is that an address of the machine came or went, see {@link loadingAgain}. */
export const complaintsIn = (message: ConsoleMessage): readonly string[] =>
  ['error', 'warning'].includes(message.type()) && !isGivenUp(message.text())
    ? [`${message.text()} (${message.location().url})`]
    : []

/**
 * Options of pages whose motion is not what is tested: nothing is animated, which halves what an open map costs.
 *
 * @example
 * const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
 */
export const calm = { reducedMotion: 'reduce' } as const
