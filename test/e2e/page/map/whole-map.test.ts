import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { settings } from '../../../../web/settings.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const CONTAINERS = 120
const SIZE = { width: 1280, height: 800 }
/** Names of the containers that a simulated shop always has. */
const OF_SHOP = /^(web|shop|crm|data)[_-]/

interface Camera {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

/** What is printed; see {@link LOOK_AT_PRINT}. */
interface Printed {
  readonly title: string
  readonly theme: string
  /** Texts of the picture of the map. */
  readonly texts: readonly string[]
  /** First cells of the rows of the table. */
  readonly rows: readonly string[]
  /** Texts of cards. */
  readonly cards: readonly string[]
}

/** Prints without a dialog, which nobody would close, and notes what there is to print when the browser has printed. */
const LOOK_AT_PRINT = `
  window.print = () => {
    dispatchEvent(new Event('beforeprint'))
    dispatchEvent(new Event('afterprint'))
  }
  addEventListener('afterprint', () => {
    const sheet = document.querySelector('.print-sheet')
    const texts = (selector) => [...sheet.querySelectorAll(selector)].map((one) => one.textContent)
    window.printed = sheet && {
      title: sheet.querySelector('h1').textContent,
      theme: document.documentElement.dataset.theme,
      texts: texts(':scope > svg text'),
      rows: texts(':scope > table > tbody td:first-child'),
      cards: texts('[data-card] h2'),
    }
  })`

describeWith(['browser'], 'the whole of a large map', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    demo = await startDemo(['--hosts=4', `--containers=${CONTAINERS}`, '--churn=0', '--seed=a'])
    await eventually('all containers', async () => {
      const views = await demo.get<ViewDescription[]>('/api/topology')
      const containers = views.find(({ url }) => url.endsWith('/containers'))
      return (containers?.stats.nonpseudo_node_count ?? 0) >= CONTAINERS
    })
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: SIZE, colorScheme: 'dark' })
    page.setDefaultTimeout(EVENTUALLY_MS)
    await page.addInitScript(LOOK_AT_PRINT)
    await page.goto(`${demo.url}/#/containers?group=`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
  })
  beforeEach(async () => {
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('0')
    // Until then the camera is still that of the test before.
    await eventually('the whole map', isFitted)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const camera = (): Promise<Camera> =>
    page
      .getByTestId('map-canvas')
      .evaluate(({ dataset }) => ({ zoom: Number(dataset.zoom), x: Number(dataset.x), y: Number(dataset.y) }))
  /** The place of the map in the middle of the page. */
  const middle = async () => {
    const { zoom, x, y } = await camera()
    return { x: (SIZE.width / 2 - x) / zoom, y: (SIZE.height / 2 - y) / zoom }
  }
  const nodes = (): Promise<{ label: string; x: number; y: number }[]> =>
    page.getByTestId('node').evaluateAll((all) =>
      all.map((one) => ({
        label: one.getAttribute('data-label') ?? '',
        x: Number(one.getAttribute('data-x')),
        y: Number(one.getAttribute('data-y')),
      })),
    )
  const isFitted = async () => {
    const { zoom, x, y } = await camera()
    const all = await nodes()
    const across = all.map((node) => (node.x * zoom + x) / SIZE.width)
    const down = all.map((node) => (node.y * zoom + y) / SIZE.height)
    const spans = [across, down].map((places) => Math.max(...places) - Math.min(...places))
    return [...across, ...down].every((place) => place > 0 && place < 1) && Math.max(...spans) > 0.6
  }
  const zoomTo = async (key: '+' | '-', isThere: (zoom: number) => boolean) => {
    for (let { zoom } = await camera(); !isThere(zoom); ) {
      const before = zoom
      await page.keyboard.press(key)
      zoom = await eventually('another zoom', async () => {
        const now = (await camera()).zoom
        return now !== before && now
      })
    }
  }
  const save = async (name: string) => {
    await page.getByTestId('save-menu').click()
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name, exact: true }).click()
    const download = await waiting
    const content = readFileSync(await download.path())
    await page.getByTestId('map-canvas').focus()
    return { name: download.suggestedFilename(), content }
  }
  /** What the browser reads in a saved SVG document: its size and what it says. */
  const svgOf = ({ content }: { readonly content: Buffer }) =>
    page.evaluate<{ root: string; title: string; width: number; height: number; texts: string[] }>(`(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(content.toString('utf8'))}, 'image/svg+xml')
      const root = document.documentElement
      return {
        root: root.localName,
        title: root.querySelector('title').textContent,
        width: Number(root.getAttribute('width')),
        height: Number(root.getAttribute('height')),
        texts: [...root.querySelectorAll('text')].map((text) => text.textContent),
      }
    })()`)

  it('is saved as SVG with the name of every node, and as PNG of twice its size', async () => {
    const saved = await save('The map as SVG')
    expect(saved.name).toMatch(/^scope-containers-[\dT-]+\.svg$/)
    const { root, title, width, height, texts } = await svgOf(saved)
    expect(root).toBe('svg')
    expect(title).toMatch(/^Containers, /)
    const labels = (await nodes()).map(({ label }) => label).filter((label) => OF_SHOP.test(label))
    expect(labels.length).toBeGreaterThanOrEqual(CONTAINERS * 0.9)
    expect(labels.filter((label) => !texts.includes(label))).toEqual([])
    expect(saved.content.toString('utf8')).not.toMatch(/NaN|undefined|Infinity/)

    const drawn = await save('The map as PNG')
    expect(drawn.name).toMatch(/^scope-containers-[\dT-]+\.png$/)
    const png = PNG.sync.read(drawn.content)
    expect([png.width, png.height]).toEqual([2 * width, 2 * height])
    const colours = new Map<number, number>()
    for (let at = 0; at < png.data.length; at += 4) {
      const colour = png.data.readUInt32BE(at)
      colours.set(colour, (colours.get(colour) ?? 0) + 1)
    }
    const background = Math.max(...colours.values()) / (png.width * png.height)
    expect(background).toBeGreaterThan(0.3)
    expect(background).toBeLessThan(0.99)
  })

  it('is saved only as far as it is seen, on demand', async () => {
    await zoomTo('+', (zoom) => zoom > 1.6)
    const { zoom, x, y } = await camera()
    const { width, height, texts } = await svgOf(await save('What is seen as SVG'))
    expect({ width, height }).toEqual(SIZE)
    const isInSight = (node: { readonly x: number; readonly y: number }, border: number) =>
      Math.abs(node.x * zoom + x - SIZE.width / 2) < SIZE.width / 2 - border &&
      Math.abs(node.y * zoom + y - SIZE.height / 2) < SIZE.height / 2 - border
    const all = (await nodes()).filter(({ label }) => OF_SHOP.test(label))
    const inSight = all.filter((node) => isInSight(node, 0)).map(({ label }) => label)
    // A name is wider than its node.
    const outOfSight = all
      .filter((node) => !isInSight(node, -settings.node.labelWidthWhole))
      .map(({ label }) => label)
    expect(inSight.filter((label) => texts.includes(label)).length).toBeGreaterThan(inSight.length / 2)
    expect(outOfSight.length).toBeGreaterThan(0)
    expect(outOfSight.filter((label) => texts.includes(label))).toEqual([])
    const png = PNG.sync.read((await save('What is seen as PNG')).content)
    expect([png.width, png.height]).toEqual([2 * SIZE.width, 2 * SIZE.height])
  })

  it('is in a minimap, on which a press and a drag go to any part of it', async () => {
    const xs = (await nodes()).map(({ x }) => x)
    const [left, right] = [Math.min(...xs), Math.max(...xs)]
    await zoomTo('+', (zoom) => zoom > 1)
    const buttons = await page.getByRole('toolbar', { name: 'Map', exact: true }).boundingBox()
    const { width, height, right: border, gap, inset } = settings.minimap
    const middleY = (buttons?.y ?? 0) - gap - height / 2
    const end = SIZE.width - border - inset
    const begin = end - width + 2 * inset
    const isAt = (place: number) =>
      eventually(
        'that part of the map',
        async () => Math.abs((await middle()).x - place) < (right - left) / 10,
      )
    await page.mouse.click(begin, middleY)
    await isAt(left)
    await page.mouse.click((begin + end) / 2, middleY)
    await isAt((left + right) / 2)
    await page.mouse.down()
    await page.mouse.move(end, middleY, { steps: 4 })
    await page.mouse.up()
    await isAt(right)
    expect(await page.getByTestId('card').count()).toBe(0)
    expect(await page.getByTestId('unpin-all').count()).toBe(0)
  })

  it('shows from afar the grounds of what belongs together, with names and counts, and names of nodes again from nearer', async () => {
    const { from, until, membersLeast } = settings.overview
    await zoomTo('-', (zoom) => zoom < from)
    const seen = async () => {
      const { texts } = await svgOf(await save('What is seen as SVG'))
      const grounds = texts.flatMap((text) => {
        const [, name = '', count] = /^(\w+) · (\d+)$/.exec(text) ?? []
        return count === undefined ? [] : [{ name, count: Number(count) }]
      })
      const labels = new Set((await nodes()).map(({ label }) => label))
      return { texts, grounds, labels, members: grounds.reduce((sum, { count }) => sum + count, 0) }
    }
    const namesIn = (texts: readonly string[], labels: ReadonlySet<string>) =>
      texts.filter((text) => labels.has(text)).length
    const far = await eventually('no names of members of a ground', async () => {
      const now = await seen()
      // A container may come or go after the picture.
      return namesIn(now.texts, now.labels) <= now.labels.size - now.members && now
    })
    expect(new Set(far.grounds.map(({ name }) => name))).toEqual(new Set(['shop', 'web', 'crm']))
    for (const { count } of far.grounds) expect(count).toBeGreaterThanOrEqual(membersLeast)
    expect(far.members).toBeGreaterThan(CONTAINERS / 2)
    expect(far.members).toBeLessThanOrEqual(CONTAINERS)
    await zoomTo('+', (zoom) => zoom > until)
    const { texts } = await svgOf(await save('What is seen as SVG'))
    expect(texts).toContain('web_edge.1')
    expect(namesIn(texts, far.labels)).toBeGreaterThan(namesIn(far.texts, far.labels))
    expect(texts.filter((text) => / · \d+$/.test(text))).toEqual([])
  })

  const nowPrinted = () => page.evaluate<Printed | null | undefined>('window.printed')
  /** Has the browser print as by its own menu. */
  const printByMenu = async () => {
    const pdf = await page.pdf({ preferCSSPageSize: true })
    const pages = pdf.toString('latin1').match(/\/Type \/Page$/gm)?.length
    return { pages, printed: await nowPrinted() }
  }

  it('is printed by a key on one page in light colours, after which the page is as before', async () => {
    await page.keyboard.press('Control+p')
    const { title, theme, texts } = await eventually(
      'what is printed',
      async () => (await nowPrinted()) ?? false,
    )
    expect(title).toMatch(/^Containers, /)
    expect(theme).toBe('light')
    const labels = (await nodes()).map(({ label }) => label).filter((label) => OF_SHOP.test(label))
    expect(labels.filter((label) => !texts.includes(label))).toEqual([])
    expect(await page.locator('.print-sheet').count()).toBe(0)
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  it('is printed so by the menu of the browser, too, on the way to which the pointer leaves the page', async () => {
    await page.goto(`${demo.url}/#/containers?group=service`)
    await eventually('the services', async () =>
      (await page.getByTestId('fold').textContent())?.startsWith('Show all'),
    )
    await page.mouse.move(600, 300)
    await page.mouse.move(600, -10)
    const { pages, printed } = await eventually('the picture', async () => {
      const now = await printByMenu()
      return now.printed?.texts.includes('web_frontend') && now
    })
    expect(pages).toBe(1)
    expect(printed?.texts).not.toContain('web_frontend.1')
  })

  it('is printed as a table with all rows or the marked ones, and with the open card, which the palette prints alone', async () => {
    await page.goto(`${demo.url}/#/containers?group=`)
    await eventually('all containers', async () => (await nodes()).length > CONTAINERS)
    const labels = (await nodes()).map(({ label }) => label)
    await page.keyboard.press('t')
    await page.getByTestId('grid-row').nth(3).waitFor()
    const all = await printByMenu()
    expect(all.pages).toBeGreaterThan(2)
    expect([...(all.printed?.rows ?? [])].sort()).toEqual(labels.sort())
    await page.getByTestId('grid-row').first().click()
    await page.getByTestId('card').waitFor()
    const title = await eventually('the card of a container', async () => {
      const text = (await page.getByTestId('card-title').textContent()) ?? ''
      return labels.includes(text) && text
    })
    const withCard = await printByMenu()
    expect(withCard.printed?.cards).toEqual([title])
    expect(withCard.pages).toBeGreaterThan(all.pages ?? 0)

    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').fill('print the card')
    await page.getByTestId('palette-option').filter({ hasText: 'Print the card' }).click()
    await expect.poll(nowPrinted).toMatchObject({ cards: [title], rows: [] })
    await page.getByTestId('grid').focus()
    await page.keyboard.press(' ')
    await page.getByTestId('marked').waitFor()
    expect((await printByMenu()).printed?.rows).toEqual([title])
  })
})
