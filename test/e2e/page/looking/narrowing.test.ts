import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const SERVICES = Array.from({ length: 14 }, (_, at) => `s${at}`)
const ALL = ['monitor', ...SERVICES].sort()

/** Services that each ask the next one, and a monitor that asks them all. */
const monitored = () => {
  const names = [...SERVICES, 'monitor']
  const monitor = `alpha;${names.length}`
  return report({
    nodes: names.flatMap((name, at) => [
      containerNode('alpha', name),
      processNode('alpha', at + 1, { name, container: name }),
    ]),
    connections: SERVICES.flatMap((_, at) => [
      ...(at === 0 ? [] : [pair(`alpha;${at}`, `alpha;${at + 1}`, 80)]),
      pair(monitor, `alpha;${at + 1}`, 9100),
    ]),
  })
}

describeWith(['browser'], 'a map that is narrowed by a key or a press', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const chips = () => page.getByTestId('filter-chip').allTextContents()
  const shows = (labels: readonly string[]) =>
    eventually(
      labels.join(),
      async () => {
        const nodes = await page
          .getByTestId('node')
          .evaluateAll((all) => all.map((one) => one.getAttribute('data-label')).sort())
        return nodes.join() === [...labels].sort().join()
      },
      EVENTUALLY_MS,
    )

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    const probe = await connectTestProbe(scope)
    expect((await probe.post(monitored())).status).toBe(200)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(EVENTUALLY_MS)
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
  })
  beforeEach(async () => {
    // So that nothing is typed.
    await page.goto('about:blank')
    await page.goto(`${scope.url}/#/containers?group=`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await shows(ALL)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('hides its hubs by H, and shows them again', async () => {
    await page.keyboard.press('h')
    await shows(SERVICES)
    expect(await chips()).toEqual(['1 hub hidden'])
    await page.keyboard.press('h')
    await shows(ALL)
    expect(await chips()).toEqual([])
  })

  it('hides its hubs by a press, and shows them again by the cross of what says so', async () => {
    const hide = page.getByTestId('hide-hubs')
    await hide.click()
    await shows(SERVICES)
    expect(await hide.getAttribute('aria-pressed')).toBe('true')
    await page.getByTestId('filter-chip').getByRole('button', { name: 'Show hubs' }).click()
    await shows(ALL)
    expect(await hide.getAttribute('aria-pressed')).toBe('false')
  })

  it('shows only what matches by O, and dims the rest instead', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('name:s7')
    await page.getByTestId('only-matches').getByText('Only these 1').waitFor()
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('o')
    await shows(['s7'])
    expect([await chips(), await page.getByTestId('search').inputValue()]).toEqual([['name:s7'], ''])
    await page.keyboard.press('o')
    await shows(ALL)
    expect([await chips(), await page.getByTestId('search').inputValue()]).toEqual([[], 'name:s7'])
  })

  it('shows only what matches by a press, and dims the rest by another', async () => {
    await page.getByTestId('search').fill('name:s1*')
    await page.getByTestId('only-matches').getByText('Only these 5').click()
    await shows(['s1', 's10', 's11', 's12', 's13'])
    await page.getByTestId('only-matches').getByText('Dim the rest instead').click()
    await shows(ALL)
    expect(await page.getByTestId('search').inputValue()).toBe('name:s1*')
  })

  it('shows what is within two steps of a node by 2, and all by its cross', async () => {
    await page.keyboard.press('h')
    await shows(SERVICES)
    await page.locator('[data-testid=node][data-label=s5] button').press('Enter')
    await page.getByTestId('card-title').getByText('s5').waitFor()
    await page.keyboard.press('2')
    await shows(['s3', 's4', 's5', 's6', 's7'])
    expect(await chips()).toContain('two steps from s5')
    await page.keyboard.press('2')
    await shows(SERVICES)
    await page.keyboard.press('2')
    await shows(['s3', 's4', 's5', 's6', 's7'])
    await page.getByTestId('filter-chip').getByRole('button', { name: 'Not only two steps from s5' }).click()
    await shows(SERVICES)
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
