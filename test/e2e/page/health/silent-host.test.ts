import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, hostNode, pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
/** So that reports of `alpha` are overdue within seconds. */
const SHORT_MS = 500
/** So that those of `beta` are not for two minutes, the longest there is. */
const LONG_MS = 60_000

const world = (host: string, intervalMs: number) =>
  report({
    host,
    intervalMs,
    nodes: [
      hostNode(host),
      containerNode(host, `${host}-web`),
      processNode(host, 1, { name: `${host}-nginx`, container: `${host}-web` }),
      processNode(host, 2, { name: `${host}-curl` }),
    ],
    connections: [pair(`${host};2`, `${host};1`, 80)],
  })

describeWith(['browser'], 'a host that has fallen silent', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page
  let alpha: TestProbe
  let beta: TestProbe

  beforeAll(async () => {
    // It stays on the map for longer than any of this takes.
    scope = await startScope(['--no-probe', '--app.window=10m'])
    alpha = await connectTestProbe(scope)
    beta = await connectTestProbe(scope)
    expect((await alpha.post(world('alpha', SHORT_MS))).status).toBe(200)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(WAIT_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  const note = () => page.getByTestId('card-silent')
  const openCard = async (view: string, label: string): Promise<void> => {
    await page.goto(`${scope.url}/#/${view}`)
    await page.locator(`[data-testid=node][data-label="${label}"] button`).first().dispatchEvent('click')
    await page.getByTestId('card-title').getByText(label).waitFor()
  }

  it.each([
    ['hosts', 'alpha'],
    ['containers', 'alpha-web'],
    ['processes', 'alpha-nginx'],
    ['containers?pseudo=show', 'Uncontained'],
  ])('says in the card, in the view %s of %s, for how long', async (view, label) => {
    await openCard(view, label)
    await note().waitFor()
    expect(await note().textContent()).toMatch(/^No report from alpha for \d+ (s|min)/)
  })

  it('says it in the card of an edge', async () => {
    await page.goto(`${scope.url}/#/processes`)
    const edge = '[data-testid=edge][data-source=alpha-curl][data-target=alpha-nginx] button'
    await page.locator(edge).dispatchEvent('click')
    await page.getByTestId('edge-card').getByTestId('card-silent').waitFor()
  })

  it('counts on', async () => {
    await openCard('hosts', 'alpha')
    await note().waitFor()
    const first = await note().textContent()
    await eventually('a greater age', async () => (await note().textContent()) !== first)
  })

  it('says nothing of a host whose reports are not overdue, and no more when they come again', async () => {
    expect((await beta.post(world('beta', LONG_MS))).status).toBe(200)
    await openCard('hosts', 'beta')
    await page.getByTestId('health').getByText('alpha silent').waitFor()
    expect(await note().count()).toBe(0)
    await openCard('hosts', 'alpha')
    await note().waitFor()
    // By the interval that it tells now, the next one is not overdue for as long as that of beta.
    expect((await alpha.post(world('alpha', LONG_MS))).status).toBe(200)
    await note().waitFor({ state: 'detached' })
  })
})
