import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeDocumentSchema } from '../../src/api/map/details.ts'
import type { ConnectionRow, NodeDetails, ViewDocument } from '../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../support/eventually.ts'
import { calm, openBrowser } from '../support/machine/browser.ts'
import { openTestDocker, type TestDocker } from '../support/machine/docker.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
const SHELL = ['/bin/busybox', 'sh', '-c']

describeWith(['root', 'ebpf', 'docker', 'browser'], 'details of a container', () => {
  let docker: TestDocker
  let scope: RunningScope
  let browser: Browser
  let page: Page
  let ip = ''
  let beganMs = 0

  const name = (short: string): string => docker.prefix + short
  const detailsOf = async (short: string, query = ''): Promise<NodeDetails> => {
    const { nodes } = await scope.get<ViewDocument>('/api/topology/containers')
    const id = Object.values(nodes).find(({ label }) => label === name(short))?.id
    if (id === undefined) throw new Error(`no container ${name(short)} on the map`)
    const answer = await scope.get(`/api/topology/containers/${encodeURIComponent(id)}${query}`)
    return nodeDocumentSchema.parse(answer).node
  }
  const factOf = (row: ConnectionRow | undefined, id: string) =>
    row?.metadata.find((fact) => fact.id === id)?.value
  const rowAt = (node: NodeDetails, port: number) =>
    node.connections[1].connections.find((row) => factOf(row, 'port') === String(port))

  beforeAll(async () => {
    docker = await openTestDocker()
    const labels = Array.from({ length: 14 }, (_, i) => `--label=com.example.number-${i}=value-${i}`)
    await docker.serve('server', labels)
    ip = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', name('server'))
    scope = await startScope(['--probe.docker.env'])
    beganMs = Date.now()
    await docker.run(
      'client',
      ['--env=LANG=C.UTF-8', '--env=DB_PASSWORD=hunter2'],
      [
        ...SHELL,
        `(while :; do echo a; /bin/busybox sleep 1; done | /bin/busybox nc ${ip} 5000 >/dev/null) &
         while :; do /bin/busybox nc ${ip} 5432 </dev/null; /bin/busybox sleep 1; done`,
      ],
    )
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 1200 } })
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
    await docker?.close()
  })

  it('tell connections both ways with bytes as each side sees them, round trip and dates', async () => {
    // the first bytes of a quiet connection are told within a few seconds
    const row = await eventually(
      'a round trip and bytes',
      async () => {
        const told = rowAt(await detailsOf('client'), 5000)
        return factOf(told, 'rtt') !== undefined && Number(factOf(told, 'sent')) > 0 && told
      },
      WAIT_MS,
    )
    expect(row.label).toBe(name('server'))
    expect(factOf(row, 'count')).toBe('1')
    await eventually(
      'as many bytes at the server',
      async () => {
        const [inbound] = (await detailsOf('server')).connections
        const seen = inbound.connections.find((one) => factOf(one, 'port') === '5000')
        return Number(factOf(seen, 'received')) >= Number(factOf(row, 'sent'))
      },
      WAIT_MS,
    )
    const [first, last] = [factOf(row, 'firstSeen'), factOf(row, 'lastSeen')].map((date) =>
      Date.parse(date ?? ''),
    )
    // Times of a host are told by when its reports arrive at the app.
    expect(first).toBeGreaterThan(beganMs - 1000)
    expect(first).toBeLessThanOrEqual(Date.now())
    expect(last).toBeGreaterThanOrEqual(first ?? Number.NaN)
  })

  it('tell what failed first, and the address that was wanted', async () => {
    await eventually(
      'a failure',
      async () => Number(factOf(rowAt(await detailsOf('client'), 5432), 'failed')) >= 2,
      WAIT_MS,
    )
    const [failing] = (await detailsOf('client')).connections[1].connections
    expect(failing?.label).toBe(name('server'))
    expect(factOf(failing, 'wanted')).toBe(`${ip}:5432`)
  })

  it('tell the environment with its secrets blotted out', async () => {
    const environment = (await detailsOf('client')).tables?.find(({ id }) => id === 'docker_env_')
    const entries = Object.fromEntries(
      environment?.rows.map(({ entries: { label = '', value } }) => [label, value]) ?? [],
    )
    expect(entries).toMatchObject({ LANG: 'C.UTF-8', DB_PASSWORD: '•••' })
  })

  it('tell samples of metrics, a second apart, and thinned', async () => {
    const samplesOf = async (query: string) =>
      (await detailsOf('client', query)).metrics?.find(({ id }) => id === 'docker_cpu_total_usage')
        ?.samples ?? []
    await eventually('some samples', async () => (await samplesOf('')).length > 5, WAIT_MS)
    const times = (await samplesOf('')).map(({ date }) => Date.parse(date))
    // On a busy machine some are missing, but not what lies between two that are there.
    const gapsMs = times.slice(1).map((time, i) => time - (times[i] ?? 0))
    expect(Math.min(...gapsMs)).toBeLessThan(2500)
    expect((await samplesOf('?samples=1h')).length).toBeLessThan(times.length)
  })

  it('are a card whose tables tell failures in words and are sorted by their heads', async () => {
    const { id } = await detailsOf('client')
    await page.goto(`${scope.url}/#/containers/${encodeURIComponent(id)}`)
    const table = page.getByTestId('outgoing-connections')
    const rows = table.getByTestId('row')
    await eventually('two rows', async () => (await rows.count()) === 2, WAIT_MS)
    await page.mouse.move(10, 10)
    await eventually(
      'the words',
      async () => /\d+ failed: refused · wanted \S+:5432/.test((await rows.first().textContent()) ?? ''),
      WAIT_MS,
    )
    await page
      .getByTestId('failure')
      .filter({ hasText: /^Connections to \S+ at port 5432 fail\.$/ })
      .waitFor({ timeout: WAIT_MS })
    await page.getByTestId('failure').press('Enter')
    expect(await rows.first().locator(':focus').textContent()).toBe(name('server'))
    await table.locator('[data-sort=port]').press('Enter')
    expect(await table.locator('th[aria-sort=descending]').textContent()).toBe('Port')
    await table.locator('[data-sort=port]').press('Enter')
    expect(await rows.first().textContent()).toContain('5000')
    await table.locator('[data-aspect=times]').click()
    await table.locator('[data-sort=rtt]').waitFor({ timeout: WAIT_MS })
    // What was chosen stays when the details come anew.
    await page.waitForResponse((response) => response.url().includes('/api/topology/containers/'))
    expect(await table.locator('th[aria-sort=ascending]').textContent()).toBe('Port')
  })

  it('are a card whose lines all show the moment that is looked at, by pointer and by keys', async () => {
    const lines = page.locator('.metric-line:has(.metric-stroke)')
    await eventually('two lines', async () => (await lines.count()) >= 2, WAIT_MS)
    const cursors = page.locator('.metric-cross')
    await page.getByTestId('metric').first().hover()
    await eventually('a cursor on each line', async () => (await cursors.count()) >= 2, WAIT_MS)
    await page.mouse.move(10, 10)
    await eventually('no cursor', async () => (await cursors.count()) === 0, WAIT_MS)
    await page.locator('.card-metrics').focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await eventually('a cursor on each line', async () => (await cursors.count()) >= 2, WAIT_MS)
    await page.keyboard.press('Escape')
    await eventually('no cursor', async () => (await cursors.count()) === 0, WAIT_MS)
    expect(await page.getByTestId('card').count()).toBe(1)
  })

  it('are a card that reaches back an hour, and copies values', async () => {
    const metric = page.getByTestId('metric').first()
    await metric.waitFor({ timeout: WAIT_MS })
    const asked = page.waitForResponse((response) => response.url().includes('samples=1h'))
    await page.locator('[data-span="1h"]').click()
    await asked
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.locator('.facts > div', { hasText: 'IPs' }).getByTestId('copy').press('Enter')
    await eventually('the copy', async () =>
      /^\d+\.\d+\.\d+\.\d+$/.test(await page.evaluate<string>('navigator.clipboard.readText()')),
    )
  })

  it('are a card whose long tables unfold and are filtered', async () => {
    const { id } = await detailsOf('server')
    await page.goto(`${scope.url}/#/containers/${encodeURIComponent(id)}`)
    const labels = page.getByTestId('properties').filter({ hasText: 'Docker labels' })
    const keys = labels.locator('dt')
    await keys.first().waitFor({ timeout: WAIT_MS })
    const folded = await keys.count()
    await labels.getByRole('button', { name: 'Show all 14' }).click()
    expect(await keys.count()).toBe(14)
    expect(folded).toBeLessThan(14)
    await labels.getByRole('searchbox').fill('number-13')
    expect(await keys.allTextContents()).toEqual(['com.example.number-13'])
    await page.keyboard.press('Escape')
    expect(await keys.count()).toBe(14)
    expect(await page.getByTestId('card').count()).toBe(1)
  })

  it('are a card of an edge that says who tried, how often, whereto, and why it failed', async () => {
    const [client, server] = [await detailsOf('client'), await detailsOf('server')]
    await page.goto(`${scope.url}/#/containers/${[client.id, server.id].map(encodeURIComponent).join('/')}`)
    const flow = page.getByTestId('flow').filter({ hasText: ':5432' }).first()
    const said = new RegExp(`→\\S+:5432.*failed: refused · wanted ${ip}:5432`)
    try {
      await eventually(
        'who tried',
        async () => (await page.getByTestId('flow').allTextContents()).some((text) => said.test(text)),
        WAIT_MS,
      )
    } catch (cause) {
      throw new Error(`${page.url()} says: ${await page.locator('body').textContent()}`, { cause })
    }
    await page
      .locator('.facts > div', { hasText: 'Failed' })
      .getByText('refused')
      .waitFor({ timeout: WAIT_MS })
    await flow.getByRole('button').first().click()
    await eventually('its process', () => page.url().includes('#/processes/'))
  })
})
