import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS

describeWith(['browser'], 'the networks of containers on the map', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  /** Notes what the map is told to highlight. */
  const noteHighlighted = `{
    const post = Worker.prototype.postMessage
    Worker.prototype.postMessage = function (message, ...more) {
      if (message?.kind === 'highlight') window.highlighted = [...(message.found?.nodes ?? [])].sort().join()
      return post.call(this, message, ...more)
    }
  }`

  const address = () => decodeURIComponent(page.url())
  const choice = () => page.getByRole('button', { name: 'Networks', exact: true })
  const listed = () =>
    page.getByTestId('network').evaluateAll((all) => all.map((one) => one.getAttribute('data-network')))
  const settled = () => page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  const toldOf = (label: string) =>
    page.locator(`[data-testid=node][data-label="${label}"]`).textContent({ timeout: WAIT_MS })

  beforeAll(async () => {
    demo = await startDemo(['--churn=0', '--seed=a'])
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.addInitScript(noteHighlighted)
    await page.goto(`${demo.url}/#/containers?group=stack`)
    await settled()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('are listed when they are asked for, those within groups, too, and told to screen readers', async () => {
    await choice().click({ timeout: WAIT_MS })
    const all = await eventually('all networks', async () => {
      const now = await listed()
      return now.includes('data_default') && now
    })
    expect(all).toEqual([...all].sort())
    await eventually('what a group is in', async () =>
      /in backbone and data_default/.test((await toldOf('data')) ?? ''),
    )
    expect(address()).toContain('networks=show')
  })

  it('are pinned with the keyboard alone, in the address, and a link shows the same', async () => {
    await choice().focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await eventually('the address', () => address().includes('network=backbone'))
    await page.reload()
    await settled()
    const pinned = page.locator('[data-testid=network][aria-pressed=true]')
    expect(await pinned.getAttribute('data-network', { timeout: WAIT_MS })).toBe('backbone')
    await pinned.focus()
    await page.keyboard.press('Escape')
    await eventually('no list', async () => (await listed()).length === 0)
  })

  it('are pointed at no longer when the list is closed over what pointed at one', async () => {
    const highlighted = () => page.evaluate<string>('window.highlighted')
    const pinned = await highlighted()
    const item = page.locator('[data-testid=network][data-network=data_default]')
    const points = {
      'the pointer': () => item.hover(),
      'the keyboard': () => item.focus(),
    }
    for (const [by, point] of Object.entries(points)) {
      await page.getByRole('button', { name: /^List of \d+ networks$/ }).press('Enter')
      await point()
      await eventually(`its members, by ${by}`, async () => (await highlighted()) !== pinned)
      await page.keyboard.press('Escape')
      await eventually('no list', async () => (await listed()).length === 0)
      await eventually(`the pinned one, after ${by}`, async () => (await highlighted()) === pinned)
    }
    await page.mouse.move(600, 10)
  })

  it('are not offered where there are none, and offered again where there are', async () => {
    await page.keyboard.press('n')
    await eventually('the address', () => !address().includes('networks=show'))
    await page.goto(`${demo.url}/#/hosts`)
    await eventually('no choice', async () => (await choice().count()) === 0)
    await page.goto(`${demo.url}/#/containers?group=`)
    await choice().waitFor({ timeout: WAIT_MS })
    expect(complaints).toEqual([])
  })
})
