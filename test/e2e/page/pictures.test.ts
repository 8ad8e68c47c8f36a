import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ReportMessage } from '../../../src/report/delta/delta-schema.ts'
import { facts, metrics } from '../../../src/report/facts.ts'
import { addressId, hostNodeId } from '../../../src/report/ids.ts'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { calm, openBrowser } from '../../support/machine/browser.ts'
import { comparePicture, type PictureDifference } from '../../support/machine/pictures.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import {
  clientHalf,
  containerId,
  containerNode,
  hostNode,
  imageNode,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { type ReverseProxy, startForwardingProxy } from '../../support/scope/reverse-proxy.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'

const PICTURES = join(import.meta.dirname, 'pictures')
const INTERVAL_MS = 500
/** Until rates are what they stay. */
const STEADY_BEATS = 24
/** Another build of the browser, or of a font, draws the edges of letters otherwise; a box that moved is more. */
const MOST_DIFFERS = 0.001
const KEPT_AFTER_MS = 4000
/** The page takes the font of the system, and systems have others. */
const USE_FONT = `new MutationObserver((_, observer) => {
  if (!document.documentElement) return
  observer.disconnect()
  document.documentElement.style.setProperty('--font', '"DejaVu Sans"')
}).observe(document, { childList: true })`
/** What tells times and sums, or measures of this very app. */
const CHANGING = '.footer, .metric-line path, .edge-figures, .card .facts dd, .card tbody, .card li'
const FINDINGS = '.findings'
const TIMES_OF_FINDINGS = '.findings time'

/** Who calls whom, at which port and with how many bytes a second. */
const calls: readonly (readonly [client: string, server: string, port: number, bytesPerSecond: number])[] = [
  ['edge', 'web-1', 8080, 900_000],
  ['edge', 'web-2', 8080, 600_000],
  ['web-1', 'api', 9000, 80_000],
  ['web-2', 'api', 9000, 70_000],
  ['api', 'cart', 9001, 9000],
  ['api', 'search', 9200, 30_000],
  ['api', 'postgres', 5432, 200_000],
  ['cart', 'redis', 6379, 50_000],
  ['worker', 'rabbitmq', 5672, 4000],
  ['api', 'rabbitmq', 5672, 2000],
  ['worker', 'postgres', 5432, 12_000],
  ['cron', 'rabbitmq', 5672, 1000],
]
/** They belong to a project of their own. */
const jobs: readonly string[] = ['worker', 'cron', 'rabbitmq']
const UNHEALTHY: readonly string[] = ['cart', 'search', 'web-2', 'cron']
const CPUS = 8
/** So many that their rate has as many digits on a busy machine, where a beat takes longer. */
const FAILED_PER_BEAT = 5
const names = [
  ...new Set(calls.map(([client]) => client).concat(calls.map(([, server]) => server))),
  'backup',
]
const pidOf = (name: string) => names.indexOf(name) + 1
const processId = (name: string) => `alpha;${pidOf(name)}`

const sample = (node: string, id: string, value: number) => ({
  ...{ node, id, max: 100 },
  samples: [[0, value] as [number, number]],
})
const cpuOf = (name: string) => 10 + 8 * pidOf(name)

/** A small shop in which every number grows as it always does. @param beat counts up */
const world = (beat: number, isUnhealthy: boolean): ReportMessage => {
  const atMs = 100_000 + beat * INTERVAL_MS
  return report({
    uptimeMs: atMs,
    intervalMs: INTERVAL_MS,
    nodes: [
      hostNode('alpha', { [facts.cpuCount]: CPUS }),
      ...names
        .flatMap((name) => [
          containerNode('alpha', name, {
            image: `${name.replace(/-\d$/, '')}:1`,
            labels: {
              'com.docker.compose.project': jobs.includes(name) ? 'jobs' : 'shop',
              'com.docker.compose.service': name.replace(/-\d$/, ''),
            },
            facts: isUnhealthy && UNHEALTHY.includes(name) ? { [facts.containerHealth]: 'unhealthy' } : {},
          }),
          imageNode('alpha', `${name.replace(/-\d$/, '')}:1`),
          processNode('alpha', pidOf(name), { name: `${name}d`, container: name }),
        ])
        .filter((node, at, all) => all.findIndex(({ id }) => id === node.id) === at),
    ],
    metrics: [
      sample(hostNodeId('alpha'), metrics.hostCpu, 90),
      ...names.flatMap((name) => [
        sample(containerId(name), metrics.containerCpu, cpuOf(name)),
        sample(processId(name), metrics.processCpu, cpuOf(name) * 0.75),
      ]),
    ],
    connections: [
      ...calls.map(([client, server, port, bytesPerSecond]) =>
        pair(processId(client), processId(server), port, {
          open: 3,
          opened: 10 + beat,
          closed: 7 + beat,
          bytesSent: (beat * bytesPerSecond) / 10,
          bytesReceived: beat * bytesPerSecond,
          lastMs: atMs,
        }),
      ),
      clientHalf(processId('worker'), {
        clientAddress: addressId({ kind: 'global' }, '10.0.0.5'),
        serverAddress: addressId({ kind: 'global' }, '10.9.9.9'),
        port: 443,
        open: 0,
        opened: 0,
        failed: (beat + 1) * FAILED_PER_BEAT,
        refused: (beat + 1) * FAILED_PER_BEAT,
        lastMs: atMs,
      }),
    ],
  })
}

/** What is looked at, and how one gets there. */
interface Scene {
  readonly hash: string
  readonly act?: (page: Page) => Promise<unknown>
  readonly phone?: true
  /** In high contrast. */
  readonly contrast?: true
  /** In dark colours only. */
  readonly dark?: true
  /** From where nobody is let in without signing in. */
  readonly stranger?: true
  /** Several containers are unhealthy. Such scenes come last, since it is told for a while that something has ended. */
  readonly unhealthy?: true
}

const api = encodeURIComponent(containerId('api'))
const postgres = encodeURIComponent(containerId('postgres'))
const scenes: Readonly<Record<string, Scene>> = {
  map: { hash: '#/containers?group=' },
  'the map from afar': { hash: '#/containers?group=&layout=force&at=0_0_0.37' },
  'more contrast': { hash: `#/containers/${api}?group=`, contrast: true, dark: true },
  grouped: { hash: '#/containers?group=service' },
  'an open group': { hash: '#/containers?group=service&open=group:service=compose;shop;web', dark: true },
  'a card': { hash: `#/containers/${api}?group=` },
  'an edge': { hash: `#/containers/${api}/${postgres}?group=` },
  'a table': { hash: '#/containers?group=&show=table&sort=name' },
  resources: { hash: '#/containers?group=&show=resources' },
  'a matrix': { hash: '#/containers?group=&show=matrix' },
  help: { hash: '#/containers?group=', act: (page) => page.keyboard.press('?') },
  palette: { hash: '#/containers?group=', act: (page) => page.keyboard.press('Control+k') },
  'a phone': { hash: '#/containers?group=', phone: true },
  'sign-in': { hash: '', stranger: true },
  findings: {
    hash: '#/containers?group=',
    unhealthy: true,
    act: (page) => page.getByTestId('findings-more').click(),
  },
}

describeWith(['browser'], 'the page looks as it did', () => {
  let scope: RunningScope
  let proxy: ReverseProxy
  let browser: Browser
  let probe: TestProbe
  let posting: Promise<void> = Promise.resolve()
  let isOver = false
  let isUnhealthy = false
  let beat = 0

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m', '--app.insecure'])
    probe = await connectTestProbe(scope)
    expect((await probe.post(world(0, isUnhealthy))).status).toBe(200)
    posting = (async () => {
      while (!isOver) {
        await sleep(INTERVAL_MS)
        await probe.post(world(++beat, isUnhealthy))
      }
    })()
    proxy = await startForwardingProxy(scope.url)
    browser = await openBrowser()
    await eventually('steady rates', () => beat >= STEADY_BEATS)
  })
  afterAll(async () => {
    isOver = true
    await posting
    await browser?.close()
    await proxy?.close()
    await scope?.stop()
  })

  const open = async ({ hash, phone, contrast, stranger }: Scene, colorScheme: 'dark' | 'light') => {
    const page = await browser.newPage({
      ...calm,
      ...{ colorScheme, contrast: contrast ? 'more' : 'no-preference', bypassCSP: true },
      viewport: phone ? { width: 390, height: 780 } : { width: 1200, height: 760 },
    })
    await page.addInitScript(USE_FONT)
    await page.goto(`${stranger ? proxy.url : scope.url}/${hash}`)
    if (stranger) await page.getByTestId('sign-in').waitFor()
    else if (!hash.includes('show='))
      await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
    return page
  }
  const look = async (page: Page, name: string, hidden: string) => {
    if (process.env.SCOPE_KEEP_PICTURES === '1') await page.waitForTimeout(KEPT_AFTER_MS)
    let last: PictureDifference | undefined
    const isAsKept = async () => {
      last = await comparePicture(page, PICTURES, name, hidden)
      return last.share < MOST_DIFFERS
    }
    // Until all that moves has come to rest.
    await eventually('the picture', isAsKept).catch(() => undefined)
    expect(last?.share, last?.hint).toBeLessThan(MOST_DIFFERS)
  }

  const all = Object.entries(scenes).flatMap(([name, scene]) => [
    ['dark', name, scene] as const,
    ...(scene.dark ? [] : [['light', name, scene] as const]),
  ])

  it.each(all)('%s: %s', async (colorScheme, name, scene) => {
    isUnhealthy = scene.unhealthy ?? false
    const page = await open(scene, colorScheme)
    await scene.act?.(page)
    const file = name.replace(/^(?:an?|the) /, '').replaceAll(' ', '-')
    await look(page, `${file}-${colorScheme}`, `${CHANGING}, ${isUnhealthy ? TIMES_OF_FINDINGS : FINDINGS}`)
    await page.close()
  })
})
