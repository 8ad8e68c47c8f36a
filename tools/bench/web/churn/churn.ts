import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../../../../test/support/machine/browser.ts'
import { startDemo } from '../../../../test/support/scope/running-demo.ts'
import { takeCensus } from './census.ts'
import { type Heaps, watchHeaps } from './heaps.ts'
import { growthLines, lineOf, type Sample } from './results.ts'

/** How long and how fast a world changes under a page. */
export interface ChurnOptions {
  readonly minutes: number
  readonly containers: number
  /** Starts and restarts of containers a minute. */
  readonly starts: number
  /** Addresses (what follows `#`) that one page is shown in turns; another stays at the first. */
  readonly addresses: readonly string[]
}

/** What a page is shown in turns when nothing else is said. */
export const churnAddresses: readonly string[] = [
  '/containers?group=',
  '/containers',
  '/processes',
  '/containers?show=table',
  '/hosts?show=resources',
  '/containers?layout=layered',
  '/processes?show=matrix',
  '/hosts',
]

const VIEWPORT = { width: 1280, height: 800 }
const SHOWN_MS = 1500
const CARD_MS = 600
const MAP = '[data-testid=map][data-settled=true]'
/** Of fewer there is no trend. */
const LEAST_SAMPLES = 8

/**
 * Two pages stay open while containers come and go: one is shown all addresses in turns, and the card of a node at each; the other stays
 * where it is. Of both and their workers is measured what they hold after a collection, each time that the first is back where it began.
 *
 * @param tell hears each line of the results
 * @returns whether anything grows
 */
export const churn = async (
  { minutes, containers, starts, addresses }: ChurnOptions,
  tell: (line: string) => void,
): Promise<boolean> => {
  const [first = ''] = addresses
  const demo = await startDemo(['--hosts=3', `--containers=${containers}`, `--churn=${starts}`])
  const browser = await openBrowser()
  const censuses = ['containers', 'processes'].map((view) => takeCensus(demo.url, view))
  const sum = (of: (census: (typeof censuses)[number]) => number) =>
    censuses.reduce((total, census) => total + of(census), 0)
  try {
    const startMs = performance.now()
    const sampleOf = async ({ name, heaps, samples }: Watched): Promise<void> => {
      const sample: Sample = {
        atMinutes: (performance.now() - startMs) / 60_000,
        held: await heaps.measure(),
        size: sum(({ nodes, edges }) => nodes + edges),
        nodeChanges: sum(({ nodeChanges }) => nodeChanges),
        edgeChanges: sum(({ edgeChanges }) => edgeChanges),
      }
      samples.push(sample)
      tell(`${name}: ${lineOf(sample)}`)
    }
    const touring = await open(browser, `${demo.url}/#${first}`, 'touring')
    const staying = await open(browser, `${demo.url}/#${first}`, 'staying')
    while (performance.now() < startMs + 60_000 * minutes || touring.samples.length < LEAST_SAMPLES) {
      for (const address of addresses) await show(touring.page, address)
      await show(touring.page, first)
      await sampleOf(touring)
      await sampleOf(staying)
    }
    const results = [touring, staying].map(({ name, samples }) => ({ name, ...growthLines(samples) }))
    for (const { name, lines } of results) for (const line of [`the ${name} page`, ...lines]) tell(line)
    return results.some(({ grows }) => grows)
  } finally {
    for (const census of censuses) census.close()
    await browser.close()
    await demo.stop()
  }
}

interface Watched {
  readonly name: string
  readonly page: Page
  readonly heaps: Heaps
  readonly samples: Sample[]
}

const open = async (browser: Browser, url: string, name: string): Promise<Watched> => {
  const page = await browser.newPage({ viewport: VIEWPORT })
  const heaps = await watchHeaps(await page.context().newCDPSession(page))
  await page.goto(url)
  await page.locator(MAP).waitFor()
  return { name, page, heaps, samples: [] }
}

/** Goes to an address, and opens and closes the card of a node there, by keys. */
const show = async (page: Page, address: string): Promise<void> => {
  await page.evaluate(`location.hash = ${JSON.stringify(address)}`)
  await sleep(SHOWN_MS)
  for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key)
  await sleep(CARD_MS)
  for (const key of ['Escape', 'Escape']) await page.keyboard.press(key)
}
