import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDocument } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, imageNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const IMAGE = 'nginx:1.25'
const HOSTS = Array.from({ length: 8 }, (_, at) => `host-${at}`)

describeWith(['browser'], 'what would take much room', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page

  const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, EVENTUALLY_MS)

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    for (const host of HOSTS) {
      const probe = await connectTestProbe(scope)
      const nodes = [imageNode(host, IMAGE), containerNode(host, `web-${host}`, { image: IMAGE })]
      expect((await probe.post(report({ host, nodes }))).status).toBe(200)
    }
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(EVENTUALLY_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('what a node belongs to is told in part, and all by a press', async () => {
    const image = await eventually('the image, on all hosts', async () => {
      const { nodes } = await scope.get<ViewDocument>('/api/topology/containers-by-image')
      return Object.values(nodes).find(({ parents }) => parents?.length === HOSTS.length)
    })
    await page.goto(`${scope.url}/#/containers-by-image/${encodeURIComponent(image.id)}`)
    const parents = page.getByTestId('parent')
    await until('five of them', async () => (await parents.count()) === 5)
    const more = page.locator('.card-parents .card-more')
    await more.getByText('Show all 8').click()
    await until('all', async () => (await parents.count()) === HOSTS.length)
    await more.getByText('Show fewer').click()
    await until('five again', async () => (await parents.count()) === 5)
    await page.keyboard.press('Escape')
  })

  it('a column is made wider and narrower by single presses and by keys', async () => {
    await page.goto(`${scope.url}/#/containers?group=&show=table`)
    await page.getByTestId('grid-row').first().waitFor()
    const head = (column: string) => page.locator(`.grid-cell:has([data-sort="${column}"])`)
    const widthOf = async (column: string) => Math.round((await head(column).boundingBox())?.width ?? 0)
    await page.getByTestId('columns-open').click()
    const column = (await page.getByTestId('wider').nth(1).getAttribute('data-column')) ?? ''
    const press = (way: 'wider' | 'narrower', of: string) =>
      page.locator(`[data-testid=${way}][data-column="${of}"]`)
    for (const one of ['name', column]) {
      const before = await widthOf(one)
      await press('wider', one).click()
      await until('a wider column', async () => (await widthOf(one)) === before + 24)
      await press('narrower', one).focus()
      await page.keyboard.press('Enter')
      await until('as before', async () => (await widthOf(one)) === before)
      for (let at = 0; at < 12; at++) await press('narrower', one).click()
      await until('the least width', async () => (await widthOf(one)) === 56)
    }
    expect(await press('wider', 'name').getAttribute('aria-label')).toBe('Make Name wider')
    await page.keyboard.press('Escape')
  })

  it('a table in which nothing matches what is typed says so', async () => {
    await page.goto(`${scope.url}/#/containers?group=&show=table`)
    await page.getByTestId('grid-row').first().waitFor()
    await page.getByTestId('search').fill('nowhere')
    await page.locator('.sheet-empty').getByText('Nothing matches nowhere').waitFor()
    await page.getByTestId('search').press('Escape')
  })

  it('an app without hosts is told of in place of their resources', async () => {
    const empty = await startScope(['--no-probe'])
    try {
      await page.goto('about:blank')
      await page.goto(`${empty.url}/#/containers?show=resources`)
      await page.getByTestId('empty').getByText('No probe reports yet').waitFor()
    } finally {
      await empty.stop()
    }
  })
})
