import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../support/machine/browser.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { recordedReports } from '../support/reports/recorded-reports.ts'
import { processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

describeWith(['browser'], 'the views on the page', () => {
  let scope: RunningScope
  let probe: TestProbe
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const texts = async (id: string, attribute: string) =>
    page.getByTestId(id).evaluateAll((all, name) => all.map((one) => one.getAttribute(name)), attribute)
  const tabs = () => texts('tab', 'data-view')
  const names = async () =>
    (await page.getByTestId('node').allTextContents()).map((text) => text.split(/[\s,]/)[0]).sort()
  const press = (id: string, value: string, attribute = 'data-value') =>
    page.locator(`[data-testid=${id}][${attribute}="${value}"]`).click()
  const shows = (what: string, expected: readonly string[]) =>
    eventually(what, async () => {
      const shown = await names()
      return expected.every((name) => shown.includes(name)) && shown.length === expected.length
    })

  beforeAll(async () => {
    // What was reported stays on the map for longer than any of this takes.
    const options = ['--app.container-label-filter=Front:tier=front', '--app.window=10m']
    scope = await startScope(['--app-only', ...options])
    probe = await connectTestProbe(scope)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('are those that have something to show', async () => {
    await probe.post(report({ nodes: [processNode('alpha', 1)], intervalMs: 60_000 }))
    await page.goto(scope.url)
    await eventually('the tabs of a machine with neither Compose nor systemd', async () => {
      const shown = await tabs()
      return shown.length > 0 && shown.join() === 'processes,containers,hosts'
    })
    const [recorded] = recordedReports('shop-ebpf')
    if (recorded === undefined) throw new Error('there is no recorded report')
    probe.restart()
    const { envelope } = recorded.report
    const answer = await probe.post({ ...recorded.report, envelope: { ...envelope, intervalMs: 60_000 } })
    expect(answer.status).toBe(200)
    await eventually('all tabs', async () => {
      const shown = await tabs()
      return shown.join() === 'processes,containers,compose-services,swarm-services,systemd-units,hosts'
    })
  })

  it('of a tab are beside its options', async () => {
    await press('tab', 'containers', 'data-view')
    await eventually('three views', async () => (await texts('variant', 'data-view')).length === 3)
    await press('variant', 'containers-by-image', 'data-view')
    await shows('images', [
      '10.99.99.99',
      'The',
      'scope-record/nginx',
      'scope-record/redis',
      'scope-record/tools',
    ])
  })

  it('let choose among stacks', async () => {
    await press('tab', 'compose-services', 'data-view')
    await page.getByTestId('some-of').click()
    await press('option', 'bank')
    await shows('one stack', ['app', 'broken', 'db'])
    expect(await page.getByTestId('some-of').textContent()).toBe('bank')
    await press('option', 'jobs')
    await eventually('two in the address', () => page.url().includes('namespace=bank%2Cjobs'))
    await page.keyboard.press('Escape')
    await eventually('the list is closed', async () => !(await page.getByText('No stack').isVisible()))
    await press('tab', 'swarm-services', 'data-view')
    await shows('what is chosen holds in other views', ['jobs_runner', 'jobs_store'])
  })

  it('offer filters by label', async () => {
    await page.goto(`${scope.url}/#/containers?group=`)
    await press('option', 'with:tier=front')
    await shows('only those with the label', ['shop-web-1', 'shop-web-2'])
    await press('variant', 'containers-by-hostname', 'data-view')
    await shows('in the view below, too', ['web'])
  })

  it('without complaint', () => expect(complaints).toEqual([]))
})
