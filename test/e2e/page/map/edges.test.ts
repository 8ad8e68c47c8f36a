import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Edge, NodeSummary, ProbeSummary, ViewDocument } from '../../../../src/api/types.ts'
import type { ReportMessage } from '../../../../src/report/delta/delta-schema.ts'
import { isClosedGroup } from '../../../../web/domain/grouping/grouping.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { type EdgeOnMap, NOWHERE, pointAtEdge } from '../../../support/machine/map-edges.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, hostNode, pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

/** Of one look of several: longer than the page takes, shorter than all of them may take. */
const LOOK_MS = 3000
/** Of one look that waits for what the app is asked for. */
const ASKED_MS = 10_000
const INTERVAL_MS = 500

/** A page, and what a mouse does on it. */
const openMouse = async (browser: Browser, url: string) => {
  const page: Page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const complaints: string[] = []
  page.on('console', (message) => {
    complaints.push(...complaintsIn(message))
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  const tooltip = page.getByTestId('edge-tooltip')
  const ends = async () => (await tooltip.locator('.edge-tooltip-ends').textContent()) ?? ''
  const view = async (group: string) => {
    const response = await fetch(`${url}/api/topology/containers?group=${group}`)
    return (await response.json()) as ViewDocument
  }
  const away = () => page.mouse.move(NOWHERE.x, NOWHERE.y)
  return {
    page,
    complaints,
    tooltip,
    ends,
    view,
    away,
    async open(options: string) {
      await page.goto(`${url}/#/containers?${options}`)
      if (options.includes('show=matrix')) return page.getByTestId('matrix-cell').first().waitFor()
      await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
    },
    /** The lines of the tooltip, by what they are of; of what has just gone, none. */
    async told(): Promise<Readonly<Record<string, string>>> {
      const lines = await tooltip
        .locator('dl:not([data-testid]) > div')
        .evaluateAll((all) =>
          all.map((line) => ['dt', 'dd'].map((name) => line.querySelector(name)?.textContent ?? '')),
        )
      return Object.fromEntries(lines)
    },
    async gone() {
      await away()
      await tooltip.waitFor({ state: 'detached' })
    },
    /** Points at an edge of those that are asked for, until the map tells of it: it may still be moved. */
    pointAt: (
      what: string,
      group: string,
      isWanted: (edge: Edge, source: NodeSummary, target: NodeSummary) => boolean,
    ): Promise<EdgeOnMap> => pointAtEdge(page, what, () => view(group), isWanted),
    /** Points at the cell of two nodes in the matrix, until that tells of them. */
    pointAtCell: (source: string, target: string) =>
      eventually(`the pointer on the cell of ${source} and ${target}`, async () => {
        const boxOf = (kind: 'row' | 'column', name: string) =>
          page
            .getByTestId(`matrix-${kind}`)
            .and(page.getByTitle(name, { exact: true }))
            .boundingBox()
        const [row, column] = [await boxOf('row', source), await boxOf('column', target)]
        if (!row || !column) return false
        await away()
        await page.mouse.move(column.x + column.width / 2, row.y + row.height / 2)
        await tooltip.waitFor({ timeout: LOOK_MS })
        return (await ends()) === `${source}→${target}`
      }),
    /**
     * Presses what a look leads to, until its card is there: the map may move away under the mouse before it is pressed.
     *
     * @returns what was pressed, with its card
     */
    async press<E extends Pick<EdgeOnMap, 'source' | 'target'>>(look: () => Promise<E>) {
      const card = page.getByTestId('edge-card')
      const edge = await eventually('the card of what is pressed', async () => {
        const edge = await look()
        await page.mouse.down()
        await page.mouse.up()
        const title = `${edge.source}→${edge.target}`
        const titles = card.getByTestId('card-title')
        try {
          await eventually(title, async () => (await titles.allTextContents()).join() === title, ASKED_MS)
        } catch (error) {
          await page.keyboard.press('Escape')
          throw error
        }
        return edge
      })
      return { edge, card }
    },
    async closeCard() {
      await page.keyboard.press('Escape')
      await page.getByTestId('edge-card').waitFor({ state: 'detached' })
    },
    /** Points at an edge again where the map has moved away under the mouse. */
    async stayOn({ id, source, target }: EdgeOnMap, group: string) {
      const [now] = await tooltip.locator('.edge-tooltip-ends').allTextContents()
      const isIt = (edge: Edge) => edge.id === id
      if (now !== `${source}→${target}`)
        await pointAtEdge(page, `${source}→${target}`, () => view(group), isIt)
    },
    /** Waits until a number is another one, and another one again. */
    async goesOn(what: string, read: () => Promise<string | null | undefined>) {
      for (let times = 0; times < 2; times++) {
        const before = await eventually(what, read)
        await eventually(`${what} to go on`, async () => {
          const now = await read()
          return now !== undefined && now !== before
        })
      }
    },
  }
}
type Mouse = Awaited<ReturnType<typeof openMouse>>

describeWith(['browser'], 'an edge under the mouse', () => {
  let demo: RunningDemo
  let browser: Browser
  let mouse: Mouse

  beforeAll(async () => {
    demo = await startDemo(['--churn=0'])
    await eventually('all hosts', async () => (await demo.get<ProbeSummary[]>('/api/probes')).length === 3)
    browser = await openBrowser()
    mouse = await openMouse(browser, demo.url)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const isBusy = ({ rttUs, retransmits, bytesSentPerSecond, bytesReceivedPerSecond }: Edge) =>
    rttUs !== undefined && retransmits > 0 && bytesSentPerSecond > 0 && bytesReceivedPerSecond > 0
  const isOfGroups = (_: Edge, source: NodeSummary, target: NodeSummary) =>
    isClosedGroup(source) && isClosedGroup(target)

  it('tells its ports, what goes each way, its round trip and since when; goes on, and goes with the mouse', async () => {
    await mouse.open('group=')
    const edge = await eventually('what a busy edge tells', async () => {
      const edge = await mouse.pointAt('a busy edge', '', isBusy)
      expect(await mouse.told()).toMatchObject({
        'Open now': expect.stringMatching(/^\d/),
        Opened: expect.stringMatching(/ \(.*\/(s|min)\)$/),
        Sent: expect.stringMatching(/B \(.*B\/s\)$/),
        Received: expect.stringMatching(/B \(.*B\/s\)$/),
        'Round trip': expect.stringMatching(/s$/),
        'Sent again': expect.stringMatching(/ segments?$/),
        'First seen': expect.stringMatching(/ ago$/),
        Port: expect.stringMatching(/^\d+$/),
      })
      return edge
    })
    await mouse.goesOn('what is received', async () => {
      await mouse.stayOn(edge, '')
      return (await mouse.told()).Received
    })
    await mouse.gone()
  })

  it('opens its card by a press, with who connects to whom, and its numbers go on', async () => {
    const { card } = await mouse.press(() => mouse.pointAt('a busy edge', '', isBusy))
    const flow = card.getByTestId('flow').first()
    await flow.waitFor()
    expect(await flow.locator('.single-ends').textContent()).toMatch(/^\S.*→\S.*:\d+$/)
    await mouse.goesOn('the figures', () => card.getByTestId('edge-figures').textContent())
    await mouse.goesOn('the flow', () => flow.textContent())
    await mouse.closeCard()
  })

  it('that a filter hides is not said to have gone, and its card goes on when the filter is removed', async () => {
    const { page } = mouse
    const { edge: ends, card } = await mouse.press(() => mouse.pointAt('a busy edge', '', isBusy))
    const { nodes } = await mouse.view('')
    const labels = Object.values(nodes ?? {}).flatMap(({ label, pseudo }) => (pseudo ? [] : [label]))
    const other = labels.find((label) => ![ends.source, ends.target].some((end) => end.includes(label)))
    await page.getByTestId('search').fill(`name:${other}`)
    await page.getByTestId('search').press('Enter')
    await card.getByTestId('card-gone').filter({ hasText: 'the filter or the options hide' }).waitFor()
    await page.getByTestId('filter-chip').getByRole('button').press('Enter')
    await card.getByTestId('card-gone').waitFor({ state: 'detached' })
    await mouse.goesOn('the figures', () => card.getByTestId('edge-figures').textContent())
    await mouse.closeCard()
  })

  it('is found there, too, when the map was zoomed and moved', async () => {
    const { page } = mouse
    const zoom = async () => Number(await page.getByTestId('map-canvas').getAttribute('data-zoom'))
    const fitted = await zoom()
    await page.mouse.move(640, 400)
    await page.mouse.wheel(0, -300)
    await mouse.away()
    await page.mouse.down()
    await page.mouse.move(NOWHERE.x + 60, NOWHERE.y - 40, { steps: 4 })
    await page.mouse.up()
    await expect.poll(zoom).toBeGreaterThan(1.2 * fitted)
    await mouse.press(() => mouse.pointAt('an edge of the moved map', '', () => true))
    await mouse.closeCard()
  })

  it('is told of no more when the map has moved away under the mouse', async () => {
    const edge = await mouse.pointAt('an edge of the moved map', '', () => true)
    await mouse.page.keyboard.press('0')
    await eventually('another edge, or none', async () => {
      const [now] = await mouse.tooltip.locator('.edge-tooltip-ends').allTextContents()
      return now !== `${edge.source}→${edge.target}`
    })
  })

  it('between two groups tells what is inside', async () => {
    await mouse.open('group=service')
    const parts = mouse.tooltip.getByTestId('edge-parts')
    const { card } = await mouse.press(async () => {
      const edge = await mouse.pointAt('an edge of two groups', 'service', isOfGroups)
      await parts.waitFor({ timeout: ASKED_MS })
      expect(await parts.textContent({ timeout: LOOK_MS })).toMatch(/\S+ → \S+:\d+.*(open|opened)/)
      await mouse.gone()
      await mouse.page.mouse.move(edge.at.x, edge.at.y)
      await parts.waitFor({ timeout: ASKED_MS })
      return edge
    })
    await card.getByTestId('flow').nth(1).waitFor()
    await mouse.closeCard()
  })

  it('is a cell of the matrix that tells the same, and opens by a press', async () => {
    await mouse.open('group=service&show=matrix')
    const { nodes, edges } = await mouse.view('service')
    const ends = Object.values(edges ?? {}).flatMap((one) => {
      const [source, target] = [nodes?.[one.source], nodes?.[one.target]]
      return source && target && isOfGroups(one, source, target) ? [[source.label, target.label]] : []
    })
    const [[source = '', target = ''] = []] = ends
    await mouse.pointAtCell(source, target)
    await mouse.tooltip.getByTestId('edge-parts').waitFor()
    expect((await mouse.told())['First seen']).toMatch(/ ago$/)
    await mouse.goesOn('what is received', async () => (await mouse.told()).Received)
    const { card } = await mouse.press(async () => {
      await mouse.pointAtCell(source, target)
      return { source, target }
    })
    await card.getByTestId('flow').nth(1).waitFor()
    await mouse.closeCard()
    await mouse.gone()
  })

  it('ran without a complaint of the browser', () => expect(mouse.complaints).toEqual([]))
})

/** A program that reaches its database now and then, and the cache never. */
const failing = (beat: number): ReportMessage =>
  report({
    uptimeMs: 100_000 + beat * INTERVAL_MS,
    intervalMs: INTERVAL_MS,
    nodes: [
      hostNode('alpha'),
      ...['web', 'db', 'cache'].flatMap((name, at) => [
        containerNode('alpha', name),
        processNode('alpha', at + 1, { name: `${name}d`, container: name }),
      ]),
    ],
    connections: [
      pair('alpha;1', 'alpha;2', 5432, {
        ...{ open: 2, opened: 10 + beat, closed: 8 + beat, failed: 3 + beat, refused: 3 + beat },
        lastMs: 100_000 + beat * INTERVAL_MS,
      }),
      pair('alpha;1', 'alpha;3', 6379, {
        ...{ open: 0, opened: 0, failed: 3 + beat, timedOut: 3 + beat },
        lastMs: 100_000 + beat * INTERVAL_MS,
      }),
    ],
  })

describeWith(['browser'], 'an edge under the mouse that fails', () => {
  let scope: RunningScope
  let browser: Browser
  let mouse: Mouse
  let posting: Promise<void> = Promise.resolve()
  let isOver = false
  let day = ''

  beforeAll(async () => {
    day = new Date().toDateString()
    scope = await startScope(['--no-probe', '--app.window=10m'])
    const probe = await connectTestProbe(scope)
    posting = (async () => {
      for (let beat = 0; !isOver; beat++) {
        expect((await probe.post(failing(beat))).status).toBe(200)
        await sleep(INTERVAL_MS)
      }
    })()
    browser = await openBrowser()
    mouse = await openMouse(browser, scope.url)
  })
  afterAll(async () => {
    isOver = true
    await posting
    await browser?.close()
    await scope?.stop()
  })

  /** How the page writes since when it fails: with the date where that was the day before. */
  const since = () =>
    new Date().toDateString() === day ? /^since \d\d:\d\d$/ : /^since (\d+\/\d+\/\d+ )?\d\d:\d\d$/

  /** @param stay points again at what the map has moved away from under the mouse */
  const tellsWhy = async (reason: string, stay: () => Promise<unknown> = async () => undefined) => {
    const told = async () => {
      await stay()
      return mouse.told()
    }
    await eventually('why and since when', async () => {
      const { Failing, Failed } = await told()
      expect(Failing).toMatch(since())
      expect(Failed).toMatch(new RegExp(`^\\S+ connections: ${reason}`))
      return true
    })
    await mouse.goesOn('the failures', async () => (await told()).Failed)
  }

  it.each([
    ['db', 'refused'],
    ['cache', 'timed out'],
  ])('tells why and since when, on the map and on its card (%s)', async (target, reason) => {
    await mouse.open('group=')
    const point = () => mouse.pointAt('what fails', '', (_, __, { label }) => label === target)
    const edge = await point()
    await tellsWhy(reason, () => mouse.stayOn(edge, ''))
    const { card } = await mouse.press(point)
    await eventually('since when, on the card', () =>
      card.getByTestId('facts').getByText(since()).isVisible(),
    )
    const flow = card.locator('[data-testid=flow][data-failing=true]')
    await flow.getByText(reason).first().waitFor()
    expect(await flow.locator('.single-ends').first().textContent()).toMatch(
      new RegExp(`^webd→${target}d:\\d+$`),
    )
    await mouse.goesOn('the flow', () => flow.first().textContent())
    await mouse.closeCard()
  })

  it('tells so in the matrix, too', async () => {
    await mouse.open('group=&show=matrix')
    await mouse.pointAtCell('web', 'db')
    await tellsWhy('refused')
  })

  it('ran without a complaint of the browser', () => expect(mouse.complaints).toEqual([]))
})
