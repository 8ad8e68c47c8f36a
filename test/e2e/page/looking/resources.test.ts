import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary, ViewDocument } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS

describeWith(['browser'], 'what hosts use', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const host = (label: string, of = page) => of.locator(`[data-testid=host][data-label="${label}"]`)
  const boxes = (label: string, of = page) =>
    host(label, of).locator('[data-testid=box][data-view=containers][data-kind=use]')
  /** Shares of the host's memory by container, as they are drawn. */
  const drawn = async (label: string, of = page) =>
    new Map(
      await boxes(label, of).evaluateAll((all) =>
        all.map(({ dataset }) => [dataset.label ?? '', Number(dataset.share)] as const),
      ),
    )
  /** The same by the API. */
  const told = async (label: string) => {
    const { nodes } = await demo.get<ViewDocument>('/api/topology/containers')
    return new Map(
      Object.values(nodes).flatMap((node) => {
        const memory = node.metrics?.find(({ id }) => id === 'docker_memory_usage')
        const isHere = node.parents?.some((part) => part.topologyId === 'hosts' && part.label === label)
        return memory && isHere ? [[node.label, memory.value] as const] : []
      }),
    )
  }

  beforeAll(async () => {
    demo = await startDemo(['--churn=0', '--seed=u'])
    await eventually('all hosts', async () => (await demo.get<ProbeSummary[]>('/api/probes')).length === 3)
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${demo.url}/#/containers`)
    await page.getByTestId('map').waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('takes the place of the map at the press of a key, with a frame for each host', async () => {
    await page.keyboard.press('r')
    await host('node-3').waitFor({ timeout: WAIT_MS })
    await expect.poll(() => page.getByTestId('host').count()).toBe(3)
    await expect.poll(() => page.url()).toContain('show=resources')
  })

  it('has the containers of a host with their shares of its memory', async () => {
    await page.locator('[data-testid=resource][data-kind=memory]').click()
    await expect.poll(() => page.url()).toContain('by=memory')
    await page.getByTestId('fit-used').click()
    const { nodes } = await demo.get<ViewDocument>('/api/topology/hosts')
    const all = Object.values(nodes).find(({ label }) => label === 'node-1')?.metrics
    const capacity = all?.find(({ id }) => id === 'host_mem_usage_bytes')?.max ?? Number.NaN
    await eventually(
      'the shares that the API tells',
      async () => {
        const [shares, values] = [await drawn('node-1'), await told('node-1')]
        if (shares.size < 5) return false
        for (const [label, share] of shares) {
          const ratio = share / ((values.get(label) ?? Number.NaN) / capacity)
          if (!(ratio > 0.9 && ratio < 1.1)) return false
        }
        return true
      },
      WAIT_MS,
    )
  })

  it('draws boxes within their host, as wide as their shares', async () => {
    const widths = await boxes('node-1').evaluateAll((all) =>
      all.map((one) => [Number(one.dataset.share), one.getBoundingClientRect().width] as const),
    )
    const [first, ...rest] = widths
    for (const [share, width] of rest)
      expect(width / share / ((first?.[1] ?? 0) / (first?.[0] ?? 1))).toBeCloseTo(1, 1)
  })

  it('opens the card of a box, by mouse and by keyboard', async () => {
    const label = (await boxes('node-1').first().getAttribute('data-label')) as string
    // Which one is first changes with what they use.
    await boxes('node-1')
      .and(page.locator(`[data-label="${label}"]`))
      .click({ position: { x: 2, y: 4 } })
    await page.getByTestId('card-title').filter({ hasText: label }).waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
    await page.getByTestId('card').waitFor({ state: 'detached', timeout: WAIT_MS })
    await host('node-1').getByTestId('host-head').focus()
    await page.keyboard.press('ArrowRight')
    const focused = await page.locator('[data-testid=box]:focus').getAttribute('data-label')
    await page.keyboard.press('Enter')
    await page
      .getByTestId('card-title')
      .filter({ hasText: focused as string })
      .waitFor({ timeout: WAIT_MS })
  })

  it('stands still while the page is paused', async () => {
    const other = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    await other.goto(page.url())
    await host('node-1', other).waitFor({ timeout: WAIT_MS })
    const shares = async (of = page) => JSON.stringify([...(await drawn('node-1', of))])
    const paused = page.getByTestId('paused')
    await page.getByTestId('pause').press('Space')
    await paused.getByText('paused').waitFor({ timeout: WAIT_MS })
    const held = await shares()
    // What another page follows three times, this one would have followed by then, too.
    for (let times = 0; times < 3; times++) {
      const before = await shares(other)
      await eventually('other numbers', async () => (await shares(other)) !== before, WAIT_MS)
    }
    await other.close()
    expect(await shares()).toBe(held)
    await page.getByTestId('pause').press('Space')
    await eventually('the numbers of now', async () => (await shares()) !== held, WAIT_MS)
  })

  it('has only the containers and processes of the filter, and all hosts', async () => {
    const count = () => page.locator('[data-testid=box][data-kind=use]').count()
    const all = await count()
    await page.goto(`${demo.url}/#/containers?show=resources&by=memory&q=name:web_*`)
    await eventually(
      'fewer boxes',
      async () => {
        const names = await page
          .locator('[data-testid=box][data-view=containers][data-kind=use]')
          .evaluateAll((boxes) => boxes.map(({ dataset }) => dataset.label ?? ''))
        return names.length > 0 && names.every((name) => name.startsWith('web_'))
      },
      WAIT_MS,
    )
    expect(await count()).toBeLessThan(all)
    expect(await page.getByTestId('host').count()).toBe(3)
  })

  it('tells an amount on a narrow box by its number alone, and never a part of what it is of', async () => {
    await page.goto(`${demo.url}/#/containers?show=resources&by=cpu`)
    await page.getByTestId('fit-used').click()
    const box = boxes('node-1')
      .filter({ has: page.locator('.box-value') })
      .first()
    /** The texts of the amount that are seen when the box has a width, and whether they are cut. */
    const seenAt = (px: number) =>
      box.evaluate((element, width) => {
        element.style.width = `${width}px`
        const [value] = element.getElementsByClassName('box-value')
        const end = value?.getBoundingClientRect().bottom ?? 0
        const parts = value?.children.length ? [...value.children] : [value]
        const seen = parts.flatMap((part) => (part && part.getBoundingClientRect().top < end ? [part] : []))
        return {
          text: seen.map(({ textContent }) => textContent).join(''),
          isCut: seen.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
        }
      }, px)
    await eventually('an amount of a CPU', async () => (await seenAt(400)).text.endsWith('CPU'), WAIT_MS)
    expect(await seenAt(400)).toEqual({ text: expect.stringMatching(/^[\d.]+\s% of a CPU$/), isCut: false })
    expect(await seenAt(60)).toEqual({ text: expect.stringMatching(/^[\d.]+\s%$/), isCut: false })
  })

  it('ran without a complaint of the browser', () => {
    expect(complaints).toEqual([])
  })
})
