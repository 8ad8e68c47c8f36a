import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

/** How far the row is moved to the left, in pixels: the first tab is no longer in sight then. */
const SWIPED = 100

describeWith(['browser'], 'the row of tabs on a phone, which has no room for all', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    demo = await startDemo(['--churn=0'])
    browser = await openBrowser()
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    page = await browser.newPage({ ...calm, ...phone })
    await page.goto(`${demo.url}/#/processes`)
    await page.locator('[data-view=processes][aria-current]').waitFor()
    await settled()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const settled = () =>
    page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
  const row = () => page.locator('.header-views')
  const place = () => row().evaluate(({ scrollLeft }) => scrollLeft)
  const swipe = () =>
    eventually('a row that can be scrolled so far', async () => {
      await row().evaluate((element, left) => {
        element.scrollLeft = left
      }, SWIPED)
      return (await place()) === SWIPED
    })
  /** What is to be scrolled by what has happened so far is scrolled. */
  const drawn = () =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const answer = () => page.waitForResponse((one) => new URL(one.url()).pathname === '/api/topology')
  const isInSight = async (id: string) => {
    const [bar, tab] = [await row().boundingBox(), await page.locator(`.tab[data-view=${id}]`).boundingBox()]
    if (!bar || !tab) return false
    return tab.x >= bar.x - 1 && tab.x + tab.width <= bar.x + bar.width + 1
  }

  it('stays where somebody has moved it while the numbers of nodes go on', async () => {
    await swipe()
    for (let answers = 0; answers < 2; answers++) await answer()
    await drawn()
    expect(await place()).toBe(SWIPED)
  })

  it('stays there while the part of the map that the address tells changes', async () => {
    await swipe()
    await page.getByTestId('map-canvas').press('+')
    await expect.poll(() => page.url()).toContain('at=')
    await drawn()
    expect(await place()).toBe(SWIPED)
  })

  it('shows the tab of the view that is opened', async () => {
    await swipe()
    expect(await isInSight('processes')).toBe(false)
    await page.goto(`${demo.url}/#/hosts`)
    await eventually('the tab of hosts', () => isInSight('hosts'))
    await page.goto(`${demo.url}/#/processes`)
    await eventually('the tab of processes', () => isInSight('processes'))
    const last = (await page.getByTestId('tab').last().getAttribute('data-view')) ?? ''
    expect(await isInSight(last)).toBe(false)
    await page.getByTestId('tab').last().tap()
    await expect.poll(() => page.url()).toContain(`#/${last}`)
    await eventually('the tab that was chosen', () => isInSight(last))
  })
})
