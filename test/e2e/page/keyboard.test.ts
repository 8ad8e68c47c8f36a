import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../support/machine/browser.ts'
import { keyboardOf } from '../../support/machine/keyboard.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { shop } from '../../topology/query/shop.ts'

/** Fields within a box that shows their focus. */
const BOXED = ['search', 'palette-input']

describeWith(['browser'], 'the page by keyboard alone', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const { press, focus, isAt, tabTo, find } = keyboardOf(() => page)

  const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, EVENTUALLY_MS)
  const cardTitle = async () => (await page.getByTestId('card-title').textContent()) ?? ''
  const title = (text: string) => until(`the card of ${text}`, async () => (await cardTitle()) === text)
  const nodes = async () =>
    (
      await page.getByTestId('node').evaluateAll((all) => all.map((one) => one.getAttribute('data-label')))
    ).sort()
  const shows = (labels: readonly (string | null)[]) =>
    until(labels.join(), async () => (await nodes()).join() === labels.join())

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    const probe = await connectTestProbe(scope)
    expect((await probe.post(shop())).status).toBe(200)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(EVENTUALLY_MS)
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${scope.url}/#/containers?stopped=both&pseudo=show`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await press('Tab')
  })
  afterEach(async () => {
    const { id, outline } = await focus()
    expect(id).not.toBe('BODY')
    if (!BOXED.includes(id)) expect(`${id}: ${outline}`).toBe(`${id}: solid`)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('begins at the map', async () => {
    expect((await focus()).id).toBe('map-canvas')
  })

  it('takes what is typed for the palette while that is still loaded', async () => {
    const code = /palette.*\.js/
    let isAsked = false
    await page.route(code, async (route) => {
      isAsked = true
      await sleep(1000)
      await route.continue()
    })
    await press('Control+k')
    await page.keyboard.type('ring t')
    await isAt('palette-input')
    expect(isAsked).toBe(true)
    expect(await page.getByTestId('palette-input').inputValue()).toBe('ring t')
    expect(page.url()).not.toContain('show=')
    await page.unroute(code)
    await press('Escape')
    await isAt('map-canvas')
  })

  it('finds a node in the palette and opens its card', async () => {
    await find('cart', 'cart')
    const chosen = page.locator('[role=option][aria-selected=true]')
    expect(await page.getByTestId('palette-input').getAttribute('aria-activedescendant')).toBe(
      await chosen.getAttribute('id'),
    )
    await press('Enter')
    await title('cart')
    await isAt('map-canvas')
  })

  it('follows an edge to a server, to another one beside it, and back', async () => {
    const servers = ['10.9.8.7', 'The Internet', 'cache', 'shop-db']
    await press('ArrowRight')
    await until('a server', async () => servers.includes(await cardTitle()))
    const first = await cardTitle()
    await press('ArrowDown')
    await until('another server', async () => {
      const now = await cardTitle()
      return now !== first && servers.includes(now)
    })
    await press('ArrowLeft')
    await title('cart')
  })

  it('scrolls the card', async () => {
    // What the app tells of the node comes after the card, which is longer then.
    await page.getByTestId('row-edge').first().waitFor()
    await page.setViewportSize({ width: 1280, height: 400 })
    await tabTo('card-body')
    await press('End')
    await until('its end', () =>
      page
        .getByTestId('card-body')
        .evaluate((body) => body.scrollTop > 0 && body.scrollTop + body.clientHeight > body.scrollHeight - 2),
    )
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('reads the card, and a connection of it on top, and returns to where it was', async () => {
    await tabTo('row-edge')
    await press('Enter')
    await page.getByTestId('edge-card').waitFor()
    await isAt('edge-card')
    await press('Escape')
    await title('cart')
    await isAt('card')
    await press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached' })
    await isAt('map-canvas')
  })

  it('reads a card on top also when its code comes late', async () => {
    const other = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    let letGo = () => {}
    const isLetGo = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await other.route(/edge-card.*\.js/, async (route) => {
      await isLetGo
      await route.continue()
    })
    const hasFocus = (id: string) => other.locator(`[data-testid=${id}]:focus`).waitFor()
    await other.goto(page.url())
    await other.locator('[data-testid=map][data-settled=true]').waitFor()
    await other.locator('[data-testid=node][data-label=cart] button').press('Enter')
    await other.getByTestId('row-edge').first().press('Enter')
    await other.getByTestId('card').waitFor({ state: 'detached' })
    letGo()
    await hasFocus('edge-card')
    await other.keyboard.press('Escape')
    await hasFocus('card')
    await other.keyboard.press('Escape')
    await hasFocus('map-canvas')
    await other.close()
  })

  it('goes to a node without opening it, and leaves it', async () => {
    const goneTo = () => page.locator('.map > .for-readers[aria-live]').textContent()
    await press('ArrowRight')
    await until('a node', async () => (await goneTo()) !== '')
    await press('Escape')
    await until('none', async () => (await goneTo()) === '')
  })

  it('shows only what is near, and all again', async () => {
    const all = await nodes()
    await find('cart', 'cart')
    await press('Enter')
    await title('cart')
    await press('1')
    await until('fewer', async () => (await nodes()).length < all.length)
    expect(await nodes()).toContain('cart')
    expect(await page.getByTestId('filter-chip').textContent()).toBe('one step from cart')
    const near = await nodes()
    await page.reload()
    await shows(near)
    await page.goBack()
    await shows(all)
    await page.goForward()
    await shows(near)
    await page.getByTestId('map-canvas').focus()
    await press('1')
    await shows(all)
    await press('Escape')
  })

  it('filters by two terms, and removes one after the other where they stand', async () => {
    const all = await nodes()
    await press('/')
    await isAt('search')
    await page.keyboard.type('host:alpha image:nginx')
    await press('Enter')
    await until('the filter', async () => (await page.getByTestId('filter-chip').count()) === 2)
    await press('Escape', 'Escape')
    await isAt('map-canvas')
    await until('one', async () => (await nodes()).includes('web') && (await nodes()).length < all.length)
    const second = page.getByTestId('filter-chip').nth(1).getByRole('button')
    await second.focus()
    await press('+')
    await until('the part in sight in the address', async () => page.url().includes('at='))
    expect((await focus()).name).toBe('Remove the filter image:nginx')
    await press('0')
    await until('all in sight', async () => !page.url().includes('at='))
    expect((await focus()).name).toBe('Remove the filter image:nginx')
    await tabTo('map-canvas', 'Shift+Tab')
    for (const left of [1, 0]) {
      for (let steps = 0; !(await focus()).name.startsWith('Remove the filter'); steps++) {
        expect(steps).toBeLessThan(20)
        await press('Tab')
      }
      await press('Enter')
      await until(`${left} terms`, async () => (await page.getByTestId('filter-chip').count()) === left)
    }
    await isAt('map-canvas')
    await shows(all)
  })

  it('groups, opens a group, closes it by its button, and shows all again', async () => {
    const all = await nodes()
    await tabTo('group-by')
    await page.keyboard.type('im')
    await until('groups', async () => (await nodes()).includes('shop/cart'))
    expect((await focus()).id).toBe('group-by')
    await tabTo('map-canvas', 'Shift+Tab')
    await find('shop/cart', 'shop/cart')
    await press('Enter')
    await title('shop/cart')
    await press('g')
    await until('its members', async () => (await nodes()).includes('job'))
    await press('Escape')
    await tabTo('open-group')
    await press('Enter')
    await until('the group', async () => !(await nodes()).includes('job'))
    await isAt('group-by')
    await press('Home')
    await shows(all)
  })

  it('shows the table, goes along its rows to a card and back to the map', async () => {
    await tabTo('map-canvas', 'Shift+Tab')
    await press('t')
    await page.getByTestId('grid-row').first().waitFor()
    await isAt('grid')
    await press('Home', 'ArrowDown', 'Enter')
    await page.getByTestId('card-title').waitFor()
    await press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached' })
    await isAt('grid')
    await press('g')
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await isAt('map-canvas')
  })

  it('shows resources, and the map again', async () => {
    await press('r')
    await isAt('hosts')
    await press('g')
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await isAt('map-canvas')
  })

  it('pauses the map, and lets it go on', async () => {
    await press('Space')
    await page.getByTestId('paused').getByText('paused').waitFor()
    await press('Space')
    await page.getByTestId('paused').getByText('paused').waitFor({ state: 'detached' })
  })

  it('goes to another view, and back to where it was when the palette is left', async () => {
    await find('hosts', 'Hosts')
    await press('Escape')
    await isAt('map-canvas')
    await find('hosts', 'Hosts')
    await press('Enter')
    await until('the view', async () => page.url().includes('#/hosts'))
    await isAt('map-canvas')
  })

  it('chooses a layout, opens a panel of the footer and signs in by the palette', async () => {
    await find('layered', 'Layout layered')
    await press('Enter')
    await until('the layout', async () => page.url().includes('layout=layered'))
    await page.goBack()
    await find('events', 'Show events')
    await press('Enter')
    await page.getByTestId('events').waitFor()
    await isAt('events-open')
    await press('Escape')
    await page.getByTestId('events').waitFor({ state: 'detached' })
    await find('sign in', 'Sign in')
    await press('Enter')
    await page.getByTestId('account-dialog').waitFor()
    await press('Escape')
    await page.getByTestId('map-canvas').focus()
  })

  it('opens the palette again at once when it was just left', async () => {
    await press('Control+k')
    await isAt('palette-input')
    // In one task, as when the page is busy: the browser tells that the dialog was closed only when it is open again.
    const isOpen = await page.evaluate<boolean>(`new Promise((resolve) => {
      const dialog = document.querySelector('[data-testid=palette]')
      dialog.addEventListener('close', () => requestAnimationFrame(() => resolve(dialog.open)), { once: true })
      const press = (key, options) =>
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options }))
      press('Escape')
      press('k', { ctrlKey: true })
    })`)
    expect(isOpen).toBe(true)
    await isAt('palette-input')
    await press('Escape')
    await isAt('map-canvas')
  })

  it('lists the keys, and gives the focus back', async () => {
    await press('?')
    const help = page.getByTestId('help')
    await help.waitFor()
    expect(await help.textContent()).toContain('Ctrl K')
    await page.getByTestId('help-find').focus()
    await page.keyboard.type('host it is on')
    await until('the field of the view', async () =>
      /^host:.*here: alpha/.test((await help.locator('dl div').first().textContent()) ?? ''),
    )
    await page.getByTestId('help-find').fill('')
    await press('Escape')
    await help.waitFor({ state: 'hidden' })
    await isAt('map-canvas')
  })

  it('reaches all that has the focus by Tab, each with an outline', async () => {
    const faults: string[] = []
    const reached = new Set<string>()
    for (let steps = 0; steps < 120; steps++) {
      await press('Tab')
      const { id, name, outline } = await focus()
      reached.add(id)
      // The browser's own part of the page, after the last element.
      if (id === 'BODY') continue
      if (outline !== 'solid' && !BOXED.includes(id)) faults.push(`${id} ${name}: ${outline}`)
      if (id === 'map-canvas' && steps > 10) break
    }
    expect(faults).toEqual([])
    for (const id of ['tab', 'search', 'account', 'pause', 'help-open', 'map-canvas'])
      expect([...reached]).toContain(id)
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
