import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary, ViewDocument } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS
/** So long it is waited for words that go away by themselves, before they are asked for again. */
const COPIED_MS = 5000

describeWith(['browser'], 'the table', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const rows = () => page.getByTestId('grid-row')
  const row = (label: string) => page.locator(`[data-testid=grid-row][data-label="${label}"]`)
  const head = (column: string) => page.locator(`[data-sort="${column}"]`)
  /** Labels of the rows in the document, from the top. */
  const labels = () =>
    rows().evaluateAll((all) =>
      all
        .map((one) => ({ at: Number(one.getAttribute('aria-rowindex')), label: one.dataset.label ?? '' }))
        .sort((a, b) => a.at - b.at)
        .map(({ label }) => label),
    )
  const parameters = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1])
  const active = () => page.locator('[data-testid=grid-row][data-active=true]').getAttribute('data-label')
  const marked = () => page.locator('[data-testid=grid-row][aria-selected=true]').count()

  beforeAll(async () => {
    demo = await startDemo(['--churn=0', '--seed=u', '--containers=60'])
    await eventually('all hosts', async () => (await demo.get<ProbeSummary[]>('/api/probes')).length === 3)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${demo.url}/#/containers?group=`)
    await page.getByTestId('map').waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('takes the place of the map at the press of a key, with a row for each node', async () => {
    await page.keyboard.press('t')
    await row('web_edge.1').waitFor({ timeout: WAIT_MS })
    expect(await page.getByTestId('map').count()).toBe(0)
    await expect.poll(() => parameters().get('show')).toBe('table')
    await eventually('a row for each node', async () => {
      const { nodes } = await demo.get<ViewDocument>('/api/topology/containers')
      const rows = await page.getByTestId('grid').getAttribute('aria-rowcount')
      expect(rows).toBe(String(Object.keys(nodes).length + 1))
      return true
    })
    await page.goBack()
    await page.getByTestId('map').waitFor({ timeout: WAIT_MS })
    await page.goForward()
    await row('web_edge.1').waitFor({ timeout: WAIT_MS })
  })

  it('sorts by the column that is pressed, once more the other way round, and keeps that in the address', async () => {
    const compare = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
    const isSorted = async (sign: number) => {
      const all = await labels()
      return (
        all.length > 5 && all.every((label, at) => at === 0 || sign * compare(all[at - 1] ?? '', label) <= 0)
      )
    }
    await head('name').click()
    await expect.poll(() => parameters().get('sort')).toBe('name')
    await eventually('ascending', () => isSorted(1), WAIT_MS)
    await head('name').click()
    await expect.poll(() => parameters().get('sort')).toBe('-name')
    await eventually('descending', () => isSorted(-1), WAIT_MS)
    await page.goBack()
    await eventually('ascending again', () => isSorted(1), WAIT_MS)
  })

  it('shows the columns that are chosen, and shows them again after a reload', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&sort=name&q=name:web_*`)
    // What is typed next is for the field, also before another frame is drawn.
    const focused = await page.getByTestId('columns-open').evaluate(async (button) => {
      button.click()
      await Promise.resolve()
      await Promise.resolve()
      return button.ownerDocument.activeElement?.getAttribute('data-testid')
    })
    expect(focused).toBe('column-filter')
    await page.getByTestId('column-filter').fill('tier')
    await page.getByTestId('column').first().check()
    await page.keyboard.press('Escape')
    await head('label.com.example.tier').waitFor({ timeout: WAIT_MS })
    await row('web_edge.1').getByText('web', { exact: true }).waitFor({ timeout: WAIT_MS })
    await expect.poll(() => parameters().get('columns')?.split(',')).toContain('label.com.example.tier')
    // The address has it for others, the browser for another time.
    await page.goto(`${demo.url}/#/containers?show=table&q=name:web_*`)
    await page.reload()
    await head('label.com.example.tier').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('columns-open').click()
    await page.getByTestId('columns-reset').click()
    await head('label.com.example.tier').waitFor({ state: 'detached', timeout: WAIT_MS })
    await page.keyboard.press('Escape')
  })

  it('shows the columns of the beginning again also while it is paused', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&columns=label.com.example.tier`)
    await head('label.com.example.tier').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('columns-open').click()
    await page.getByTestId('column').nth(1).check()
    await page.keyboard.press('Escape')
    await page.goto(`${demo.url}/#/containers?show=table`)
    await page.reload()
    await head('label.com.example.tier').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('pause').click()
    await page.getByTestId('columns-open').click()
    await page.getByTestId('columns-reset').click()
    await head('label.com.example.tier').waitFor({ state: 'detached', timeout: WAIT_MS })
    await page.keyboard.press('Escape')
    await page.getByTestId('pause').click()
  })

  it('keeps the row under the pointer where it is while the others are sorted by live numbers', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&sort=-docker_cpu_total_usage`)
    // Until then the rows are in the order of before.
    await page
      .locator('[aria-sort=descending] [data-sort=docker_cpu_total_usage]')
      .waitFor({ timeout: WAIT_MS })
    await rows().nth(10).waitFor({ timeout: WAIT_MS })
    // Where busy ones are, whose places change often: one cannot say before which of them the pointer will meet.
    const { x = 0, y = 0 } = (await row((await labels())[4] as string).boundingBox()) ?? {}
    await page.mouse.move(x + 20, y + 10)
    const held = (await page.locator('[data-testid=grid-row]:hover').getAttribute('data-label')) as string
    const place = (await labels()).indexOf(held)
    const before = await row(held).boundingBox()
    const orders = new Set<string>()
    await eventually(
      'several orders of the others',
      async () => {
        orders.add((await labels()).filter((label) => label !== held).join(' '))
        return orders.size >= 4
      },
      WAIT_MS,
    )
    expect(await row(held).boundingBox()).toEqual(before)
    expect((await labels()).indexOf(held)).toBe(place)
    await page.mouse.move(600, 70)
  })

  it('has no row of another view or filter, also under the pointer', async () => {
    const gone = page.locator('[data-testid=grid-row][data-gone=true]')
    const pointAt = async (at: number) => {
      const { x = 0, y = 0 } = (await row((await labels())[at] as string).boundingBox()) ?? {}
      await page.mouse.move(x + 20, y + 10)
      await page.locator('[data-testid=grid-row]:hover').waitFor({ timeout: WAIT_MS })
    }
    await page.goto(`${demo.url}/#/hosts?show=table&sort=name`)
    await row('node-1').waitFor({ timeout: WAIT_MS })
    await page.goto(`${demo.url}/#/containers?show=table&sort=-name&group=`)
    await row('web_edge.1').waitFor({ timeout: WAIT_MS })
    await pointAt(0)
    await page.goBack()
    await row('node-1').waitFor({ timeout: WAIT_MS })
    expect(await gone.count()).toBe(0)
    await page.goForward()
    await row('web_edge.1').waitFor({ timeout: WAIT_MS })
    await pointAt(0)
    await page.goto(`${demo.url}/#/containers?show=table&sort=-name&group=&q=name:web_edge*`)
    await eventually(
      'only what matches',
      async () => (await labels()).every((one) => one.startsWith('web_edge')),
      WAIT_MS,
    )
    await page.mouse.move(600, 70)
  })

  it('opens the card of the row that is pressed', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&sort=name&q=name:web_*`)
    await row('web_edge.1').click()
    await page.getByTestId('card-title').filter({ hasText: 'web_edge.1' }).waitFor({ timeout: WAIT_MS })
    expect(await row('web_edge.1').getAttribute('aria-current')).toBe('true')
    await page.keyboard.press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached', timeout: WAIT_MS })
  })

  it('opens the menu of a row', async () => {
    await row('web_edge.1').click({ button: 'right' })
    await page.getByTestId('node-menu').getByText('web_edge.1').waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
  })

  it('goes from row to row, opens and marks, by keyboard alone', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&sort=name`)
    await eventually(
      'more than the filter of before has left',
      async () => {
        const [first = 'web_'] = await labels()
        return !first.startsWith('web_')
      },
      WAIT_MS,
    )
    await eventually(
      'the focus in the grid',
      async () => {
        await page.keyboard.press('Tab')
        return (await page.locator('[data-testid=grid]:focus').count()) === 1
      },
      WAIT_MS,
    )
    await page.keyboard.press('Home')
    const all = await labels()
    expect(await active()).toBe(all[0])
    await page.keyboard.press('ArrowDown')
    expect(await active()).toBe(all[1])
    await page.keyboard.press('Enter')
    await page
      .getByTestId('card-title')
      .filter({ hasText: all[1] as string })
      .waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached', timeout: WAIT_MS })
    await page.keyboard.press('Space')
    expect(await marked()).toBe(1)
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    expect(await marked()).toBe(3)
    await page.keyboard.press('End')
    await eventually(
      'the last row, in view',
      async () =>
        (await page.getByTestId('grid').getAttribute('aria-rowcount')) ===
        (await page.locator('[data-testid=grid-row][data-active=true]').getAttribute('aria-rowindex')),
      WAIT_MS,
    )
    const grid = page.getByTestId('grid')
    expect(await page.locator(`#${await grid.getAttribute('aria-activedescendant')}`).count()).toBe(1)
    expect(await rows().count()).toBeLessThan(60)
  })

  it('acts on the rows that are marked', async () => {
    expect(await page.getByTestId('marked').textContent()).toBe('3 marked')
    await page.keyboard.press('a')
    const dialog = page.getByTestId('batch')
    await dialog.getByText('3 marked').waitFor({ timeout: WAIT_MS })
    await page.locator('[data-testid=batch][data-section=choosing]').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('batch-close').click()
    await page.getByTestId('grid').focus()
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('marked').count()).toBe(0)
  })

  it('is copied as it is shown', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    // It is said for a few seconds only.
    await eventually(
      'that it is copied',
      async () => {
        await page.getByTestId('table-copy').click()
        const said = page.getByTestId('table-copy').filter({ hasText: 'copied' })
        return said.waitFor({ timeout: COPIED_MS }).then(() => true)
      },
      WAIT_MS,
    )
    const lines = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n')
    expect(lines[0]?.split('\t').slice(0, 4)).toEqual(['Name', 'Where', 'CPU', 'Memory'])
    expect(lines.find((line) => line.startsWith('web_edge.1\t'))).toMatch(
      /^web_edge\.1\tnode-\d\t[\d.]+\t\d+\t/,
    )
    const download = page.waitForEvent('download')
    await page.getByTestId('table-save').click()
    expect((await download).suggestedFilename()).toMatch(/^containers-.*\.csv$/)
    const asJson = page.waitForEvent('download')
    await page.getByTestId('table-save-json').click()
    const saved = JSON.parse(await readFile(await (await asJson).path(), 'utf8')) as {
      readonly name: string
      readonly values: Readonly<Record<string, unknown>>
    }[]
    const edge = saved.find(({ name }) => name === 'web_edge.1')
    expect(edge?.values.docker_cpu_total_usage).toBeTypeOf('number')
    expect(edge?.values['part-of.hosts']).toMatch(/^node-\d$/)
  })

  it('has the rows only that match what is being typed, until that is taken back', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&group=`)
    const { nodes } = await demo.get<ViewDocument>('/api/topology/containers')
    const all = String(Object.keys(nodes).length + 1)
    await expect.poll(() => page.getByTestId('grid').getAttribute('aria-rowcount')).toBe(all)
    await page.keyboard.press('/')
    await page.keyboard.type('name:web_frontend*')
    await eventually('the rows that match', async () => {
      const found = await labels()
      expect(found.length).toBeGreaterThan(1)
      expect(found.filter((label) => !label.startsWith('web_frontend'))).toEqual([])
      return true
    })
    // What is found lies above the head of the table.
    await page.getByTestId('search-option').first().click({ trial: true })
    // The first closes the list of what is found.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByTestId('grid').getAttribute('aria-rowcount')).toBe(all)
  })

  it('shows what the query selects, and groups as the map does', async () => {
    await page.goto(`${demo.url}/#/containers?show=table&group=&q=name:web_frontend*`)
    await eventually(
      'only what matches',
      async () =>
        (await labels()).every((one) => one.startsWith('web_frontend')) && (await labels()).length > 1,
      WAIT_MS,
    )
    await page.goto(`${demo.url}/#/containers?show=table&group=host`)
    await row('node-1').waitFor({ timeout: WAIT_MS })
    await row('node-1').dblclick()
    await row('node-1').waitFor({ state: 'detached', timeout: WAIT_MS })
    await expect.poll(() => parameters().get('open')).toMatch(/^group:host=node-1/)
  })

  it('has its options, tools, open groups, filter and what can be done with marked rows in two lines', async () => {
    const { nodes } = await demo.get<ViewDocument>('/api/topology/containers?group=service')
    const all = Object.values(nodes ?? {})
    const groups = all.flatMap(({ id, group }) => (group?.id === id ? [encodeURIComponent(id)] : []))
    const edge = encodeURIComponent(all.find(({ label }) => label === 'web_edge.1')?.id ?? '')
    const bar = page.locator('.sheet-bar')
    const isInTwoLines = async (what: string) => {
      const parts = bar.locator('.options-group, .filter-chip, .filter-act, .sheet-tool')
      const tops = await parts.evaluateAll((all) =>
        all.map((one) => {
          const { top, bottom, left, right } = one.getBoundingClientRect()
          return { middle: (top + bottom) / 2, left, right }
        }),
      )
      const lines = new Set(tops.map(({ middle }) => Math.round(middle / 10)))
      expect(lines.size, what).toBeLessThanOrEqual(2)
      const box = await bar.boundingBox()
      for (const { left, right } of tops) {
        expect(left, what).toBeGreaterThanOrEqual(box?.x ?? 0)
        expect(right, what).toBeLessThanOrEqual((box?.x ?? 0) + (box?.width ?? 0))
      }
    }
    const options = 'show=table&sort=-name&group=service'
    for (const [address, part] of [
      [`containers?${options}`, 'fold'],
      [`containers?${options}&open=${groups.slice(0, 3).join(',')}`, 'close-groups'],
      [`containers?${options}&q=name:web_*`, 'left-out'],
      [`containers/${edge}?${options}`, 'card'],
    ] as const) {
      await page.goto(`${demo.url}/#/${address}`)
      await page.getByTestId(part).waitFor({ timeout: WAIT_MS })
      await row('web_edge.1').waitFor({ timeout: WAIT_MS })
      await eventually(`two lines: ${address}`, () => isInTwoLines(address).then(() => true))
    }
    await page.keyboard.press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached' })
    await row('web_edge.1').getByTestId('row-mark').click()
    await page.getByTestId('table-act').waitFor({ timeout: WAIT_MS })
    await isInTwoLines('with a marked row')
    await page.keyboard.press('Escape')
  })

  it('has its first row below its head, where that is as high as a finger needs', async () => {
    const phone = await browser.newPage({
      ...{ ...calm, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    })
    await phone.goto(`${demo.url}/#/containers?show=table&sort=-name&group=`)
    const first = phone.locator('[data-testid=grid-row][aria-rowindex="2"]').first()
    await first.waitFor({ timeout: WAIT_MS })
    const bottoms = await phone
      .locator('.grid-head, .grid-head *')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom))
    const { y = 0 } = (await first.boundingBox()) ?? {}
    expect(y).toBeGreaterThanOrEqual(Math.max(...bottoms) - 2)
    await phone.close()
  })

  it('ran without a complaint of the browser', () => {
    expect(complaints).toEqual([])
  })
})
