import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { openBrowser } from '../../support/machine/browser.ts'
import { killLeftPrograms } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { type Incident, SESSION_COUNT, setUpIncident } from './stage.ts'

const WAIT_MS = EVENTUALLY_MS

describeWith(['root', 'ebpf', 'docker', 'browser'], 'an incident, walked through on the page', () => {
  let incident: Incident
  let scope: RunningScope
  let browser: Browser
  let page: Page

  /** Opens a view with a filter, as a person who types it and presses Enter. */
  const ask = async (query: string, view = 'containers') => {
    await page.goto(`${scope.url}/#/${view}`)
    await page.keyboard.press('/')
    await page.getByTestId('search').fill('')
    await page.keyboard.type(query)
    await page.keyboard.press('Enter')
    // Until the answer comes the map shows what it has shown before, and a filter tells of no number.
    await page.getByTestId('filter-count').filter({ hasText: 'shown' }).waitFor({ timeout: WAIT_MS })
  }
  const lineOf = (source: string, target: string) => {
    const { prefix } = incident.docker
    return page.locator(
      `[data-testid=edge][data-source="${prefix}${source}"][data-target="${prefix}${target}"]`,
    )
  }
  const openLine = async (source: string, target: string) => {
    const line = lineOf(source, target).first()
    await line.waitFor({ state: 'attached', timeout: WAIT_MS })
    await line.locator('button').press('Enter')
    await page.getByTestId('edge-card').waitFor({ timeout: WAIT_MS })
  }
  const cardSays = async (card: 'card' | 'edge-card', text: RegExp) => {
    let said = ''
    const says = async () => {
      said = (await page.getByTestId(card).textContent({ timeout: WAIT_MS })) ?? ''
      return text.test(said)
    }
    await eventually('the words', says, WAIT_MS).catch((cause) => {
      throw new Error(`the ${card} does not say ${text}, but ${said}`, { cause })
    })
  }

  beforeAll(async () => {
    scope = await startScope()
    incident = await setUpIncident()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  })
  afterAll(async () => {
    await browser?.close()
    await incident?.close()
    await scope?.stop()
    killLeftPrograms()
  })

  it('finds where checkout waits', async () => {
    await ask('from:checkout duration>2s')
    await openLine('checkout', 'inventory')
    await cardSays('edge-card', /Lasted.*within\s[2-5](\.\d+)?\ss/)
    await expect.poll(() => lineOf('checkout', 'cart').count()).toBe(0)
  })

  it('finds who is turned away by redis, and who gets no answer', async () => {
    await ask('to:redis is:failing')
    await openLine('wrong-port', 'redis')
    await cardSays('edge-card', /refused/)
    await cardSays('edge-card', /:6380/)
    await ask('to:redis is:failing')
    await openLine('cut-off', 'redis')
    await cardSays('edge-card', /timed out|no answer/i)
    await cardSays('edge-card', /:6379/)
  })

  it('finds who holds 300 connections', async () => {
    await ask(`open>=${SESSION_COUNT} kind:process`, 'processes')
    const isOf = (pid: number | string) =>
      page
        .getByTestId('node')
        .filter({ hasText: /python3/ })
        .filter({ hasText: `(${pid})` })
    // Others run python3 that holds as many, too.
    const held = isOf(incident.sessions.pid)
    const { docker, containers } = incident
    const others = await docker.docker('inspect', '--format', '{{.State.Pid}}', ...containers.values())
    // What the filter does not select may be listed for a moment.
    await eventually(
      'the program, of the incident alone',
      async () => {
        const counts = [held, ...others.split('\n').map(isOf)].map((node) => node.count())
        const [found, ...more] = await Promise.all(counts)
        return found === 1 && more.every((count) => count === 0)
      },
      WAIT_MS,
    )
    await held.first().locator('button').press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    // The cells of the row follow each other: the port, and how many are open.
    const { port } = incident.postgres
    await cardSays('card', new RegExp(`^python3[^]*Outbound[^]*postgres[^]*${port}${SESSION_COUNT}`))
  })

  it('finds that nginx listens, whose first process has ended since', async () => {
    const { port } = incident.nginx
    await ask(`listen:${port}`, 'processes?unconnected=show&group=')
    const node = page.getByTestId('node').filter({ hasText: /^nginx/ })
    await node.first().waitFor({ state: 'attached', timeout: WAIT_MS })
    await node.first().locator('button').press('Enter')
    await cardSays('card', new RegExp(`^nginx[^]*127\\.0\\.0\\.1:${port}`))
  })

  it('finds who calls redis now and then, and since when', async () => {
    await ask('from:poller')
    await openLine('poller', 'redis')
    await cardSays('edge-card', /:6379/)
    await cardSays('edge-card', /First seen/i)
  })

  it('finds where a container in the network of the host listens', async () => {
    await ask(`listen:${incident.hostPort} reachable:yes`)
    const node = page.getByTestId('node').filter({ hasText: `${incident.docker.prefix}on-host` })
    await node.first().waitFor({ state: 'attached', timeout: WAIT_MS })
    await node.first().locator('button').press('Enter')
    await cardSays('card', new RegExp(`${incident.hostPort}.*never`))
  })
})
