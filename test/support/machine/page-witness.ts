import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'

/** So many of the last events of a page are told. */
const MOST_EVENTS = 40
/** So much of what can be read on a page is told, in characters. */
const MOST_TEXT = 2000
/** A page that does not answer within that does not answer at all. */
const ANSWER_MS = 5000

/** What can be seen of a page. In the page's own words. */
const LOOK = `JSON.stringify({
  focus: document.activeElement?.dataset.testid ?? document.activeElement?.nodeName,
  dialogs: [...document.querySelectorAll('dialog[open]')].map((one) => one.dataset.testid),
  states: [...document.querySelectorAll('[data-testid][data-state], [data-testid][data-settled]')]
    .map(({ dataset: { testid, state, settled } }) => testid + ' ' + (state ?? 'settled ' + settled)),
  camera: { ...document.querySelector('[data-testid=map-canvas]')?.dataset },
  text: document.body.innerText.replace(/\\s+/g, ' ').slice(0, ${MOST_TEXT}),
})`

const eventsOf = new Map<Page, string[]>()

/** Notes from now on what a page goes through, until it is closed. */
export const watchPage = (page: Page): void => {
  const events: string[] = []
  const note = (event: string) => {
    events.push(`${new Date().toISOString().slice(11, 23)} ${event}`)
    if (events.length > MOST_EVENTS) events.shift()
  }
  page.on('console', (message) => note(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => note(`error: ${error}`))
  page.on('crash', () => note('it crashed'))
  page.on('framenavigated', (frame) => note(`navigated to ${frame.url()}`))
  page.on('requestfailed', (request) => note(`not loaded: ${request.url()} ${request.failure()?.errorText}`))
  page.on('response', (response) => {
    if (!response.ok()) note(`answered ${response.status()}: ${response.url()}`)
  })
  eventsOf.set(page, events)
  page.on('close', () => eventsOf.delete(page))
}

/** Tells of the pages that are open what they show, and what they went through, for whoever wants to know why a test has failed. */
export const tellOfPages = async (): Promise<string> => {
  const all = [...eventsOf].map(async ([page, events]) => {
    const silence = sleep(ANSWER_MS, 'it does not answer', { ref: false })
    const look = page.evaluate<string>(LOOK).catch((error: unknown) => String(error))
    return [`page ${page.url()}`, await Promise.race([look, silence]), ...events].join('\n  ')
  })
  return (await Promise.all(all)).join('\n')
}
