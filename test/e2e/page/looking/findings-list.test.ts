import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FindingsDocument } from '../../../../src/api/types.ts'
import { facts } from '../../../../src/report/facts.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

describeWith(['browser'], 'the list of findings on the page', () => {
  let scope: RunningScope
  let probe: TestProbe
  let browser: Browser
  let page: Page
  let uptimeMs = 1_000

  const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, EVENTUALLY_MS)
  const postUnhealthy = async (many: number) => {
    uptimeMs += 1_000
    const nodes = Array.from({ length: 5 }, (_, at) =>
      containerNode('alpha', `queue-${at}`, {
        facts: { [facts.containerHealth]: at < many ? 'unhealthy' : 'healthy' },
      }),
    )
    const answer = await probe.post(report({ nodes, uptimeMs, intervalMs: 60_000 }))
    expect(answer.status).toBe(200)
  }

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    probe = await connectTestProbe(scope)
    await postUnhealthy(5)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    await page.goto(`${scope.url}/#/hosts`)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('is closed when there are none, and can be closed when there are no more than are shown', async () => {
    const [list, button] = [page.getByTestId('findings-all'), page.getByTestId('findings-more')]
    const shown = page.locator('.findings-strip').getByTestId('finding')
    const words = async () => (await button.textContent()) ?? ''
    await until('the five', async () => (await button.count()) === 1 && (await words()).startsWith('2 more'))
    await button.click()
    await until('all in the list', async () => (await list.getByTestId('finding').count()) === 5)
    await postUnhealthy(0)
    await until('none', async () => (await page.getByTestId('findings').count()) === 0)

    await postUnhealthy(5)
    await until('the five again', async () => (await shown.count()) === 3)
    expect(await list.count()).toBe(0)
    await button.click()
    await list.waitFor()
    await postUnhealthy(2)
    await until('two', async () => (await shown.count()) === 2)
    expect(await words()).toBe('Close the list')
    await button.click()
    expect([await list.count(), await button.count()]).toEqual([0, 0])
  })

  it('tells of what has lasted since yesterday its date, too, on a page that was left open', async () => {
    await postUnhealthy(1)
    let since = ''
    await until('the only one', async () => {
      const { findings } = (await (await fetch(`${scope.url}/api/findings`)).json()) as FindingsDocument
      since = findings[0]?.since ?? ''
      return findings.length === 1
    })
    // At noon there, so that it is the same day when the page has been loaded. West of Greenwich these names count upwards.
    const west = new Date(since).getUTCHours() - 12
    const timezoneId = `Etc/GMT${west < 0 ? '' : '+'}${west}`
    const size = { viewport: { width: 1280, height: 800 } }
    const left = await browser.newPage({ ...calm, ...size, locale: 'en-GB', timezoneId })
    await left.clock.install({ time: since })
    await left.goto(`${scope.url}/#/hosts`)
    const time = left.getByTestId('finding').locator('time')
    await until('the time', async () => /^since \d\d:\d\d$/.test((await time.textContent()) ?? ''))
    await left.clock.fastForward('24:00:00')
    await until('the date', async () =>
      /^since \d\d\/\d\d\/\d{4} \d\d:\d\d$/.test((await time.textContent()) ?? ''),
    )
    await left.close()
  })
})
