import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SingleConnection } from '../../../src/report/channel.ts'
import type { ReportMessage } from '../../../src/report/delta/delta-schema.ts'
import { metrics } from '../../../src/report/facts.ts'
import { addressId } from '../../../src/report/ids.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { settings } from '../../../web/settings.ts'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import {
  clientHalf,
  containerId,
  containerNode,
  imageNode,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { openTestChannel } from '../../support/scope/test-channel.ts'

const WAIT_MS = EVENTUALLY_MS
/** Of all of them: each waits for its turn. */
const LIMIT_MS = 300_000
const INTERVAL_MS = 500
/** What is said of it, so that a report that comes seconds late is none that the page misses. */
const SAID_INTERVAL_MS = 10_000
const FRAMES = 6
const REQUESTS = 2
/** What the app is, and who asks, does not change by itself. */
const askedOnce: readonly string[] = ['/api', '/api/session']

const projects = ['shop', 'blog']
const services = ['web', 'api', 'db']

/** A world in which nothing but numbers moves. @param beat counts up */
const world = (beat: number): ReportMessage => {
  const atMs = 10_000 + beat * INTERVAL_MS
  const busy = { opened: beat + 1, bytesSent: beat * 1000, bytesReceived: beat * 10, lastMs: atMs }
  return report({
    uptimeMs: atMs,
    intervalMs: SAID_INTERVAL_MS,
    omitted: { addresses: beat + 1 },
    nodes: projects.flatMap((project, p) =>
      services.flatMap((service, s) => [
        containerNode('alpha', `${project}-${service}`, {
          image: `${service}:1`,
          labels: {
            'com.docker.compose.project': project,
            'com.docker.compose.service': service,
            ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`com.example.label-${i}`, `${i}`])),
          },
        }),
        ...(p === 0 ? [imageNode('alpha', `${service}:1`)] : []),
        processNode('alpha', p * 10 + s + 1, { name: `${service}d`, container: `${project}-${service}` }),
      ]),
    ),
    metrics: projects.flatMap((project) =>
      services.map((service) => ({
        node: containerId(`${project}-${service}`),
        id: metrics.containerCpu,
        samples: [[0, (beat * 7) % 100] as [number, number]],
      })),
    ),
    connections: projects.flatMap((_, p) => [
      pair(`alpha;${p * 10 + 1}`, `alpha;${p * 10 + 2}`, 80, busy),
      pair(`alpha;${p * 10 + 2}`, `alpha;${p * 10 + 3}`, 5432, busy),
      clientHalf(`alpha;${p * 10 + 3}`, {
        clientAddress: addressId({ kind: 'global' }, '10.0.0.5'),
        serverAddress: addressId({ kind: 'global' }, '10.9.9.9'),
        port: 443,
        open: 0,
        opened: 0,
        failed: beat + 1,
        lastMs: atMs,
      }),
    ]),
  })
}

/** What somebody does, and then finds as it was. */
const scenes: Readonly<
  Record<string, { readonly hash: string; readonly act?: (page: Page) => Promise<void> }>
> = {
  'open groups and options': {
    hash: '#/containers?group=compose&open=group%3Acompose%3Dalpha%3Bshop',
  },
  'the card of a container': {
    hash: `#/containers/${encodeURIComponent(containerId('shop-api'))}`,
    act: async (page) => {
      await page.locator('.card-filter').fill('label-1')
      await page.locator('[data-sort=port]').first().click()
      await page.locator('.card-body').evaluate((body) => body.scrollTo(0, 120))
    },
  },
  'what is searched for in a card': {
    hash: `#/containers/${encodeURIComponent(containerId('shop-api'))}?q=api`,
    act: async (page) => {
      await page.locator('.facts mark').first().waitFor({ timeout: WAIT_MS })
      await page.locator('.filter-chip button').focus()
    },
  },
  'cards below the open one': {
    hash: `#/processes/alpha%3B3?${['1', '2'].map((pid) => `card=${encodeURIComponent(`processes/alpha%3B${pid}`)}`).join('&')}`,
    act: async (page) => {
      await page.getByTestId('card-below').nth(1).focus()
    },
  },
  'the card of a process': { hash: '#/processes/alpha%3B3' },
  'the card of an edge': {
    hash: '#/processes/alpha%3B1/alpha%3B2',
    act: (page) => page.getByTestId('connection-row').first().waitFor({ timeout: WAIT_MS }),
  },
  'the panel of probes': {
    hash: '#/hosts',
    act: async (page) => {
      await page.getByTestId('health').click()
      await page.locator('.health-reason').waitFor({ timeout: WAIT_MS })
      // The title of what was pressed has numbers that move.
      await page.getByTestId('help-open').focus()
    },
  },
  'the panel of events': {
    hash: '#/hosts',
    act: (page) => page.getByTestId('events-open').click(),
  },
  'what is typed, and what it finds': {
    hash: '#/containers',
    act: async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('shop')
      await page.getByTestId('search-option').nth(3).waitFor({ timeout: WAIT_MS })
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
    },
  },
  'what is typed for the palette, and what it finds': {
    hash: '#/containers',
    act: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByTestId('palette-input').fill('shop')
      await page.locator('[data-testid=palette-option][data-kind=node]').nth(3).waitFor({ timeout: WAIT_MS })
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
    },
  },
  'why two nodes are not connected': {
    hash: `#/containers/${encodeURIComponent(containerId('shop-api'))}`,
    act: async (page) => {
      await page.getByTestId('explain-open').click()
      await page.getByLabel('Explain the connection to').fill('blog-db')
      await page.keyboard.press('Enter')
      await page.getByTestId('reason').first().waitFor({ timeout: WAIT_MS })
    },
  },
  'how two nodes are connected': {
    hash: `#/containers/${encodeURIComponent(containerId('shop-api'))}`,
    act: async (page) => {
      await page.getByTestId('explain-open').click()
      await page.getByLabel('Explain the connection to').fill('shop-db')
      await page.keyboard.press('Enter')
      await page.locator('[data-testid=reason][data-kind=connected]').waitFor({ timeout: WAIT_MS })
    },
  },
  'what helps to find out why it does not work': {
    hash: '#/containers',
    act: async (page) => {
      await page.getByTestId('troubleshooting-open').click()
      await page.getByTestId('app-facts').locator('dd').nth(3).waitFor({ timeout: WAIT_MS })
    },
  },
}

/** Remembers all of the page that somebody can point at, and reads. */
const remember = (page: Page) =>
  page.evaluate(`window.remembered = [...document.querySelectorAll(
    'button, input, select, option, summary, [role=option], p, li, th, td, dt, dd, mark')]; undefined`)

/** What of it was replaced meanwhile, in words. */
const replaced = (page: Page) =>
  page.evaluate<string[]>(`window.remembered
    .filter((element) => !element.isConnected)
    .map(({ tagName, className, textContent }) => [tagName, className, textContent.slice(0, 40)].join(' '))`)

/** What somebody chose and typed. */
const kept = (page: Page) =>
  page.evaluate(`(() => {
    const all = (selector, tell) => [...document.querySelectorAll(selector)].map(tell)
    return {
      focus: document.activeElement?.outerHTML.slice(0, 200),
      typed: all('input', ({ value }) => value),
      scrolled: all('.card-body', ({ scrollTop }) => scrollTop),
      sorted: all('[aria-sort]', (head) => head.textContent + head.getAttribute('aria-sort')),
      open: all('[aria-expanded=true], details[open]', ({ className }) => className),
      chosen: all('[aria-selected=true]', ({ textContent }) => textContent),
    }
  })()`)

describeWith(['browser'], 'a page on which only numbers move', () => {
  let scope: RunningScope
  let browser: Browser
  let probe: TestProbe
  let posting: Promise<void> = Promise.resolve()
  let isOver = false
  const complaints: string[] = []

  // A browser that opens all pages at once takes longer than anybody would wait.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (open: () => Promise<void>): Promise<void> => {
    const opened = turn.then(open)
    turn = opened.catch(() => {})
    return opened
  }

  /** Posts one report after the other: on a busy machine a later one must not overtake. */
  const postAll = async () => {
    for (let beat = 1; !isOver; beat++) {
      await sleep(INTERVAL_MS)
      await probe.post(world(beat))
    }
  }

  /** A channel that tells three connections, each time with other numbers. */
  const answerForConnections = async () => {
    const channel = await openTestChannel({
      url: scope.url,
      probeId: probe.probeId,
      key: probe.key,
      epoch: probe.epoch,
      clusterKey: await clusterKey(scope.stateDir),
      number: 1,
    })
    if (!('orders' in channel)) throw new Error(`no channel: ${channel.code}`)
    let asked = 0
    channel.socket.on('message', () => {
      // Not every frame is an order.
      const { number: id } = channel.orders[asked] ?? {}
      if (id === undefined) return
      asked++
      const connections = [5001, 5002, 5003].map(
        (port): SingleConnection => ({
          state: 'open',
          client: { ip: '127.0.0.1', port, process: 'alpha;1' },
          server: { ip: '127.0.0.1', port: 80, process: 'alpha;2' },
          ageMs: asked * 1000 + port,
          bytesSent: asked * 10,
          bytesReceived: asked,
          retransmits: 0,
        }),
      )
      channel.answer({ id, result: { connections, total: 3 } })
    })
  }

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    probe = await connectTestProbe(scope)
    expect((await probe.post(world(0))).status).toBe(200)
    posting = postAll()
    await answerForConnections()
    browser = await openBrowser()
  })
  afterAll(async () => {
    isOver = true
    await posting
    await browser?.close()
    await scope?.stop()
  })

  it.concurrent.each(Object.entries(scenes))('keeps %s', { timeout: LIMIT_MS }, async (_, { hash, act }) => {
    const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    const seen = { frames: 0, requests: new Map<string, number>() }
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('websocket', (socket) => socket.on('framereceived', () => seen.frames++))
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      seen.requests.set(pathname, (seen.requests.get(pathname) ?? 0) + 1)
    })
    await inTurn(async () => {
      await page.goto(`${scope.url}/${hash}`)
      await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
      if (hash.includes('/', 14)) await page.locator('.card .facts').waitFor({ timeout: WAIT_MS })
      await act?.(page)
    })
    const framesAndAnswers = async () => {
      const asked = [...seen.requests.keys()].filter((path) => path.startsWith('/api'))
      seen.frames = 0
      seen.requests.clear()
      await eventually(
        'frames and answers',
        () =>
          seen.frames >= FRAMES &&
          asked.every((path) => askedOnce.includes(path) || (seen.requests.get(path) ?? 0) >= REQUESTS),
        WAIT_MS,
      )
    }
    await eventually(
      'what is asked for at first',
      async () => {
        await remember(page)
        await framesAndAnswers()
        return (await replaced(page)).length === 0
      },
      2 * WAIT_MS,
    )
    await remember(page)
    const before = await kept(page)
    const sinceMs = performance.now()
    await framesAndAnswers()
    expect(await replaced(page)).toEqual([])
    // Not with each frame, but at intervals; where frames come as seldom as these, that cannot be told apart.
    const intervals = 2 + (performance.now() - sinceMs) / settings.data.detailsPollMs
    for (const [path, requests] of seen.requests)
      expect(requests, `requests of ${path}`).toBeLessThanOrEqual(Math.max(1 + seen.frames / 2, intervals))
    expect(await kept(page)).toEqual(before)
    await page.close()
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
