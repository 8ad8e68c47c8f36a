import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

/** A container comes or goes every second or so; its probe tells so within a few. */
const WAIT_MS = 3 * EVENTUALLY_MS

vi.setConfig({ testTimeout: 3 * WAIT_MS })

/** What can be pressed or read in the foot, from left to right: its name, and from where to where it is. In the page's own words. */
const FOOT = `[...document.querySelectorAll('.footer-demo, .footer-counts, .footer button, [data-testid=paused], [data-testid=stream]')]
  .filter((one) => one.clientWidth > 1)
  .map((one) => [one.getAttribute('aria-label') ?? one.textContent, one.getBoundingClientRect()])
  .map(([name, { left, right }]) => [name, Math.round(left), Math.round(right)])
  .filter(([, left, right]) => right > left)`

describeWith(['browser'], 'a map that stands still', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    demo = await startDemo(['--churn=60'])
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(`${demo.url}/#/containers`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const paused = () => page.getByTestId('paused').textContent()
  /** Waits until something has come or gone, and has not gone or come again. */
  const missed = () =>
    eventually(
      'what was missed',
      async () => {
        const words = (await paused()) ?? ''
        return /new|gone/.test(words) && words
      },
      WAIT_MS,
    )
  /** Notes what is said first, which may be followed by what is missed at once. */
  const NOTE_FIRST = `{
    const paused = document.querySelector('[data-testid=paused]')
    new MutationObserver((_, observer) => {
      window.saidFirst = paused.textContent
      observer.disconnect()
    }).observe(paused, { subtree: true, childList: true, characterData: true })
  }`
  /** Of many processes there are groups, each of which is named after its container. */
  const ofContainers = () =>
    page.locator('[data-testid=node][data-id$="<container>"]:not([data-id^="group:"])')
  const ids = () =>
    page.getByTestId('node').evaluateAll((nodes) => nodes.map((one) => one.getAttribute('data-label')).sort())
  /** The nodes, once those that were there when the map was stopped have their places. */
  const standing = async () => {
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
    let held = await ids()
    await eventually(
      'the same nodes for a second',
      async () => {
        const before = held
        await sleep(1000)
        held = await ids()
        return held.join() === before.join()
      },
      WAIT_MS,
    )
    return held
  }

  it('counts what has changed since, and goes on with it', async () => {
    await page.evaluate(NOTE_FIRST)
    await page.keyboard.press('Space')
    await expect.poll(() => page.evaluate('window.saidFirst')).toBe('paused just now')
    const held = await standing()
    expect(await missed()).toMatch(
      /^paused (just now|\d+ (s|min) ago) · (\d+ (new|gone|failing since)(, )?)+$/,
    )
    expect(await ids()).toEqual(held)
    await page.getByTestId('pause').press('Space')
    expect(await paused()).toBe('')
    await eventually('the changes', async () => (await ids()).join() !== held.join(), WAIT_MS)
  })

  it('shows another view as it is when that is opened, and stands still again', async () => {
    await page.getByTestId('pause').click()
    await missed()
    await page.goto(`${demo.url}/#/processes`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
    await eventually(
      'the processes',
      async () => (await ids()).length > 0 && (await ofContainers().count()) === 0,
      WAIT_MS,
    )
    expect(await paused()).toMatch(/^paused/)
    const held = await standing()
    await missed()
    expect(await ids()).toEqual(held)
  })

  it.each([320, 390, 481, 560, 640, 700, 761, 921, 1101])(
    'is told of in a foot with room for all of it: %i pixels',
    async (width) => {
      const narrow = await browser.newPage({ ...calm, viewport: { width, height: 700 } })
      try {
        await narrow.goto(`${demo.url}/#/containers?group=`)
        await narrow.locator('[data-testid=map][data-settled=true]').waitFor()
        await narrow.getByTestId('pause').click()
        await narrow.getByTestId('paused').getByText('paused').waitFor({ state: 'attached' })
        const buttons = await narrow.evaluate<[name: string, left: number, right: number][]>(FOOT)
        expect(buttons.map(([name]) => name)).toContain('Keys and gestures')
        let before = 0
        for (const [name, left, right] of buttons) {
          expect(left, name).toBeGreaterThanOrEqual(before)
          before = right
        }
        expect(before).toBeLessThanOrEqual(width)
      } finally {
        await narrow.close()
      }
    },
  )
})
