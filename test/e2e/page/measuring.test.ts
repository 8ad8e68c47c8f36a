import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { calm, openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS

/** Counts how often an element is laid out to be measured, which is what costs. */
const COUNT_MEASURES = `{
  window.measures = 0
  const { get } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'offsetWidth')
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, get() { window.measures++; return get.call(this) } })
}`

/** Lines of some 240 cells, all of them alike: a letter with marks, and then marks alone. */
const LINES = 40
const MARKS = 4000
const FLOOD = `m=$(printf '\\314\\201%.0s' $(seq ${MARKS})); for i in $(seq ${LINES}); do echo "e$m"; done; echo all $((40+2))`

describeWith(['root', 'browser'], 'a terminal whose output is nothing but combining marks', () => {
  let scope: RunningScope
  let browser: Browser

  beforeAll(async () => {
    scope = await startScope(['--probe.controls=host', '--probe.docker=false'])
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('measures each text once, and not each cell again for each frame', async () => {
    const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(WAIT_MS)
    const hostId = await eventually('the host', async () => {
      const { nodes } = await scope.view('hosts', '?unconnected=show')
      return Object.keys(nodes).find((id) => id.endsWith(';<host>'))
    })
    const [link] = /#code=[\w-]+/.exec((await scope.scope('token', '--link')).stdout) ?? []
    await page.goto(`${scope.url}/${link}`)
    await page.getByTestId('account').filter({ hasText: 'owner' }).waitFor()
    await page.goto(`${scope.url}/#/hosts/${encodeURIComponent(hostId)}`)
    await page.getByTestId('controls').getByText('Exec shell', { exact: true }).click()
    const text = async () =>
      (await page.locator('.terminal-view .xterm-rows > div').allTextContents()).join('\n')
    const shows = (what: RegExp) => eventually(`${what}`, async () => what.test(await text()), WAIT_MS)
    await shows(/[#$]\s*$/)
    const keys = page.locator('.terminal-view:visible .xterm-helper-textarea')
    await keys.and(page.locator(':focus')).waitFor({ state: 'attached' })
    await page.keyboard.type('exec sh\r')
    await page.evaluate(COUNT_MEASURES)
    await page.keyboard.type(`${FLOOD}\r`)
    await shows(/all 42/)
    // Some thousand cells of marks were shown, of a few different texts.
    expect(await page.evaluate('window.measures')).toBeLessThan(1000)
    await page.close()
  })
})
