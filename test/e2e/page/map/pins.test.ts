import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { pointAtNode } from '../../../support/machine/map-nodes.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS
const CONTAINERS = 20
const SIZE = { width: 1280, height: 800 }

interface Placed {
  readonly x: number
  readonly y: number
  readonly pinned: boolean
}

describeWith(['browser'], 'a node that was moved by hand', () => {
  let demo: RunningDemo
  let browser: Browser

  beforeAll(async () => {
    demo = await startDemo(['--hosts=2', `--containers=${CONTAINERS}`, '--churn=0', '--seed=a'])
    await eventually('all containers', async () => {
      const views = await demo.get<ViewDescription[]>('/api/topology')
      const containers = views.find(({ url }) => url.endsWith('/containers'))
      return (containers?.stats.nonpseudo_node_count ?? 0) >= CONTAINERS
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const settled = (page: Page) =>
    page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  const item = (page: Page, label: string) => page.locator(`[data-testid=node][data-label="${label}"]`)
  const placed = async (page: Page): Promise<Map<string, Placed>> =>
    new Map(
      await page.getByTestId('node').evaluateAll((all) =>
        all.map((one): [string, Placed] => [
          one.getAttribute('data-label') ?? '',
          {
            // None where it has no place yet.
            x: Math.round(Number(one.getAttribute('data-x') ?? Number.NaN)),
            y: Math.round(Number(one.getAttribute('data-y') ?? Number.NaN)),
            pinned: one.getAttribute('data-pinned') === 'true',
          },
        ]),
      ),
    )
  /** Lays the map out otherwise, and waits until it is: before it tells so, it is still settled as it was. */
  const layOut = async (page: Page, layout: string) => {
    const all = async () => JSON.stringify([...(await placed(page))])
    const before = await all()
    await page.getByTestId('layout').selectOption(layout)
    await eventually('other places', async () => (await all()) !== before, WAIT_MS)
    await settled(page)
  }
  const pinnedIs = (page: Page, label: string, pinned: boolean) =>
    eventually(
      `${label} to be ${pinned ? '' : 'not '}pinned`,
      async () => (await placed(page)).get(label)?.pinned === pinned,
      WAIT_MS,
    )

  for (const where of ['in a worker', 'in the page’s own thread'])
    it(`is pinned there, over tidying up, layouts, the table and reloads, until a double click: drawn ${where}`, async () => {
      const page = await browser.newPage({ ...calm, viewport: SIZE })
      if (where !== 'in a worker')
        await page.addInitScript('delete HTMLCanvasElement.prototype.transferControlToOffscreen')
      await page.goto(`${demo.url}/#/containers?group=`)
      await settled(page)
      const label = [...(await placed(page)).keys()].find((one) => one.includes('db')) ?? ''
      const before = await eventually('all places', async () => {
        const now = await placed(page)
        return [...now.values()].every(({ x }) => Number.isFinite(x)) && now
      })
      await pointAtNode(page, label)
      await page.mouse.down()
      await page.mouse.move(640, 400, { steps: 4 })
      await page.mouse.up()
      await pinnedIs(page, label, true)
      const after = await placed(page)
      const there = after.get(label)
      expect(
        [...after].filter(([one, { x, y }]) => before.get(one)?.x !== x || before.get(one)?.y !== y),
      ).toEqual([[label, there]])
      const stays = () =>
        eventually(
          'its place',
          async () => JSON.stringify((await placed(page)).get(label)) === JSON.stringify(there),
          WAIT_MS,
        )
      await page.getByRole('button', { name: 'Tidy up' }).click()
      await stays()
      await page.getByTestId('map-canvas').press('t')
      await page.getByTestId('grid-row').first().waitFor({ timeout: WAIT_MS })
      await page.getByTestId('map').waitFor({ state: 'detached', timeout: WAIT_MS })
      await page.keyboard.press('g')
      await settled(page)
      await stays()
      await page.reload()
      await settled(page)
      await stays()
      await layOut(page, 'force')
      await stays()
      await layOut(page, 'flow')
      await stays()
      const at = await pointAtNode(page, label)
      await page.mouse.dblclick(at.x, at.y)
      await pinnedIs(page, label, false)
      await page.close()
    })

  it('is a matter of the keyboard, too', async () => {
    const page = await browser.newPage({ ...calm, viewport: SIZE })
    await page.goto(`${demo.url}/#/containers?group=`)
    await settled(page)
    const [label = ''] = await placed(page).then((all) => all.keys())
    await item(page, label).locator('button').press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('map-canvas').focus()
    const before = (await placed(page)).get(label)
    await page.keyboard.press('Control+ArrowDown')
    await pinnedIs(page, label, true)
    expect((await placed(page)).get(label)?.y).toBeGreaterThan(before?.y ?? Number.NaN)
    await page.keyboard.press('p')
    await pinnedIs(page, label, false)
    await page.keyboard.press('m')
    await page.getByRole('menuitem', { name: 'Pin it here' }).press('Enter')
    await pinnedIs(page, label, true)
    expect(await page.getByTestId('unpin-all').textContent()).toContain('1 pinned')
    await page.keyboard.press('Shift+P')
    await pinnedIs(page, label, false)
    await page.close()
  })
})
