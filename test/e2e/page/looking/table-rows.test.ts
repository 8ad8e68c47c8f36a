import type { Browser, Page } from 'playwright-core'
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
  const open = async () => {
    // So that nothing is typed or marked.
    await page.goto('about:blank')
    await page.goto(`${scope.url}/#/containers?show=table&sort=name&group=`)
    await row('job-000').waitFor()
  }
  const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, EVENTUALLY_MS)
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
        return (await said.textContent()) === words
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
})
