import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { facts } from '../../../../src/report/facts.ts'
import { eventually } from '../../../support/eventually.ts'
import { openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const script = 'window.attacked = true'
const markup = [
  `<img src=x onerror="${script}">`,
  `<svg/onload="${script}">`,
  `<script>${script}</script>`,
  `"><a href="javascript:${script}">x</a>`,
  `<iframe srcdoc="<script>parent.attacked = true</script>">`,
  `'-(${script})-'`,
  `</title></style><base href="https://evil.example/">`,
]
const links = [
  `javascript:${script}`,
  `data:text/html,<script>${script}</script>`,
  'file:///etc/passwd',
  'vbscript:x',
]
const all = [...markup, ...links].join(' ')
/** What a look-up in a plain object finds though nobody put it there. */
const inherited = Object.getOwnPropertyNames(Object.prototype)

describeWith(['browser', 'root'], 'a report in which every text is an attack', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const asked: string[] = []

  beforeAll(async () => {
    // All of it stays on the map for longer than any of this takes.
    scope = await startScope(['--no-probe', '--app.window=10m'])
    const probe: TestProbe = await connectTestProbe(scope)
    const host = 'alpha'
    const nodes = [
      ...markup.map((name) =>
        containerNode(host, name.slice(0, 60), {
          image: all.slice(0, 200),
          labels: Object.fromEntries([...markup, ...links].map((text) => [text, text])),
          facts: {
            [facts.containerCommand]: all,
            [facts.containerEnvironment]: [...markup, ...links].map((text) => `${text}=${text}`),
            [facts.containerStateHuman]: all,
          },
        }),
      ),
      ...markup.map((name, i) => processNode(host, i + 1, { name, facts: { [facts.commandLine]: [all] } })),
    ]
    const connections = [pair('alpha;1', 'alpha;2', 80)]
    const status = inherited.map((id) => ({
      ...{ id, mode: id, state: 'degraded' as const, reason: all.slice(0, 200), sinceMs: 0, counters: {} },
    }))
    const posted = await probe.post(report({ host, nodes, connections, status, intervalMs: 60_000 }))
    expect(posted).toMatchObject({ status: 200, body: { seq: 1 } })
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1100, height: 700 } })
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      if (!message.text().includes('ERR_NETWORK_CHANGED')) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => asked.push(request.url()))
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  /** Whatever the page would not have of itself. */
  const foreign = () =>
    page.evaluate(`[...document.querySelectorAll('script:not([src]), iframe, object, embed, base, [onerror], [onload], img, a, form[action]')]
      .map((element) => element.outerHTML.slice(0, 200))`)

  it.each(['containers', 'processes', 'containers-by-image'])(
    'is text in the view %s and its cards, and no link',
    async (view) => {
      await page.goto(`${scope.url}/#/${view}?unconnected=show`)
      await page.getByTestId('node').first().waitFor({ state: 'attached' })
      const count = Math.min(3, await page.getByTestId('node').count())
      expect(count).toBeGreaterThan(0)
      for (let i = 0; i < count; i++) {
        await page.getByTestId('node').nth(i).getByRole('button').dispatchEvent('click')
        await page.getByTestId('card-title').waitFor()
        // What was reported of it comes after the card.
        await eventually('its texts', async () =>
          /<|javascript:|onerror/.test((await page.locator('aside.card').textContent()) ?? ''),
        )
        expect(await foreign()).toEqual([])
        await page.getByTestId('card-close').click()
        await page.getByTestId('card-title').waitFor({ state: 'detached' })
      }
      expect(await page.evaluate('window.attacked')).toBeUndefined()
      expect(complaints).toEqual([])
    },
  )

  it('is text in the list of probes and their collectors, whatever these are called', async () => {
    await page.goto(`${scope.url}/#/containers?unconnected=show`)
    await page.getByTestId('health').click()
    await page.getByTestId('collector').first().waitFor()
    for (const id of inherited) {
      const line = page.locator(`[data-testid=collector][data-id="${id}"]`)
      expect(await line.locator(':scope > span').allTextContents()).toEqual([
        id,
        `${id} · ${all.slice(0, 200)}`,
      ])
    }
    expect(await page.getByTestId('broken').count()).toBe(0)
    expect(await foreign()).toEqual([])
    expect(await page.evaluate('window.attacked')).toBeUndefined()
    expect(complaints).toEqual([])
  })

  it('asks nobody but the app for anything', () => {
    expect(asked.length).toBeGreaterThan(0)
    for (const url of asked) expect(url.startsWith(scope.url) || url.startsWith('data:')).toBe(true)
  })
})
