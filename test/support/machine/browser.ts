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
