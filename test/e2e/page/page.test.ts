import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { complaintsIn, openBrowser, watchStream } from '../../support/machine/browser.ts'
import { connectCommand, openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS

describeWith(['root', 'ebpf', 'docker', 'browser'], 'the page', () => {
  let docker: TestDocker
  let scope: RunningScope
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  /** The complaints from the first index up to the second came while the app was away. */
  let away: readonly [number, number] = [0, 0]

  const name = (short: string): string => docker.prefix + short
  const listed = (short: string) => page.getByTestId('node').filter({ hasText: name(short) })
  const edge = (source: string, target: string) =>
    page.locator(`[data-testid=edge][data-source="${name(source)}"][data-target="${name(target)}"]`)
  const appears = (locator: ReturnType<typeof listed>) =>
    locator.first().waitFor({ state: 'attached', timeout: WAIT_MS })
  const goes = (locator: ReturnType<typeof listed>) =>
    locator.first().waitFor({ state: 'detached', timeout: WAIT_MS })

  beforeAll(async () => {
    docker = await openTestDocker()
    await docker.serve('server')
    const ip = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', name('server'))
    scope = await startScope()
    await docker.run('client', [], connectCommand(ip, 5000))
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${scope.url}/#/containers?group=`)
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
    await docker?.close()
  })

  it('shows the containers by name and the edge between them', async () => {
    await appears(listed('server'))
    await appears(listed('client'))
    await appears(edge('client', 'server'))
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
    await page.locator('[data-testid=stream][data-state=live]').waitFor({ timeout: WAIT_MS })
  })

  it('says how the probe traces', async () => {
    await page
      .getByTestId('health')
      .filter({ hasText: /eBPF on 1 host/ })
      .waitFor({ timeout: WAIT_MS })
  })

  it('shows a container that starts, and lets go of one that ends', async () => {
    await docker.run('newcomer')
    await appears(listed('newcomer'))
    await docker.docker('rm', '--force', name('newcomer'))
    await goes(listed('newcomer'))
  })

  it('opens the details of a node, with its connection and its processes', async () => {
    await listed('client').first().locator('button').press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    await page
      .getByTestId('card-title')
      .filter({ hasText: name('client') })
      .waitFor({ timeout: WAIT_MS })
    await page.getByTestId('card').getByText(name('server')).first().waitFor({ timeout: WAIT_MS })
    await page.getByTestId('card').getByText('busybox').first().waitFor({ timeout: WAIT_MS })
    expect(page.url()).toContain('#')
    const again = await browser.newPage()
    await again.goto(page.url())
    await again.getByTestId('card').waitFor({ timeout: WAIT_MS })
    await again
      .getByTestId('card-title')
      .filter({ hasText: name('client') })
      .waitFor({ timeout: WAIT_MS })
    await again.close()
    await page.keyboard.press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached', timeout: WAIT_MS })
  })

  it('says of a container whose card is open that it has gone, and offers nothing more', async () => {
    await docker.run('leaving')
    const { stdout } = await scope.scope('token', '--link')
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const owner = await context.newPage()
    owner.setDefaultTimeout(WAIT_MS)
    await owner.goto(`${scope.url}/#code=${/#code=([\w-]+)/.exec(stdout)?.[1]}`)
    await owner.getByTestId('account').filter({ hasText: 'owner' }).waitFor()
    await owner.goto(`${scope.url}/#/containers?group=`)
    const leaving = owner.getByTestId('node').filter({ hasText: name('leaving') })
    await leaving.first().locator('button').press('Enter')
    await owner
      .getByTestId('card-title')
      .filter({ hasText: name('leaving') })
      .waitFor()
    await owner.getByTestId('control').first().waitFor()
    await docker.docker('rm', '--force', name('leaving'))
    const gone = owner.getByTestId('card-gone')
    await gone.filter({ hasText: `${name('leaving')} went at ` }).waitFor()
    expect(await gone.textContent()).toContain('What is shown is the last that was known.')
    expect(await owner.getByTestId('card-title').textContent()).toContain(name('leaving'))
    expect(await owner.getByTestId('control').count()).toBe(0)
    await context.close()
  })

  it('opens an edge from a table, with its connection and the processes at its ends', async () => {
    await listed('client').first().locator('button').press('Enter')
    const table = page.getByTestId('outgoing-connections')
    await table.getByTestId('row-edge').first().click({ timeout: WAIT_MS })
    const card = page.getByTestId('edge-card')
    await card.waitFor({ timeout: WAIT_MS })
    await expect
      .poll(() => card.getByTestId('card-title').textContent())
      .toBe(`${name('client')}→${name('server')}`)
    const row = card.getByTestId('connection-row')
    // Which process accepted it may be told a moment after the connection itself.
    await eventually(
      'the only connection, with its processes',
      async () => {
        const [only, ...others] = await row.allTextContents()
        return others.length === 0 && /busybox→busybox.*:5000/.test(only ?? '')
      },
      WAIT_MS,
    )
    await expect.poll(() => card.getByTestId('connections-count').textContent()).toBe('1 of 1')
    const again = await browser.newPage()
    await again.goto(page.url())
    await again.getByTestId('connection-row').first().waitFor({ timeout: WAIT_MS })
    await again.close()
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'detached', timeout: WAIT_MS })
  })

  it('tells in the panel of probes how each traces and what it costs', async () => {
    await page.getByTestId('health').click()
    await page
      .getByTestId('health-panel')
      .getByTestId('probe')
      .filter({ hasText: /Connections followed.*Events.*Last full snapshot.*Probe’s memory/ })
      .waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
  })

  it('shows keys and gestures when asked', async () => {
    await page.keyboard.press('?')
    await page.getByTestId('help').waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
    await page.getByTestId('help').waitFor({ state: 'hidden', timeout: WAIT_MS })
  })

  it('finds by text', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type(name('server'))
    await eventually(
      'the count',
      async () => (await page.getByTestId('search-count').textContent())?.startsWith('1 of '),
      WAIT_MS,
    )
    await page.keyboard.press('Escape')
  })

  it('goes to another view and back', async () => {
    await page.getByTestId('tab').filter({ hasText: 'Hosts' }).click()
    await page.getByTestId('node').first().waitFor({ state: 'attached', timeout: WAIT_MS })
    await goes(listed('server'))
    await page.goBack()
    await appears(listed('server'))
  })

  it('goes through all views faster than their sockets open', async () => {
    // Those that are there at the moment: with what other tests run, views get and lose all that they show.
    for (let round = 0; round < 5; round++)
      for (let at = 0, count = await page.getByTestId('tab').count(); at < count; at++)
        await page.evaluate(`document.querySelectorAll('[data-testid=tab]')[${at}]?.click()`)
    await page.getByTestId('tab').filter({ hasText: 'Containers' }).click()
    await appears(listed('server'))
    await page.locator('[data-testid=stream][data-state=live]').waitFor({ timeout: WAIT_MS })
  })

  it('comes back by itself when the app was away', async () => {
    const app = await scope.pidOf('app')
    const isLost = await watchStream(page)
    const before = complaints.length
    process.kill(app, 'SIGKILL')
    await isLost()
    const launched = await scope.launch()
    expect(launched.code, launched.stdout + launched.stderr).toBe(0)
    await page.locator('[data-testid=stream][data-state=live]').waitFor({ timeout: WAIT_MS })
    await appears(edge('client', 'server'))
    away = [before, complaints.length]
  })

  it('ran without a complaint of the browser', () => {
    // Of the app that was away, also in the middle of an answer, it complains rightly; the page itself closes no socket before it is open.
    const ofTheAppAway =
      /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH)|WebSocket connection to .* failed: (?!WebSocket is closed before)/
    const [from, to] = away
    expect(complaints.filter((text, at) => at < from || at >= to || !ofTheAppAway.test(text))).toEqual([])
  })
})
