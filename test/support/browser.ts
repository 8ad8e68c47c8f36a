import { type Browser, chromium } from 'playwright-core'
import { browserPath } from './requirements.ts'

/** Chromium of this machine, without the things it does on its own. */
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
