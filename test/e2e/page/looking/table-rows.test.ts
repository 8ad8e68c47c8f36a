import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

/** So long it is waited for words that go away by themselves, before they are asked for again. */
const COPIED_MS = 5000

describeWith(['browser'], 'a row of the table', () => {
  let scope: RunningScope
  let probe: TestProbe
  let browser: Browser
  let page: Page
  let uptimeMs = 0

  const names = Array.from({ length: 120 }, (_, at) => `job-${String(at).padStart(3, '0')}`)
  const post = async (present: readonly string[]) => {
    uptimeMs += 1_000
    const nodes = present.map((name) => containerNode('alpha', name))
    const answer = await probe.post(report({ nodes, uptimeMs, intervalMs: 60_000 }))
    expect(answer.status).toBe(200)
  }
  const row = (label: string) => page.locator(`[data-testid=grid-row][data-label="${label}"]`)
  const active = () => page.locator('[data-testid=grid-row][data-active=true]').getAttribute('data-label')
  const open = async (more = '') => {
    // So that nothing is typed or marked.
    await page.goto('about:blank')
    await page.goto(`${scope.url}/#/containers?show=table&sort=name&group=${more}`)
    await row('job-000').waitFor()
  }
  const pointAt = (label: string) => row(label).hover({ position: { x: 20, y: 10 } })
  /** Where no row is. */
  const elsewhere = [600, 70] as const
  const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, EVENTUALLY_MS)
  const untilRows = (many: number) =>
    until(
      `${many} rows`,
      async () => (await page.getByTestId('grid').getAttribute('aria-rowcount')) === String(many + 1),
    )

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    probe = await connectTestProbe(scope)
    await post(names)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('that is marked counts where it is shown', async () => {
    await open()
    for (const name of ['job-001', 'job-002', 'job-003']) await row(name).getByTestId('row-mark').click()
    const [marked, act] = [page.getByTestId('marked'), page.getByTestId('table-act')]
    expect([await marked.textContent(), await act.textContent()]).toEqual(['3 marked', 'Act on 3 nodes …'])
    await page.keyboard.press('/')
    await page.keyboard.type('name:job-002')
    await row('job-001').waitFor({ state: 'detached' })
    expect([await marked.textContent(), await act.textContent()]).toEqual([
      '3 marked, 2 not shown',
      'Act on 1 node …',
    ])
    await page.keyboard.press('Escape')
    const copied = async (words: string) =>
      until(words, async () => {
        await page.getByTestId('table-copy').click()
        const said = page.getByTestId('table-copy').filter({ hasText: 'copied' })
        await said.waitFor({ timeout: COPIED_MS })
        // Once said, the words stay for some seconds only.
        return (await page.getByTestId('table-copy').allTextContents()).includes(words)
      })
    await copied('1 row copied')
    await act.click()
    await page.getByTestId('batch').getByText('1 marked').waitFor()
    await page.getByTestId('batch-close').click()

    await page.getByTestId('search').fill('name:job-00*')
    await row('job-001').waitFor()
    await page.getByTestId('search').fill('name:job-09*')
    await row('job-001').waitFor({ state: 'detached' })
    expect([await marked.textContent(), await act.count()]).toEqual(['3 marked, 3 not shown', 0])
    await page.getByTestId('search').press('Escape')
    await copied('10 rows copied')
  })

  it('that is marked and not shown leaves the key A to what the filter selects', async () => {
    await open('&q=name:job-0*')
    await row('job-001').getByTestId('row-mark').click()
    await page.getByTestId('table-act').waitFor()
    const search = page.getByTestId('search')
    await search.fill('name:job-09*')
    await row('job-001').waitFor({ state: 'detached' })
    await search.press('Escape')
    await page.getByTestId('grid').focus()
    await page.keyboard.press('a')
    await page.getByTestId('batch').getByText('name:job-0*', { exact: true }).waitFor()
    await page.getByTestId('batch-close').click()
    await page.mouse.move(...elsewhere)
  })

  it('that the keyboard is at leads on to what stands in its place when it has gone, also while something is typed, and to the first row when something else is', async () => {
    await open()
    await page.getByTestId('grid').focus()
    await page.keyboard.press('Home')
    for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowDown')
    expect(await active()).toBe('job-060')
    await post(names.filter((name) => name !== 'job-060'))
    await untilRows(119)
    await page.keyboard.press('ArrowDown')
    expect(await active()).toBe('job-061')
    const search = page.getByTestId('search')
    await search.fill('name:job-0*')
    await untilRows(99)
    await search.press('Escape')
    await page.getByTestId('grid').focus()
    await page.keyboard.press('ArrowDown')
    expect(await active()).toBe('job-062')
    await post(names.filter((name) => !['job-060', 'job-062'].includes(name)))
    await untilRows(98)
    await page.keyboard.press('ArrowUp')
    expect(await active()).toBe('job-061')
    await search.fill('name:job-00*')
    await untilRows(10)
    await search.press('Escape')
    await page.getByTestId('grid').focus()
    expect(await active()).toBe('job-000')
  })

  it('that the keyboard was at, and whose card is open, leads to what stands in its place when it has gone and the focus comes back', async () => {
    await open()
    const grid = page.getByTestId('grid')
    await grid.focus()
    await page.keyboard.press('Home')
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByTestId('card-title').filter({ hasText: 'job-004' }).waitFor()
    await post(names.filter((name) => name !== 'job-004'))
    await untilRows(119)
    await page.getByTestId('search').focus()
    await grid.focus()
    await until('the row in its place', async () => (await active()) === 'job-005')
    expect(await grid.getAttribute('aria-activedescendant')).not.toBeNull()
    await post(names)
    await untilRows(120)
  })

  it('that the pointer rests on says that its node is gone or may be hidden by the options or, with a filter, may only match no longer', async () => {
    const without = names.filter((name) => name !== 'job-003')
    await open('&stopped=both')
    await pointAt('job-003')
    await post(without)
    await row('job-003').getByText('gone', { exact: true }).waitFor()
    await page.mouse.move(...elsewhere)
    await row('job-003').waitFor({ state: 'detached' })

    await post(names)
    await open()
    await pointAt('job-003')
    await post(without)
    await row('job-003').getByText('gone, or stopped', { exact: true }).waitFor()
    await page.mouse.move(...elsewhere)
    await row('job-003').waitFor({ state: 'detached' })

    await post(names)
    await open('&q=name:job-00*')
    await untilRows(10)
    await pointAt('job-003')
    await post(without)
    await row('job-003').getByText('gone, stopped, or no longer matches', { exact: true }).waitFor()
    await page.mouse.move(...elsewhere)
    await untilRows(9)
    await post(names)
    await untilRows(10)
  })

  it('that the pointer rests on is neither marked nor opened by keys when its node has gone, nor by what marks all', async () => {
    await open('&q=name:job-00*')
    await untilRows(10)
    await pointAt('job-003')
    await post(names.filter((name) => name !== 'job-003'))
    await row('job-003').getByText('gone, stopped, or no longer matches', { exact: true }).waitFor()
    await page.getByTestId('grid').focus()
    await page.keyboard.press('Home')
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
    await until('the row that is gone', async () => (await active()) === 'job-003')
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+ArrowDown')
    const marked = page.getByTestId('marked')
    const untilMarked = (words: string) => until(words, async () => (await marked.textContent()) === words)
    await untilMarked('1 marked')
    expect(await active()).toBe('job-004')
    expect(await page.getByTestId('card-title').count()).toBe(0)
    await page.keyboard.press('Control+a')
    await untilMarked('9 marked')
    expect(await page.getByTestId('mark-all').getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('Control+a')
    await marked.waitFor({ state: 'detached' })
    await row('job-003').waitFor()
    await page.mouse.move(...elsewhere)
    await untilRows(9)
    await post(names)
    await untilRows(10)
  })

  it('that the pointer rests on goes at once when only what is near a node is shown', async () => {
    await open()
    await row('job-005').click()
    await page.getByTestId('card-title').filter({ hasText: 'job-005' }).waitFor()
    await pointAt('job-010')
    await page.keyboard.press('1')
    await untilRows(1)
    await row('job-005').waitFor()
    await page.mouse.move(...elsewhere)
  })

  it('that the keyboard is at is in view, between head and lower edge', async () => {
    await open()
    const boxOf = async (of: Locator) => {
      const box = await of.boundingBox()
      if (box === null) throw new Error('it is not there')
      return { top: box.y, bottom: box.y + box.height }
    }
    const isInView = async () => {
      const activeRow = page.locator('[data-testid=grid-row][data-active=true]')
      const [inner, head, outer] = [
        await boxOf(activeRow),
        await boxOf(page.locator('.grid-head')),
        await boxOf(page.locator('.grid-scroll')),
      ]
      return inner.top >= head.bottom - 1 && inner.bottom <= outer.bottom + 1
    }
    const inSight = await page.locator('.grid-scroll').evaluate((one) => Math.ceil(one.clientHeight / 32))
    await page.getByTestId('grid').focus()
    await page.keyboard.press('Home')
    for (const key of ['ArrowDown', 'ArrowUp'])
      for (let step = 0; step < inSight + 3; step++) {
        await page.keyboard.press(key)
        await until(`row ${step} by ${key} in view`, isInView)
      }
  })

  it('whose card is open is in view after a reload', async () => {
    await open()
    await page.getByTestId('grid').focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByTestId('card-title').filter({ hasText: 'job-119' }).waitFor()
    const isInView = async () => {
      if ((await row('job-119').count()) === 0) return false
      const [inner, outer] = [
        await row('job-119').boundingBox(),
        await page.locator('.grid-scroll').boundingBox(),
      ]
      return (
        inner !== null &&
        outer !== null &&
        inner.y >= outer.y &&
        inner.y + inner.height <= outer.y + outer.height + 1
      )
    }
    await until('the row', isInView)
    await page.reload()
    await page.getByTestId('grid-row').first().waitFor()
    await until('the row again', isInView)
  })
})
