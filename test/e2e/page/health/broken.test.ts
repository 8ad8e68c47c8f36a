import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

const WAIT_MS = EVENTUALLY_MS

/** A browser that lacks something, until a key in its storage says that it does not. */
const LACKS = `if (!sessionStorage.getItem('lacks nothing')) {
  const real = matchMedia
  window.matchMedia = (query) => {
    if (query.includes('contrast')) throw new Error('no contrast here')
    return real.call(window, query)
  }
}`

/** How the button looks. */
const LOOK = `(() => {
  const button = document.querySelector('[data-testid=broken] button')
  const { borderTopStyle, borderTopWidth, cursor } = getComputedStyle(button)
  return { border: borderTopStyle + ' ' + borderTopWidth, cursor, height: button.clientHeight }
})()`

let demo: RunningDemo
let browser: Browser

describeWith(['browser'], 'a page that cannot be shown', () => {
  let page: Page

  beforeAll(async () => {
    demo = await startDemo()
    browser = await openBrowser()
    page = await browser.newPage({ ...calm, viewport: { width: 390, height: 844 } })
    await page.addInitScript(LACKS)
    await page.goto(demo.url)
  })
  afterAll(() => page?.close())

  it('tells what failed and what to do', async () => {
    const broken = page.getByRole('alert').filter({ hasText: 'This page has failed' })
    await broken.waitFor({ timeout: WAIT_MS })
    expect(await broken.textContent()).toContain('no contrast here. What runs on the machines goes on.')
  })

  it('has a button that looks like one, can be reached by the keyboard and loads the page again', async () => {
    await page.getByRole('button', { name: 'Load again' }).waitFor()
    const look = await page.evaluate<{ height: number }>(LOOK)
    expect(look).toMatchObject({ border: 'solid 1px', cursor: 'pointer' })
    expect(look.height).toBeGreaterThanOrEqual(24)
    await page.evaluate("sessionStorage.setItem('lacks nothing', 'yes')")
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByTestId('map').waitFor({ timeout: WAIT_MS })
    expect(await page.getByTestId('broken').count()).toBe(0)
  })
})

describeWith(['browser'], 'a page whose network changes while it loads a part', () => {
  it.each(['js', 'css'])('has the part all the same: %s', async (kind) => {
    const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    onTestFinished(() => page.close())
    page.setDefaultTimeout(WAIT_MS)
    let tries = 0
    await page.route(`**/assets/help-*.${kind}`, (route) =>
      ++tries <= 2 ? route.abort('internetdisconnected') : route.continue(),
    )
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
    await eventually('another try', () => tries > 2).catch((cause) => {
      throw new Error(`the part was asked for ${tries} times`, { cause })
    })
    await page.keyboard.press('?')
    await page.getByTestId('help').waitFor()
    const styled = "getComputedStyle(document.querySelector('.help-head')).position"
    expect(await page.evaluate(styled)).toBe('sticky')
    expect((await page.getByRole('alert').allTextContents()).join('')).toBe('')
  })
})

/** Where what is drawn on a map comes from: what sheets there are, in their order, and a colour of the map's. */
const SHEETS = `[...document.styleSheets].flatMap(({ href }) => {
  const name = href?.split('/').at(-1) ?? ''
  return /^(index|app-palette)-/.test(name) ? [name] : []
})`
/** The colour of a corner of the map, by which the rest is seen to be drawn. */
const CORNER = `(() => {
  const map = document.querySelector('[data-testid=map-canvas] canvas')
  const copy = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d')
  copy.drawImage(map, 0, 0, 1, 1, 0, 0, 1, 1)
  return [...copy.getImageData(0, 0, 1, 1).data]
})()`

describeWith(['browser'], 'a page whose network changes while it loads its styles', () => {
  const open = async (colorScheme: 'dark' | 'light', givenUp: number) => {
    const page = await browser.newPage({ ...calm, colorScheme, viewport: { width: 1280, height: 800 } })
    onTestFinished(() => page.close())
    let tries = 0
    await page.route('**/assets/index-*.css', (route) =>
      ++tries <= givenUp ? route.abort('internetdisconnected') : route.continue(),
    )
    await page.goto(demo.url)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').waitFor()
    expect(tries).toBeGreaterThan(givenUp)
    expect((await page.getByRole('alert').allTextContents()).join('')).toBe('')
    return {
      page,
      sheets: await page.evaluate<string[]>(SHEETS),
      corner: await page.evaluate<number[]>(CORNER),
    }
  }

  it.each(['dark', 'light'] as const)(
    'has them all the same, and a map in their colours: %s',
    async (scheme) => {
      const usual = await open(scheme, 0)
      for (const givenUp of [1, 2]) {
        const { page, sheets, corner } = await open(scheme, givenUp)
        expect(await page.evaluate("getComputedStyle(document.body).margin === '0px'")).toBe(true)
        expect([corner, [...new Set(sheets)]]).toEqual([usual.corner, usual.sheets])
      }
    },
  )

  it('begins without them, and says so, when they cannot be had, and has them as soon as they can', async () => {
    const usual = await open('dark', 0)
    const page = await browser.newPage({
      ...{ ...calm, colorScheme: 'dark' },
      viewport: { width: 1280, height: 800 },
    })
    onTestFinished(() => page.close())
    await page.route('**/assets/index-*.css', (route) => route.abort('internetdisconnected'))
    await page.goto(demo.url)
    const notice = page.getByRole('alert').filter({ hasText: 'A part of this page could not be loaded' })
    await notice.waitFor()
    await page.getByTestId('map').waitFor()
    await page.unroute('**/assets/index-*.css')
    await eventually('the styles while somebody uses the page', async () => {
      await page.keyboard.press('Shift')
      return (await notice.count()) === 0
    })
    await expect.poll(() => page.evaluate<number[]>(CORNER)).toEqual(usual.corner)
  })
})

describeWith(['browser'], 'a page that gets neither a part nor an answer for a while', () => {
  it('asks for the part again, and has it', async () => {
    const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    onTestFinished(() => page.close())
    page.setDefaultTimeout(WAIT_MS)
    let tries = 0
    await page.route('**/assets/help-*.js', (route) =>
      ++tries <= 1 ? route.abort('internetdisconnected') : route.continue(),
    )
    // Whether there is another build of the page is asked for, and never answered.
    await page.route(`${demo.url}/`, (route) =>
      route.request().resourceType() === 'document' ? route.fallback() : undefined,
    )
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
    await page.keyboard.press('?')
    await page.getByTestId('help').waitFor()
    expect(tries).toBeGreaterThan(1)
  })
})

describeWith(['browser'], 'a page whose app was updated meanwhile', () => {
  let page: Page

  beforeAll(async () => {
    page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
  })
  afterAll(() => page?.close())

  const PARTS = '**/assets/app-palette-*.js'
  /** From now on the files of this build are missing, and the app has another page, until that is loaded. */
  const update = async () => {
    // First, because a page that is idle loads the parts by itself, and then itself again.
    await page.evaluate('window.isFromBefore = true')
    await page.route(PARTS, (route) => route.fulfill({ status: 404 }))
    let isUpdated = true
    await page.route(`${demo.url}/`, async (route) => {
      if (!isUpdated) return route.fallback()
      if (route.request().resourceType() !== 'document')
        return route.fulfill({ body: '<script type="module" src="./assets/index-newer.js"></script>' })
      isUpdated = false
      await page.unroute(PARTS)
      await route.continue()
    })
  }
  const isLoadedAgain = () =>
    eventually('another page', async () => (await page.evaluate('window.isFromBefore')) === undefined)
  const palette = async () => {
    await page.getByTestId('map').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').waitFor()
    await page.keyboard.press('Escape')
  }

  it('says so and asks where something typed would be lost', async () => {
    await update()
    await page.keyboard.press('/')
    await page.keyboard.type('web')
    await page.keyboard.press('Control+k')
    const notice = page.getByRole('alert').filter({ hasText: 'Scope was updated' })
    await notice.waitFor()
    expect(await page.getByTestId('search').inputValue()).toBe('web')
    expect(await page.getByTestId('broken').count()).toBe(0)
    expect(await page.evaluate('window.isFromBefore')).toBe(true)
    await notice.getByRole('button', { name: 'Load again' }).click()
    await isLoadedAgain()
    await palette()
  })

  it('loads itself again where nothing is lost, but not time and again', async () => {
    await page.reload()
    await page.getByTestId('map').waitFor()
    await update()
    await page.keyboard.press('Control+k')
    await isLoadedAgain()
    await page.getByTestId('map').waitFor()
    await update()
    await page.keyboard.press('Control+k')
    await page.getByRole('alert').filter({ hasText: 'Scope was updated' }).waitFor()
    expect(await page.evaluate('window.isFromBefore')).toBe(true)
  })

  it('says when it is the app that does not answer', async () => {
    await page.unrouteAll()
    await page.reload()
    await page.getByTestId('map').waitFor()
    await page.route(PARTS, (route) => route.abort())
    await page.route(`${demo.url}/`, (route) => route.abort())
    await page.keyboard.press('Control+k')
    await page.getByRole('alert').filter({ hasText: 'The app does not answer' }).waitFor()
  })
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})
