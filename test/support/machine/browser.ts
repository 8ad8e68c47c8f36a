import { type Browser, type ConsoleMessage, chromium, type Page } from 'playwright-core'
import { browserPath } from './requirements.ts'

/** Starts the machine's Chromium without its background activity. Its pages load although networks come and go meanwhile. */
export const openBrowser = async (): Promise<Browser> => {
  const browser = await chromium.launch({
    executablePath: browserPath() ?? 'chromium',
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
  browser.newContext = async (options) => (await newContext(options)).on('page', loadingAgain)
  return browser
}

const MAX_LOADS = 5

/** Chromium gives up what it loads when an address of the machine comes or goes, which other tests cause. */
const loadingAgain = (page: Page): Page => {
  const load = page.goto.bind(page)
  page.goto = async (...args) => {
    for (let loads = 1; ; loads++) {
      try {
        return await load(...args)
      } catch (error) {
        if (loads === MAX_LOADS || !String(error).includes('ERR_NETWORK_CHANGED')) throw error
      }
    }
  }
  return page
}

/** Whether the browser complains, of something else than that an address of the machine came or went, see {@link loadingAgain}. */
export const isComplaint = (message: ConsoleMessage): boolean =>
  ['error', 'warning'].includes(message.type()) && !message.text().includes('ERR_NETWORK_CHANGED')

/**
 * Options of pages whose motion is not what is tested: nothing is animated, which halves what an open map costs.
 *
 * @example
 * const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
 */
export const calm = { reducedMotion: 'reduce' } as const
