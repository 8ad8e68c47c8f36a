import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

describeWith(['browser'], 'findings on the page', () => {
  let scope: RunningScope
  let probe: TestProbe
  let browser: Browser
  let page: Page
  let uptimeMs = 1_000

  const names = ['web', 'redis', 'mailer']
  const nodes = names.flatMap((name, i) => [
    containerNode('alpha', name),
    processNode('alpha', i + 1, { name, container: name }),
  ])
  const post = async (refused: number) => {
    uptimeMs += 1_000
    const connections = [
      pair('alpha;1', 'alpha;2', 6379, { failed: refused, refused, opened: 5, open: 1 }),
      pair('alpha;1', 'alpha;3', 25),
    ]
    const answer = await probe.post(report({ nodes, connections, uptimeMs, intervalMs: 60_000 }))
    expect(answer.status).toBe(200)
  }
  const finding = () => page.getByTestId('findings').getByTestId('finding')
  const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, EVENTUALLY_MS)
  /** The same while connections are refused all the time, since the finding ends by itself. */
  const untilWhileRefused = (what: string, isSo: () => Promise<boolean>) =>
    until(what, async () => {
      await post(uptimeMs / 1_000)
      return isSo()
    })

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    probe = await connectTestProbe(scope)
    await post(1)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    await page.goto(`${scope.url}/#/hosts`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('are not there while all is well', async () => {
    expect(await page.getByTestId('findings').count()).toBe(0)
    expect(await page.title()).not.toMatch(/^\(/)
  })

  it('tell of refused connections, in the title and the icon of the page and to screen readers, too', async () => {
    const icon = await page.getAttribute('link[rel=icon]', 'href')
    await untilWhileRefused('the refused connections', async () => (await finding().count()) === 1)
    const text = /^redis refuses \d+\/min from web$/
    await untilWhileRefused('the text', async () =>
      text.test((await finding().locator('.finding-text').textContent()) ?? ''),
    )
    const announcement = page.getByTestId('announcement')
    await untilWhileRefused('the announcement', async () =>
      text.test((await announcement.textContent()) ?? ''),
    )
    await untilWhileRefused('the title', async () => (await page.title()).startsWith('(1) '))
    expect(await page.getAttribute('link[rel=icon]', 'href')).not.toBe(icon)
  })

  it('lead to the edge, by keyboard and by mouse', async () => {
    const isAtEdge = async () =>
      (await page.getByTestId('edge-figures').count()) === 1 && page.url().includes('#/containers/')
    await finding().focus()
    await page.keyboard.press('Enter')
    await untilWhileRefused('the edge', isAtEdge)
    await page.goBack()
    await untilWhileRefused('the view before', async () => page.url().endsWith('#/hosts'))
    await finding().click()
    await untilWhileRefused('the edge again', isAtEdge)
    await page.keyboard.press('Escape')
  })

  it.each([
    ['a table', 't'],
    ['resources', 'r'],
    ['a matrix', 'x'],
  ])('are below %s, too, and lead to the edge there', async (_, key) => {
    await page.goto(`${scope.url}/#/hosts`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await page.keyboard.press(key)
    await page.locator('.sheet').waitFor()
    await untilWhileRefused('the finding', async () => (await finding().count()) === 1)
    const line = await finding().boundingBox()
    const sheet = await page.locator('.sheet').boundingBox()
    expect(line?.y).toBeGreaterThanOrEqual((sheet?.y ?? 0) + (sheet?.height ?? 0))
    await finding().focus()
    await page.keyboard.press('Enter')
    await untilWhileRefused(
      'the edge',
      async () => (await page.getByTestId('edge-figures').count()) === 1 && page.url().includes('show='),
    )
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
  })

  it('are gone when it has ended, some seconds after that was told', async () => {
    // It may have ended, and be gone, since the test before.
    await untilWhileRefused('the finding', async () => (await finding().count()) === 1)
    // It is there for some seconds only after its end.
    await until('the end', () =>
      finding().evaluateAll((all) => all.some(({ dataset }) => dataset.ended === 'true')),
    )
    expect(await page.title()).not.toMatch(/^\(/)
    await until('none', async () => (await page.getByTestId('findings').count()) === 0)
  })

  it('leave only connections that fail and their ends on the map, by one key and back', async () => {
    const labels = async () =>
      (await page.getByTestId('node').evaluateAll((all) => all.map((one) => one.getAttribute('data-label'))))
        .sort()
        .join()
    await page.goto(`${scope.url}/#/containers`)
    await until('all', async () => (await labels()) === 'mailer,redis,web')
    await page.keyboard.press('e')
    await untilWhileRefused('what fails', async () => (await labels()) === 'redis,web')
    await page.keyboard.press('e')
    await until('all again', async () => (await labels()) === 'mailer,redis,web')
  })
})
