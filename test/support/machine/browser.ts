import { type Browser, chromium } from 'playwright-core'
import { browserPath } from './requirements.ts'

/** Starts the machine's Chromium without its background activity. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
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

/**
 * Options of pages whose motion is not what is tested: nothing is animated, which halves what an open map costs.
 *
 * @example
 * const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
 */
export const calm = { reducedMotion: 'reduce' } as const
