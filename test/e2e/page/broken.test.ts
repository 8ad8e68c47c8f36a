import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS } from '../../support/eventually.ts'
import { calm, openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS

/** A browser that lacks something, until a key in its storage says that it does not. */
const LACKS = `if (!sessionStorage.getItem('lacks nothing')) {
  const real = matchMedia
  window.matchMedia = (query) => {
    if (query.includes('contrast')) throw new Error('no contrast here')
    return real.call(window, query)
  }
}`

/** How the button looks. */
const LOOK = `(() => {
  const button = document.querySelector('[data-testid=broken] button')
  const { borderTopStyle, borderTopWidth, cursor } = getComputedStyle(button)
  return { border: borderTopStyle + ' ' + borderTopWidth, cursor, height: button.clientHeight }
})()`

describeWith(['browser'], 'a page that cannot be shown', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    demo = await startDemo()
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 390, height: 844 } })
    await page.addInitScript(LACKS)
    await page.goto(demo.url)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('tells what failed and what to do', async () => {
    const broken = page.getByRole('alert').filter({ hasText: 'This page has failed' })
    await broken.waitFor({ timeout: WAIT_MS })
    expect(await broken.textContent()).toContain('no contrast here. What runs on the machines goes on.')
  })

  it('has a button that looks like one, can be reached by the keyboard and loads the page again', async () => {
    await page.getByRole('button', { name: 'Load again' }).waitFor()
    const look = await page.evaluate<{ height: number }>(LOOK)
    expect(look).toMatchObject({ border: 'solid 1px', cursor: 'pointer' })
    expect(look.height).toBeGreaterThanOrEqual(24)
    await page.evaluate("sessionStorage.setItem('lacks nothing', 'yes')")
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByTestId('map').waitFor({ timeout: WAIT_MS })
    expect(await page.getByTestId('broken').count()).toBe(0)
  })
})
