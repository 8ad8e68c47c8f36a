import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS
const CONTAINERS = 120
/** More than this, nobody is to see at first. */
const MOST = 100

describeWith(['browser'], 'a map of many containers', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const labels = (of = page): Promise<(string | null)[]> =>
    of.getByTestId('node').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-label')).sort())
  const footer = (of = page) => of.getByTestId('counts').textContent()
  const nodes = async (of = page): Promise<number> =>
    Number(/([\d,]+) nodes/.exec((await footer(of)) ?? '')?.[1] ?? 0)
  const address = () => decodeURIComponent(page.url())
  const fold = () => page.getByTestId('fold')
  const listed = (label: string) => page.locator(`[data-testid=node][data-label="${label}"]`)
  const settled = (of = page) =>
    of.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })

  beforeAll(async () => {
    demo = await startDemo(['--hosts=4', `--containers=${CONTAINERS}`, '--churn=0', '--seed=a'])
    await eventually('all containers', async () => {
      const views = await demo.get<ViewDescription[]>('/api/topology')
      const containers = views.find(({ url }) => url.endsWith('/containers'))
      return (containers?.stats.nonpseudo_node_count ?? 0) >= CONTAINERS
    })
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${demo.url}/#/containers`)
    await settled()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('opens with replicas folded into their services, and says so in words and in its address', async () => {
    await eventually('the address', () => address().includes('group=service'))
    expect(await nodes()).toBeGreaterThan(10)
    expect(await nodes()).toBeLessThanOrEqual(MOST)
    const says = page.locator('.group-by')
    expect(await says.textContent()).toContain('Grouped by')
    expect(await page.getByTestId('group-by').inputValue()).toBe('service')
    await listed('web_frontend').getByText('×').waitFor({ state: 'attached', timeout: WAIT_MS })
  })

  it('is the same in another browser that opens it', async () => {
    const other = await browser.newPage(calm)
    await other.goto(`${demo.url}/#/containers`)
    await settled(other)
    await eventually(
      'the same nodes',
      async () => (await labels(other)).join() === (await labels()).join(),
      WAIT_MS,
    )
    await other.close()
  })

  it('has the same places in all browsers that open it, also in windows that are lower or higher', async () => {
    const placesIn = async (height: number) => {
      const context = await browser.newContext({ ...calm, viewport: { width: 1280, height } })
      const other = await context.newPage()
      await other.goto(`${demo.url}/#/containers`)
      await settled(other)
      await eventually('the services', async () => other.url().includes('group=service'), WAIT_MS)
      await settled(other)
      const places = await other.getByTestId('node').evaluateAll((nodes) =>
        nodes
          .map((node) => {
            const [x, y] = ['x', 'y'].map((axis) =>
              Math.round(Number(node.getAttribute(`data-${axis}`) ?? Number.NaN)),
            )
            return `${node.getAttribute('data-id')} ${x} ${y}`
          })
          .sort(),
      )
      await context.close()
      return places
    }
    const first = await placesIn(800)
    expect(first.length).toBeGreaterThan(10)
    expect(first.join()).not.toContain('NaN')
    expect(await placesIn(800)).toEqual(first)
    expect(await placesIn(760)).toEqual(first)
    expect(await placesIn(900)).toEqual(first)
  })

  it('shows all by one click, also when it is loaded again, and is folded by another', async () => {
    expect(await fold().textContent()).toMatch(/^Show all 1\d\d$/)
    await fold().click()
    await eventually('all containers', async () => (await nodes()) > CONTAINERS, WAIT_MS)
    await page.reload()
    await settled()
    await eventually('all containers still', async () => (await nodes()) > CONTAINERS, WAIT_MS)
    expect(await fold().textContent()).toMatch(/^Group by service: \d\d$/)
    await fold().click()
    await eventually('the services', async () => (await nodes()) <= MOST, WAIT_MS)
    expect(address()).toContain('group=service')
  })

  it('opens a service by its menu and by a key, and closes it so', async () => {
    const folded = await nodes()
    const menuOf = async (label: string | RegExp) => {
      const node =
        typeof label === 'string' ? listed(label) : page.getByTestId('node').filter({ hasText: label })
      await node.first().locator('button').dispatchEvent('contextmenu')
      await page.getByTestId('node-menu').waitFor({ timeout: WAIT_MS })
    }
    const member = /^web_frontend\.\d/
    await menuOf('web_frontend')
    await page.getByTestId('menu-item').filter({ hasText: 'Open the group' }).press('Enter')
    await eventually('its replicas', async () => (await nodes()) > folded, WAIT_MS)
    expect(address()).toContain('open=group:service=swarm;')
    await menuOf(member)
    await page.getByTestId('menu-item').filter({ hasText: 'Close web_frontend' }).press('Enter')
    await eventually('the service', async () => (await nodes()) === folded, WAIT_MS)
    await listed('web_frontend').locator('button').press('Enter')
    await page.getByTestId('group-open').waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('g')
    await eventually('its replicas again', async () => (await nodes()) > folded, WAIT_MS)
    await page.getByTestId('node').filter({ hasText: member }).first().locator('button').press('Enter')
    await page.getByTestId('group-close').waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('g')
    await eventually('the service again', async () => (await nodes()) === folded, WAIT_MS)
    await page.keyboard.press('Escape')
  })

  it('finds a member of a closed service, whose card marks the service', async () => {
    const folded = await nodes()
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').fill('web_frontend.2')
    await page
      .getByTestId('palette-option')
      .filter({ hasText: 'web_frontend.2' })
      .first()
      .waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Enter')
    await page.getByTestId('group-show').waitFor({ timeout: WAIT_MS })
    expect(await nodes()).toBe(folded)
    await page.keyboard.press('g')
    await page.getByTestId('group-close').waitFor({ timeout: WAIT_MS })
    await eventually('its replicas', async () => (await nodes()) > folded, WAIT_MS)
    await page.keyboard.press('g')
    await eventually('the service again', async () => (await nodes()) === folded, WAIT_MS)
    await page.keyboard.press('Escape')
  })

  it.each([
    ['stays', 'web_frontend'],
    ['is removed', 'web_edge'],
  ])('the filter %s when a member of a closed service is chosen: %s', async (how, filter) => {
    const one = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    await one.goto(`${demo.url}/#/containers?group=service&q=${filter}`)
    await settled(one)
    await one.keyboard.press('Control+k')
    await one.getByTestId('palette-input').fill('web_frontend.2')
    const option = one.getByTestId('palette-option').filter({ hasText: 'web_frontend.2' })
    await option.first().waitFor({ timeout: WAIT_MS })
    await one.keyboard.press('Enter')
    await one.getByTestId('group-show').waitFor({ timeout: WAIT_MS })
    expect(one.url().includes(`q=${filter}`)).toBe(how === 'stays')
    await one.close()
  })

  it('folds another view in its own way, and the first one as before', async () => {
    await page.locator('[data-testid=tab][data-view=hosts]').click()
    await eventually('the hosts', () => address().includes('#/hosts'))
    expect(address()).not.toContain('group=')
    await page.locator('[data-testid=tab][data-view=containers]').click()
    await eventually('the services', () => address().includes('#/containers?group=service'))
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
