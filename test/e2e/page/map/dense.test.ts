import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS
const HOSTS = 16
/** Edges that a dense view shows, besides those that fail. */
const MOST = 50

describeWith(['browser'], 'a map with very many edges', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const counted = async (): Promise<{ shown: number; of: number }> => {
    const said = (await page.getByTestId('counts').textContent()) ?? ''
    const [, shown = '', of = ''] = /(\d+) of (\d+) edges/.exec(said) ?? []
    const [, all = ''] = /· (\d+) edges/.exec(said) ?? []
    return { shown: Number(shown || all), of: Number(of || all) }
  }
  const listed = () => page.getByTestId('edge').count()
  const words = () => page.getByTestId('lighter').textContent()

  beforeAll(async () => {
    demo = await startDemo([`--hosts=${HOSTS}`, '--containers=300', '--churn=0', '--seed=a'])
    await eventually('all hosts', async () => {
      const views = await demo.get<ViewDescription[]>('/api/topology')
      const hosts = views.find(({ url }) => url.endsWith('/hosts'))
      return (hosts?.stats.nonpseudo_node_count ?? 0) >= HOSTS && (hosts?.stats.edge_count ?? 0) >= 2 * MOST
    })
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${demo.url}/#/hosts`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('has all views in the header, none of them cut off', async () => {
    const bar = await page.locator('.header-views').boundingBox()
    const [left, room] = [bar?.x ?? 0, bar?.width ?? 0]
    const tabs = await Promise.all((await page.getByTestId('tab').all()).map((tab) => tab.boundingBox()))
    expect(tabs.length).toBeGreaterThanOrEqual(6)
    for (const tab of tabs) {
      expect(tab?.x).toBeGreaterThanOrEqual(left)
      expect((tab?.x ?? 0) + (tab?.width ?? 0)).toBeLessThanOrEqual(left + room)
    }
  })

  it('shows the heaviest and those that fail, and says how many are hidden', async () => {
    await eventually('that some are hidden', async () =>
      /\d+ lighter ones hidden/.test((await words()) ?? ''),
    )
    await eventually('the same number in the foot and in the list', async () => {
      const { shown, of } = await counted()
      return shown >= MOST && shown < of && (await listed()) === shown
    })
    const said = async () => Number(/(\d+) lighter/.exec((await words()) ?? '')?.[1])
    await eventually('the words to agree with the foot', async () => {
      const { shown, of } = await counted()
      return (await said()) === of - shown
    })
  })

  it('shows those of a chosen node all the same', async () => {
    const before = await listed()
    const busiest = await page.getByTestId('edge').first().getAttribute('data-source')
    await page.locator(`[data-testid=node][data-label="${busiest}"] button`).dispatchEvent('click')
    await eventually('its edges', async () => (await listed()) > before)
    const own = await page
      .getByTestId('edge')
      .evaluateAll(
        (edges, name) =>
          edges.filter((edge) =>
            [edge.getAttribute('data-source'), edge.getAttribute('data-target')].includes(name),
          ).length,
        busiest,
      )
    expect(own).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await eventually('only the heaviest again', async () => (await listed()) === (await counted()).shown)
  })

  it('shows all by a press, which the address tells, and only the heaviest by another', async () => {
    await page.getByTestId('all-edges').press('Enter')
    await eventually('all edges', async () => {
      const { shown, of } = await counted()
      return of > MOST && shown === of && page.url().includes('edges=all')
    })
    await page.reload()
    await page.getByTestId('all-edges').getByText('Only the heaviest').click({ timeout: WAIT_MS })
    await eventually('the heaviest alone', async () => {
      const { shown, of } = await counted()
      return shown < of && !page.url().includes('edges=')
    })
  })

  it('says where it is too large for the layout in columns, so that it is laid out by default', async () => {
    const said = page.getByTestId('layout-said')
    await page.goto(`${demo.url}/#/containers?group=&layout=layered`)
    await said.getByText('too large: as flow').waitFor({ timeout: WAIT_MS })
    await page.goto(`${demo.url}/#/containers?group=stack&layout=layered`)
    await said.waitFor({ state: 'detached', timeout: WAIT_MS })
    expect(await page.getByTestId('layout').inputValue()).toBe('layered')
  })

  it('complains of nothing', () => expect(complaints).toEqual([]))
})
