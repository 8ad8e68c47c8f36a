import type { Page, Request } from 'playwright-core'
import { eventually } from '../eventually.ts'

/**
 * Presses what uses a control at once, without a question, and presses it again when the browser has given up that request: it does so when an
 * address of the machine comes or goes, which other tests cause, and the page rightly asks for nothing again that changes something.
 *
 * @param what what is waited for
 * @param isDone whether what was pressed has happened
 */
export const pressUntil = async (
  page: Page,
  what: string,
  press: () => Promise<unknown>,
  isDone: () => Promise<boolean>,
): Promise<void> => {
  let isToPress = true
  const note = (request: Request) => {
    const isControl = request.method() === 'POST' && new URL(request.url()).pathname.includes('/api/control/')
    isToPress ||= isControl && (request.failure()?.errorText ?? '').includes('ERR_NETWORK_CHANGED')
  }
  page.on('requestfailed', note)
  try {
    await eventually(what, async () => {
      if (isToPress) {
        isToPress = false
        await press()
      }
      return isDone()
    })
  } finally {
    page.off('requestfailed', note)
  }
}
