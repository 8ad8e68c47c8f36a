import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'
import { shop } from '../../../topology/query/shop.ts'

const WAIT_MS = EVENTUALLY_MS

describeWith(['browser'], 'the search box', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const live = () => page.locator('[data-testid=stream][data-state=live]')
  const box = () => page.getByTestId('search')
  const shown = async () =>
    (
      await page
        .getByTestId('node')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-label')))
    ).sort()
  const says = (locator: Locator, text: string | RegExp) =>
    eventually(
      String(text),
      async () => {
        const said = (await locator.first().textContent()) ?? ''
        return typeof text === 'string' ? said === text : text.test(said)
      },
      WAIT_MS,
    )
  /** Waits until the map has these nodes and no other. */
  const shows = (...labels: readonly string[]) =>
    eventually(
      labels.join(', '),
      async () => {
        const now = await shown()
        if (now.join() === labels.join()) return true
        throw new Error(`the map shows ${now.join(', ')}, not ${labels.join(', ')}`)
      },
      WAIT_MS,
    )
  const type = async (text: string) => {
    await page.keyboard.press('/')
    await box().fill('')
    await page.keyboard.type(text)
  }

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    const probe = await connectTestProbe(scope)
    expect((await probe.post(shop())).status).toBe(200)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${scope.url}/#/containers?stopped=both`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('counts what is found on the map, in the views, and opens it', async () => {
    await type('cart')
    await says(page.getByTestId('search-count'), '2 of 8')
    await says(page.locator('[data-testid=search-view][data-view=containers]'), /Containers\s+2/)
    await says(page.locator('[data-testid=tab][data-view=hosts]'), /Hosts\s*0/)
    await page.keyboard.press('ArrowDown')
    const chosen = page.locator('[role=option][aria-selected=true]')
    expect(await box().getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'))
    expect(await chosen.textContent()).toContain('cart')
    await page.keyboard.press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    await page
      .getByTestId('card-title')
      .filter({ hasText: /^cart$/ })
      .waitFor({ timeout: WAIT_MS })
    expect(await page.getByTestId('search-option').count()).toBe(0)
  })

  it('shows a chosen node that was too far from the one whose neighbours are shown, and leaves these for one of them', async () => {
    const all = await shown()
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('1')
    await eventually('fewer', async () => (await shown()).length < all.length, WAIT_MS)
    const near = await shown()
    expect(near).toContain('web')
    expect(near).not.toContain('watchdog')
    const choose = async (label: string) => {
      await type(`name:${label}`)
      const found = page.getByRole('group', { name: 'Containers', exact: true }).getByTestId('search-option')
      await says(found, new RegExp(`^${label}`))
      await found.first().click()
      await says(page.getByTestId('card-title'), label)
    }
    await choose('web')
    expect(page.url()).toContain('near=')
    await shows(...near)
    await choose('watchdog')
    await shows(...all)
    expect(page.url()).not.toContain('near=')
  })

  it('completes fields and values', async () => {
    await type('im')
    // Without a completion, Tab leaves the box.
    await says(page.getByTestId('search-option'), /^image:/)
    await page.keyboard.press('Tab')
    expect(await box().inputValue()).toBe('image:')
    await page.keyboard.type('ngi')
    await says(page.getByTestId('search-option'), /^nginx/)
    await page.keyboard.press('Tab')
    expect(await box().inputValue()).toBe('image:nginx ')
    await says(page.getByTestId('search-count'), '1 of 8')
  })

  it('says where a text is no query, and does not filter by it', async () => {
    await type('cpu>high web')
    await says(page.getByTestId('search-error'), /At character 5: expected a share such as 2 or 2%/)
    await page.keyboard.press('Enter')
    expect(await page.getByTestId('filter').count()).toBe(0)
    expect(await shown()).toHaveLength(8)
  })

  it('makes a query the filter of the map, and narrows it', async () => {
    await type('from:cart')
    await page.keyboard.press('Enter')
    await says(page.getByTestId('filter-count'), '5 of 8 shown')
    await says(page.getByTestId('left-out'), /uncontained hidden show/)
    await page.getByTestId('left-out').getByRole('button').click()
    await page.getByTestId('left-out').waitFor({ state: 'detached', timeout: WAIT_MS })
    await expect.poll(() => page.url()).toContain('pseudo=show')
    // Browsers complain of a socket that is closed before it is open.
    await live().waitFor({ timeout: WAIT_MS })
    await page.goBack()
    await page.getByTestId('left-out').waitFor({ timeout: WAIT_MS })
    await live().waitFor({ timeout: WAIT_MS })
    await shows('10.9.8.7', 'The Internet', 'cache', 'cart', 'shop-db')
    await expect.poll(() => new URLSearchParams(page.url().split('?')[1]).get('q')).toBe('from:cart')
    expect(await box().inputValue()).toBe('')
    await type('external:false')
    await page.keyboard.press('Enter')
    await says(page.getByTestId('filter-count'), '3 of 8 shown')
    await shows('cache', 'cart', 'shop-db')
    expect(await page.getByTestId('filter-chip').allTextContents()).toEqual(['from:cart', 'external:false'])
  })

  it('keeps the filter in the address, and takes it off part by part', async () => {
    await page.reload()
    await says(page.getByTestId('filter-count'), '3 of 8 shown')
    await page.getByTestId('filter-chip').first().getByRole('button').click()
    await says(page.getByTestId('filter-count'), '4 of 8 shown')
    await page.getByTestId('filter-chip').first().getByRole('button').click()
    await eventually('everything', async () => (await shown()).length === 8, WAIT_MS)
    expect(await page.getByTestId('filter').count()).toBe(0)
  })

  it('takes the last part of the filter off by Backspace in the empty box, one for each press', async () => {
    const chips = () => page.getByTestId('filter-chip').allTextContents()
    await page.goto(`${scope.url}/#/containers?stopped=both&q=from:cart%20external:false`)
    await says(page.getByTestId('filter-count'), '3 of 8 shown')
    await type('c')
    // A key that is held empties the box, and goes no further.
    await page.keyboard.down('Backspace')
    await page.keyboard.down('Backspace')
    await page.keyboard.down('Backspace')
    await page.keyboard.up('Backspace')
    expect([await box().inputValue(), await chips()]).toEqual(['', ['from:cart', 'external:false']])
    // What is gone to in the list is not to be lost.
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Escape')
    expect(await chips()).toEqual(['from:cart', 'external:false'])
    await page.keyboard.press('Backspace')
    await says(page.getByTestId('filter-count'), '5 of 8 shown')
    expect(await chips()).toEqual(['from:cart'])
    const removed = page.getByTestId('search-removed')
    expect(await removed.textContent()).toBe('Removed the filter external:false, 1 left.')
    await page.keyboard.press('Backspace')
    await eventually('everything', async () => (await shown()).length === 8, WAIT_MS)
    expect(await removed.textContent()).toBe('Removed the filter from:cart, none is left.')
    await page.keyboard.press('Backspace')
    expect(await page.getByTestId('filter').count()).toBe(0)
    await page.keyboard.press('Escape')
    expect(await removed.textContent()).toBe('')
  })

  it('filters by what is typed before the part that finds has come, and finds it then', async () => {
    const early = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    onTestFinished(() => early.close())
    early.setDefaultTimeout(WAIT_MS)
    const { promise: isLetThrough, resolve: letThrough } = Promise.withResolvers<void>()
    await early.route('**/assets/finder-*.js', async (route) => {
      await isLetThrough
      await route.continue()
    })
    await early.goto(`${scope.url}/#/containers?stopped=both`)
    await early.locator('[data-testid=map][data-settled=true]').waitFor()
    await early.keyboard.press('/')
    await early.keyboard.type('cart')
    await early.keyboard.press('Enter')
    await early.getByTestId('filter-chip').filter({ hasText: 'cart' }).waitFor()
    await early.keyboard.type('name:cart')
    await early.getByTestId('search-option').first().waitFor()
    expect(await early.getByTestId('search-count').textContent()).toBe('')
    letThrough()
    await says(early.getByTestId('search-count'), '1 of 2')
  })

  it('says so when nothing matches, and when the address has no query', async () => {
    await page.goto(`${scope.url}/#/containers?q=nobody`)
    await says(page.getByTestId('empty'), /Nothing matches.*nobody hides 7 nodes/)
    await page.goto(`${scope.url}/#/containers?q=(broken`)
    await says(
      page.getByTestId('filter-count'),
      /Everything is shown: at character 8: expected a closing parenthesis/,
    )
    await eventually('everything', async () => (await shown()).length === 7, WAIT_MS)
  })

  it('closes the list with Escape, then empties the box', async () => {
    await type('web')
    await page.getByTestId('search-option').first().waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('search-option').count()).toBe(0)
    expect(await box().inputValue()).toBe('web')
    await page.keyboard.press('Escape')
    expect(await box().inputValue()).toBe('')
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
