import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { facts } from '../../../../src/report/facts.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, hostNode, pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

/** So that reports of `beta` are overdue within seconds, and those of `alpha` are not for two minutes. */
const [SHORT_MS, LONG_MS] = [500, 60_000]

const replica = (number: number, health?: string) =>
  containerNode('alpha', `shop_payments.${number}`, {
    labels: {
      'com.docker.swarm.service.id': 'a'.repeat(25),
      'com.docker.swarm.service.name': 'shop_payments',
    },
    ...(health && { facts: { [facts.containerHealth]: health } }),
  })

const alpha = report({
  host: 'alpha',
  intervalMs: LONG_MS,
  nodes: [
    hostNode('alpha'),
    ...[replica(1), replica(2, 'unhealthy'), replica(3)],
    ...['web', 'redis', 'mailer'].flatMap((name, at) => [
      containerNode('alpha', name),
      processNode('alpha', at + 1, { name, container: name }),
    ]),
  ],
  // Of an edge on which nothing was ever opened it is known for good that it fails.
  connections: [
    pair('alpha;1', 'alpha;2', 6379, { failed: 3, refused: 3, opened: 0, open: 0 }),
    pair('alpha;1', 'alpha;3', 25),
  ],
  status: [
    { id: 'connections', mode: 'proc', state: 'degraded', reason: 'no BTF', sinceMs: 0, counters: {} },
  ],
})

describeWith(['browser'], 'trouble on the page', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window=10m'])
    for (const one of [alpha, report({ host: 'beta', intervalMs: SHORT_MS })]) {
      const probe = await connectTestProbe(scope)
      expect((await probe.post(one)).status).toBe(200)
    }
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(EVENTUALLY_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  const open = async (at: string): Promise<void> => {
    await page.goto(`${scope.url}/#/${at}`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
  }
  const nodeOf = (label: string) => page.locator(`[data-testid=node][data-label="${label}"]`)
  const wordsOf = (label: string) => nodeOf(label).first().textContent()

  /** Where a node is in the window. */
  const placeOf = async (label: string) => {
    const numbers = async (locator: ReturnType<Page['locator']>, ...names: string[]) =>
      Promise.all(names.map(async (name) => Number(await locator.getAttribute(`data-${name}`))))
    const canvas = page.getByTestId('map-canvas')
    const [x = 0, y = 0] = await numbers(nodeOf(label), 'x', 'y')
    const [zoom = 1, left = 0, top = 0] = await numbers(canvas, 'zoom', 'x', 'y')
    const box = await canvas.boundingBox()
    return { x: (box?.x ?? 0) + x * zoom + left, y: (box?.y ?? 0) + y * zoom + top }
  }

  it('of a member is that of its closed group: in the list for readers, at the pointer, on its card, in the table', async () => {
    await open('containers?group=service')
    await eventually('the words', async () =>
      (await wordsOf('shop_payments'))?.includes(', 1 of 3 unhealthy'),
    )
    const tooltip = page.getByTestId('node-tooltip')
    await eventually('the tooltip', async () => {
      const { x, y } = await placeOf('shop_payments')
      await page.mouse.move(5, 300)
      await page.mouse.move(x, y)
      return (await tooltip.count()) === 1
    })
    expect(await tooltip.textContent()).toBe('shop_payments1 of 3 unhealthy')
    const { x, y } = await placeOf('web')
    await page.mouse.move(x, y)
    await tooltip.waitFor({ state: 'detached' })
    await nodeOf('shop_payments').getByRole('button').dispatchEvent('click')
    await page.getByTestId('card-state').getByText('1 of 3 unhealthy').waitFor()
    await page.keyboard.press('Escape')
    await page.goto(`${scope.url}/#/containers?group=service&show=table&columns=badge`)
    const row = page.locator('[data-testid=grid-row][data-label=shop_payments]')
    await row.locator('[data-column=badge]').getByText('1 of 3 unhealthy').waitFor()
  })

  it('is all that one key leaves, with what fails to connect, in groups or not', async () => {
    const labels = async () =>
      (await page.getByTestId('node').evaluateAll((all) => all.map((one) => one.getAttribute('data-label'))))
        .sort()
        .join()
    for (const [options, sick] of [
      ['group=service', 'shop_payments'],
      ['group=', 'shop_payments.2'],
    ] as const) {
      await open(`containers?${options}`)
      await eventually('all', async () => (await labels()).includes('mailer'))
      await page.keyboard.press('e')
      await eventually('what is in trouble', async () => (await labels()) === `redis,${sick},web`)
      await page.keyboard.press('e')
      await eventually('all again', async () => (await labels()).includes('mailer'))
    }
  })

  it('of a probe is told of its host', async () => {
    await open('hosts')
    await eventually('a silent host', async () => (await wordsOf('beta'))?.endsWith(', silent'))
    expect(await wordsOf('alpha')).toMatch(/, partial$/)
    await nodeOf('alpha').getByRole('button').dispatchEvent('click')
    await page.getByTestId('card-partial').getByText('short connections may be missed: no BTF').waitFor()
    await nodeOf('beta').getByRole('button').dispatchEvent('click')
    await page.getByTestId('card-state').getByText('silent').waitFor()
    expect(await page.getByTestId('card-partial').count()).toBe(0)
  })
})
