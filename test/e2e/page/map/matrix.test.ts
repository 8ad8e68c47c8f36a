import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary, ViewDocument } from '../../../../src/api/types.ts'
import type { ViewFrame } from '../../../../src/view-stream/frame.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { frameOf, signOfLife } from '../../../support/machine/view-frames.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

/** Of one look of several: longer than the page takes, shorter than all of them may take. */
const LOOK_MS = 5000

describeWith(['browser'], 'the matrix', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  let frames = 0

  beforeAll(async () => {
    demo = await startDemo(['--churn=0'])
    // Until then, edges lead to addresses of hosts that nobody reports.
    await eventually('all hosts', async () => (await demo.get<ProbeSummary[]>('/api/probes')).length === 3)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(EVENTUALLY_MS)
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('websocket', (socket) => socket.on('framereceived', () => frames++))
    // Not folded by itself, which may become another a moment later.
    await page.goto(`${demo.url}/#/hosts?show=matrix&group=`)
    await page.getByTestId('matrix-cell').first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const words = async () => (await page.getByTestId('matrix-words').textContent()) ?? ''
  const title = () => page.getByTestId('card-title').textContent()
  const ends = async () => {
    const { nodes, edges } = await demo.get<ViewDocument>('/api/topology/hosts')
    const label = (id: string) => nodes?.[id]?.label ?? id
    return Object.values(edges ?? {}).map(({ source, target }) => `${label(source)}→${label(target)}`)
  }

  it('has a row for each node that calls, a column for each that is called, and a cell for each edge', async () => {
    await eventually('all edges', async () => {
      const all = await ends()
      const names = async (kind: string) =>
        (await page.getByTestId(`matrix-${kind}`).allTextContents()).sort()
      const unique = (labels: readonly (string | undefined)[]) => [...new Set(labels)].sort()
      expect(await names('row')).toEqual(unique(all.map((one) => one.split('→')[0])))
      expect(await names('column')).toEqual(unique(all.map((one) => one.split('→')[1])))
      return (await page.getByTestId('matrix-cell').count()) === all.length
    })
  })

  it('tells what the pointer is on, and opens the card of a pair by a press', async () => {
    // Another row or column may come between the look and the press.
    await eventually('the card of what was told', async () => {
      await page.mouse.move(5, 300)
      await page.getByTestId('matrix-cell').first().hover()
      await page.getByTestId('edge-tooltip').waitFor({ timeout: LOOK_MS })
      const told = await words()
      await page.mouse.down()
      await page.mouse.up()
      await page.getByTestId('edge-card').waitFor({ timeout: LOOK_MS })
      const [source, target] = (/^(.*) to ([^,]*)/.exec(told) ?? []).slice(1)
      const isTold = (await title()) === `${source}→${target}`
      await page.keyboard.press('Escape')
      if (isTold) expect(await ends()).toContain(`${source}→${target}`)
      return isTold
    })
  })

  it('opens the card of a pair by a tap, which points at nothing before', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    const touched = await browser.newPage({ ...calm, ...phone })
    await touched.goto(`${demo.url}/#/hosts?show=matrix&group=`)
    const cell = touched.getByTestId('matrix-cell').first()
    await cell.waitFor()
    const name = async (kind: 'row' | 'column', offset: 'y' | 'x') => {
      const size = Number(await touched.getByTestId('matrix-cells').getAttribute('data-size'))
      const index = Math.floor(Number(await cell.getAttribute(offset)) / size)
      return touched.getByTestId(`matrix-${kind}`).nth(index).textContent()
    }
    const close = () => touched.getByTestId('card-close').tap()
    // Another row or column may come between the look and the tap.
    await eventually('the card of what was tapped', async () => {
      // That of an earlier look, which came too late for it, covers the cells.
      if ((await touched.getByTestId('edge-card').count()) > 0) await close()
      const pair = `${await name('row', 'y')}→${await name('column', 'x')}`
      await cell.tap()
      await touched.getByTestId('edge-card').waitFor({ timeout: LOOK_MS })
      const opened = await touched.getByTestId('card-title').textContent()
      await close()
      await touched.getByTestId('edge-card').waitFor({ state: 'detached' })
      if (opened === pair) expect(await ends()).toContain(pair)
      return opened === pair
    })
    await touched.close()
  })

  it('goes from cell to cell by the arrow keys, and Enter opens one', async () => {
    await page.mouse.move(5, 300)
    await page.getByTestId('matrix-cells').focus()
    await page.keyboard.press('Control+Home')
    const first = await words()
    await page.keyboard.press('ArrowDown')
    await eventually('another row', async () => (await words()) !== first)
    expect(await words()).toMatch(/ to /)
    await page.keyboard.press('Enter')
    await page.getByTestId('edge-card').waitFor()
    await eventually('the card of the cell', async () => {
      expect((await title())?.replace('→', ' to ')).toBe((await words()).split(',')[0])
      return true
    })
    await page.keyboard.press('Escape')
  })

  it('tells when the edge of a cell has gone, of which Enter opens the card as before', async () => {
    const other = await browser.newPage({ ...calm, viewport: { width: 1280, height: 900 } })
    let first: ViewFrame | undefined
    let send: (frame: ViewFrame) => void = () => {}
    // What the page gets first, and from then on nothing but what the test takes away.
    await other.routeWebSocket(/\/api\/topology\//, (toPage) => {
      send = (frame) => toPage.send(JSON.stringify(frame))
      toPage.connectToServer().onMessage((message) => {
        if (first) return toPage.send(signOfLife(first.seq))
        first = frameOf(message)
        toPage.send(message)
      })
    })
    await other.goto(`${demo.url}/#/hosts?show=matrix&group=`)
    await other.getByTestId('matrix-cell').first().waitFor()
    await other.getByTestId('matrix-cells').focus()
    await other.keyboard.press('Control+Home')
    const words = async () => (await other.getByTestId('matrix-words').textContent()) ?? ''
    const [, client, server] = /^(.*) to ([^,]*)/.exec(await words()) ?? []
    const idOf = (label: string | undefined) =>
      first?.nodes?.set?.find(([, node]) => node.label === label)?.[1].id
    const [source, target] = [idOf(client), idOf(server)]
    const edge = first?.edges?.set?.find(([, one]) => one.source === source && one.target === target)
    const seq = first?.seq ?? 0
    first = { seq: seq + 1, base: seq, edges: { remove: edge ? [edge[0]] : [] } }
    send(first)
    await eventually(
      'the cell to be empty',
      async () => (await words()) === `${client} does not call ${server}`,
    )
    await other.keyboard.press('Enter')
    await other.getByTestId('card-gone').waitFor()
    expect(await other.getByTestId('card-title').textContent()).toBe(`${client}→${server}`)
    await other.close()
  })

  it('opens the card of a node by its name, and is left for the map and come back to by a key', async () => {
    const rows = page.getByTestId('matrix-row')
    const name = (await rows.first().textContent()) ?? ''
    // By its name: another row may be the first one by now.
    await rows.and(page.getByTitle(name, { exact: true })).click()
    await eventually('its card', async () => (await title()) === name)
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await page.getByTestId('layout').selectOption('matrix')
    await page.getByTestId('matrix-cell').first().waitFor()
    await page.keyboard.press('g')
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await page.keyboard.press('x')
    await page.getByTestId('matrix-cell').first().waitFor()
    expect(page.url()).toContain('show=matrix')
  })

  it('tells a cell once, however its numbers change, and again when the focus is back at it', async () => {
    const cells = page.getByTestId('matrix-cells')
    await page.mouse.move(5, 300)
    await cells.focus()
    await page.evaluate(`{
      window.told = []
      const words = document.querySelector('[data-testid=matrix-words]')
      const note = () => told.push(words.textContent)
      new MutationObserver(note).observe(words, { subtree: true, childList: true, characterData: true })
    }`)
    await page.keyboard.press('Control+End')
    const last = frames
    await eventually('several frames', () => frames - last >= 12)
    const told = await words()
    expect(told).toMatch(/ to /)
    expect(await page.evaluate('window.told')).toEqual([told])
    await page.getByTestId('search').focus()
    expect(await words()).toBe('')
    await cells.focus()
    expect((await words()).split(',')[0]).toBe(told.split(',')[0])
  })

  it('tells nothing any more when another view is asked for', async () => {
    await page.goto(`${demo.url}/#/containers?show=matrix`)
    await eventually('no words', async () => (await words()) === '')
    await page.getByTestId('matrix-cell').nth(3).waitFor()
    expect(await words()).toBe('')
    expect(await page.locator('[data-current]').count()).toBe(0)
  })

  it('stays as it is under the pointer and at the cell of the keyboard while others come and go, and is sorted when the pointer leaves', async () => {
    const busy = await startDemo(['--churn=600'])
    try {
      await page.goto(`${busy.url}/#/containers?show=matrix&group=`)
      await page.getByTestId('matrix-cell').nth(20).waitFor()
      const rows = () => page.getByTestId('matrix-row').allTextContents()
      // One that goes away meanwhile calls nobody any more.
      const pair = async () => /^(.*?)(?: to | does not call )([^,]*)/.exec(await words())?.slice(1)
      const box = () => page.locator('[data-current]').last().boundingBox()
      const whileOthersCome = async (what: string) => {
        const [before, told, place] = [await rows(), await pair(), await box()]
        const came = new Set<string>()
        await eventually(`${what}: several newcomers`, async () => {
          for (const name of await rows()) if (!before.includes(name)) came.add(name)
          return came.size >= 3
        })
        expect(await pair()).toEqual(told)
        expect(await box()).toEqual(place)
      }
      await page.getByTestId('matrix-cells').focus()
      await page.keyboard.press('Control+End')
      await whileOthersCome('by keyboard')
      await page.getByTestId('matrix-cell').nth(12).hover()
      await whileOthersCome('by pointer')
      const held = await rows()
      await page.mouse.move(640, 20)
      await eventually('another order', async () => (await rows()).join() !== held.join())
    } finally {
      await busy.stop()
    }
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
