import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { EventsDocument, ViewDocument } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS
/** A map that has not moved for so long rests. */
const REST_MS = 400
/** So long a map is given to fit a phone that was turned, before it is measured anew. */
const TURNED_MS = 15_000

describeWith(['browser'], 'cards of the page', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  let orders = ''

  const titleOf = (of: Page) => of.getByTestId('card-title').textContent()
  const below = (of: Page) => of.getByTestId('card-below').allTextContents()
  const shows = (of: Page, title: string, tabs: readonly string[]) =>
    eventually(
      `${title} on ${tabs.join(', ') || 'nothing'}`,
      async () => (await titleOf(of)) === title && (await below(of)).join() === tabs.join(),
      WAIT_MS,
    )
  const hasFocus = () => page.evaluate<boolean>('document.activeElement?.closest("[data-card]") !== null')

  beforeAll(async () => {
    demo = await startDemo(['--churn=0'])
    const node = await eventually('a container of the shop', async () => {
      const { nodes } = await demo.get<ViewDocument>('/api/topology/containers')
      return Object.values(nodes ?? {}).find(({ label }) => label === 'shop_orders.1')
    })
    orders = node.id
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 1000 } })
    await page.goto(`${demo.url}/#/containers/${encodeURIComponent(orders)}`)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('lie on each other: what is opened from one is on top, and the one below is a tab', async () => {
    await shows(page, 'shop_orders.1', [])
    const host = page.getByTestId('parent').filter({ hasText: 'Hosts' })
    const name = (await host.locator('.chip-name').textContent()) ?? ''
    await host.press('Enter')
    await shows(page, name, ['shop_orders.1'])
    expect(await hasFocus()).toBe(true)
    await page.getByTestId('card-below').press('Enter')
    await shows(page, 'shop_orders.1', [])
    expect(await hasFocus()).toBe(true)
    await host.click()
    await shows(page, name, ['shop_orders.1'])
    await page.keyboard.press('Escape')
    await shows(page, 'shop_orders.1', [])
    await page.goBack()
    await shows(page, name, ['shop_orders.1'])
    await page.goForward()
    await shows(page, 'shop_orders.1', [])
  })

  it('are the same for whoever gets the link, also those of an edge', async () => {
    const rows = page.getByTestId('outgoing-connections').locator('.row-label')
    const other = (await rows.first().textContent()) ?? ''
    // By its name: another row may be the first one by now.
    await rows
      .filter({ hasText: new RegExp(`^${other}$`) })
      .first()
      .click()
    await shows(page, other, ['shop_orders.1'])
    await page.getByTestId('incoming-connections').getByTestId('row-edge').first().click()
    await eventually('the edge', async () => (await below(page)).length === 2, WAIT_MS)
    const edge = await eventually('its title', async () => {
      const title = (await titleOf(page)) ?? ''
      return title.endsWith(`→${other}`) && title
    })

    const context = await browser.newContext({ ...calm, viewport: { width: 390, height: 800 } })
    const second = await context.newPage()
    await second.goto(page.url())
    await shows(second, edge, ['shop_orders.1', other])
    await second.getByTestId('card-close').click()
    await shows(second, other, ['shop_orders.1'])
    await second.getByTestId('card-close-all').click()
    await eventually('no card', async () => (await second.getByTestId('card').count()) === 0, WAIT_MS)
    await context.close()
  })

  it('leave room for all of the map when a phone is turned', async () => {
    const context = await browser.newContext({ ...calm, viewport: { width: 390, height: 844 } })
    const phone = await context.newPage()
    const canvas = phone.getByTestId('map-canvas')
    const zoom = async () => Number(await canvas.getAttribute('data-zoom'))
    /** The zoom, once it has not changed for a while: the map may still make room for the card. */
    const resting = async () => {
      let before = Number.NaN
      return eventually('the zoom to rest', async () => {
        await phone.waitForTimeout(REST_MS)
        const now = await zoom()
        const rests = now === before
        before = now
        return rests && now
      })
    }
    const turnWide = () => phone.setViewportSize({ width: 844, height: 390 })
    await turnWide()
    await phone.goto(`${demo.url}/#/containers/${encodeURIComponent(orders)}?group=`)
    await phone.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
    await shows(phone, 'shop_orders.1', [])
    // A map that a busy machine draws late only seems to rest.
    await eventually('the zoom as before', async () => {
      await turnWide()
      const wide = await resting()
      await phone.setViewportSize({ width: 390, height: 844 })
      await eventually('another zoom', async () => (await zoom()) !== wide, TURNED_MS)
      await turnWide()
      return eventually('the zoom', async () => Math.abs((await zoom()) - wide) < 0.01, TURNED_MS)
    })
    await context.close()
  })

  it('list the events of a container, each of which leads to where it has happened', async () => {
    const busy = await startDemo(['--churn=120'])
    onTestFinished(async () => void (await busy.stop()))
    // Compose starts a container anew; in the other stacks another one takes its place.
    const event = await eventually('a restart', async () => {
      const { events } = await busy.get<EventsDocument>('/api/events')
      return events.find(({ kind, nodes }) => kind === 'restarted' && nodes[0]?.label.startsWith('crm-'))
    })
    const [container] = event.nodes
    if (container === undefined) throw new Error('the event names no container')
    const context = await browser.newContext({ ...calm, viewport: { width: 1280, height: 1000 } })
    onTestFinished(() => context.close())
    const second = await context.newPage()
    await second.goto(`${busy.url}/#/containers/${encodeURIComponent(container.id)}?q=crm`)
    const rows = second.getByTestId('node-events').getByTestId('event')
    const row = rows.filter({ has: second.locator(`time[datetime="${event.at}"]`) })
    await row.waitFor({ timeout: WAIT_MS })
    expect(await row.locator('.event-text').textContent()).toBe(event.text)
    const { events: own } = await busy.get<EventsDocument>(
      `/api/events?node=${encodeURIComponent(container.id)}`,
    )
    const texts = new Set(own.map(({ text }) => text))
    for (const text of await rows.locator('.event-text').allTextContents()) expect(texts).toContain(text)
    await second.getByTestId('filter-chip').waitFor({ timeout: WAIT_MS })
    await row.click()
    await second.getByTestId('filter-chip').waitFor({ state: 'detached', timeout: WAIT_MS })
    await shows(second, container.label, [])
  })

  it('explain a connection when the menu of their node asks, that of another node, or the palette', async () => {
    await page.goto(`${demo.url}/#/containers`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
    const field = page.getByLabel('Explain the connection to')
    const fromMenu = async (label: string, item: string) => {
      await page
        .locator(`[data-testid=node][data-label="${label}"] button`)
        .first()
        .dispatchEvent('contextmenu')
      await page.getByRole('menuitem', { name: item, exact: true }).press('Enter')
    }
    const explains = async (other: string) => {
      await page.getByTestId('reason').filter({ hasText: other }).first().waitFor({ timeout: WAIT_MS })
      expect(await field.inputValue()).toBe(other)
      await expect.poll(() => titleOf(page), { timeout: WAIT_MS }).toBe('web_edge.1')
    }
    const isFocused = () =>
      eventually('the focus', () => field.evaluate((one) => one.matches(':focus')), WAIT_MS)
    await fromMenu('web_edge.1', 'Explain connection to …')
    await isFocused()
    await page.keyboard.type('data-queue-1')
    await page.keyboard.press('Enter')
    await explains('data-queue-1')
    await fromMenu('data-sessions-1', 'Explain connection to web_edge.1')
    await explains('data-sessions-1')
    await field.press('Escape')
    await page.getByTestId('explain-open').waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').fill('explain')
    await page.getByTestId('palette-option').filter({ hasText: 'web_edge.1' }).first().click()
    await isFocused()
    expect(await field.inputValue()).toBe('')

    // The node leaves the map, and comes back: nobody has asked again.
    await page.getByTestId('search').fill('data')
    await page.getByTestId('search').press('Enter')
    await field.waitFor({ state: 'detached', timeout: WAIT_MS })
    await page.getByTestId('filter-chip').getByRole('button').press('Enter')
    await field.waitFor({ timeout: WAIT_MS })
    expect(await field.evaluate((one) => one.matches(':focus'))).toBe(false)

    const open = async (label: string) => {
      await page.locator(`[data-testid=node][data-label="${label}"] button`).first().press('Enter')
      await eventually(`the card of ${label}`, async () => (await titleOf(page)) === label, WAIT_MS)
    }
    await open('data-sessions-1')
    await open('web_edge.1')
    await page.getByTestId('explain-open').waitFor({ timeout: WAIT_MS })
    expect(await field.count()).toBe(0)
  })
})
