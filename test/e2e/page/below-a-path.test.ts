import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { type ReverseProxy, startReverseProxy } from '../../support/scope/reverse-proxy.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { shop } from '../../topology/query/shop.ts'

describeWith(['browser'], 'the page below a path of a reverse proxy', () => {
  let scope: RunningScope
  let proxy: ReverseProxy
  let browser: Browser

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    const probe = await connectTestProbe(scope)
    expect((await probe.post(shop())).status).toBe(200)
    proxy = await startReverseProxy(scope.url, { below: '/scope' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await proxy?.close()
    await scope?.stop()
  })

  it('draws a live map, and loads its parts and asks the app below that path only', async () => {
    const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    const complaints: string[] = []
    const asked: string[] = []
    page.on('console', (message) => complaints.push(...complaintsIn(message)))
    page.on('request', (request) => asked.push(request.url()))
    page.on('websocket', (socket) => asked.push(socket.url()))
    await page.goto(`${proxy.url}/scope/#/containers`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
    await page.locator('[data-testid=node][data-label=cart] button').press('Enter')
    await page.getByTestId('row-edge').first().waitFor()
    await page.keyboard.press('t')
    await page.getByTestId('grid-row').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-option').first().waitFor()
    await eventually('live', async () => (await page.locator('.footer[data-stream=live]').count()) === 1)
    expect(asked.some((url) => url.startsWith('ws:'))).toBe(true)
    expect(asked.some((url) => url.includes('/worker-'))).toBe(true)
    expect(asked.filter((url) => !new URL(url).pathname.startsWith('/scope/'))).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  })
})
