import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDocument } from '../../../../src/api/types.ts'
import { settings } from '../../../../web/settings.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

/** Longer than the map takes to be fitted without motion. */
const REST_MS = 500

describeWith(['browser'], 'the part of the map that somebody has moved to', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    demo = await startDemo()
    browser = await openBrowser()
    page = await open(`${demo.url}/#/hosts`)
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const settled = (one: Page) =>
    one.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
  const open = async (address: string) => {
    const one = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    await one.goto(address)
    await settled(one)
    return one
  }
  const cameraOf = (one: Page) =>
    one.getByTestId('map-canvas').evaluate(({ dataset }) => [dataset.zoom, dataset.x, dataset.y].map(Number))
  const at = (one: Page) => new URLSearchParams(new URL(one.url()).hash.split('?')[1]).get('at')
  const hasCamera = (one: Page, camera: readonly number[]) =>
    eventually('the camera', async () =>
      (await cameraOf(one)).every((is, i) => Math.abs(is - (camera[i] ?? Number.NaN)) < 1),
    )

  /** The camera, once it has not changed for a while: the map may still be fitted. */
  const resting = (one: Page) => {
    let before = ''
    return eventually('the camera to rest', async () => {
      await one.waitForTimeout(REST_MS)
      const now = await cameraOf(one)
      const rests = now.join() === before
      before = now.join()
      return rests && now
    })
  }

  it('is in the address, for whoever gets the link, and still there after other views', async () => {
    expect(at(page)).toBeNull()
    await page.mouse.move(600, 400)
    await page.mouse.wheel(0, -300)
    const first = await eventually('the address', () => at(page) ?? undefined)
    await page.mouse.wheel(-80, 60)
    await eventually('another address', () => at(page) !== first)
    const moved = await cameraOf(page)
    const inAddress = at(page)

    const other = await open(page.url())
    await hasCamera(other, moved)
    expect(at(other)).toBe(inAddress)
    await other.close()

    await page.getByTestId('tab').filter({ hasText: 'Containers' }).click()
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
    await expect.poll(() => at(page)).toBeNull()
    await page.getByTestId('tab').filter({ hasText: 'Hosts' }).click()
    await settled(page)
    await hasCamera(page, moved)
    // How the view is folded is taken anew, since the hosts of a demo that has just started report one after the other.
    await expect.poll(() => page.url()).toMatch(/#\/hosts\b/)
    await expect.poll(() => at(page)).toBe(inAddress)
  })

  it('is no longer there when all is shown, and comes back with the way back', async () => {
    const moved = await cameraOf(page)
    const address = page.url()
    await page.goto(address.replace(/[?&]at=[^&]*/, ''))
    await eventually(
      'all of the map',
      async () => Math.abs(((await cameraOf(page))[0] ?? 0) - (moved[0] ?? 0)) > 0.01,
    )
    await expect.poll(() => at(page)).toBeNull()
    await page.goBack()
    await hasCamera(page, moved)
    await page.keyboard.press('0')
    await eventually('the address', () => at(page) === null)
  })

  it('comes back with the way back over a filter, and stays in the address', async () => {
    const one = await browser.newPage({ ...calm, viewport: { width: 1200, height: 800 } })
    await one.goto(`${demo.url}/#/hosts`)
    await settled(one)
    const nodes = () => one.getByTestId('node').count()
    const all = await nodes()
    await one.mouse.move(600, 400)
    await one.mouse.wheel(0, -300)
    await eventually('the address', () => at(one) !== null)
    const moved = await resting(one)
    const inAddress = at(one)
    const { nodes: hosts } = await demo.get<ViewDocument>('/api/topology/hosts')
    const [host] = Object.values(hosts ?? {}).filter(({ pseudo }) => !pseudo)
    await one.getByTestId('search').fill(host?.label ?? '')
    await one.getByTestId('search').press('Enter')
    const isFiltered = async () => (await nodes()) > 0 && (await nodes()) < all
    await eventually('all that the filter shows', async () => (await isFiltered()) && at(one) === null)
    await resting(one)
    const filtered = one.url()

    await one.goBack()
    await eventually('all nodes', async () => (await nodes()) === all)
    await settled(one)
    await resting(one)
    await hasCamera(one, moved)
    expect(at(one)).toBe(inAddress)

    // A link to another part of the map and another filter, in a page that is open.
    await one.goto(`${filtered}&at=40_30_2.5`)
    await eventually('what the filter shows', isFiltered)
    await expect.poll(async () => (await cameraOf(one))[0]).toBeCloseTo(2.5)
    expect((await resting(one))[0]).toBeCloseTo(2.5)
    expect(at(one)).toBe('40_30_2.5')
    // A filter that somebody then chooses is fitted as ever.
    await one.getByTestId('filter-chip').getByRole('button').press('Enter')
    await eventually('all of the map', async () => (await nodes()) === all && at(one) === null)
    await one.close()
  })

  it('comes back, and stays in the address, with a way back that comes while the map still moves to what a filter shows', async () => {
    const one = await open(`${demo.url}/#/hosts`)
    const nodes = () => one.getByTestId('node').count()
    const all = await nodes()
    await one.mouse.move(600, 400)
    await one.mouse.wheel(0, -300)
    await eventually('the address', () => at(one) !== null)
    const moved = await resting(one)
    const inAddress = at(one)
    const { nodes: hosts } = await demo.get<ViewDocument>('/api/topology/hosts')
    const [host] = Object.values(hosts ?? {}).filter(({ pseudo }) => !pseudo)
    await one.getByTestId('search').fill(host?.label ?? '')
    await one.evaluate(`{
      window.addEventListener('popstate', () => (window.hasGoneBack = true), { once: true })
      const count = () => document.querySelectorAll('[data-testid=node]').length
      const all = count()
      new MutationObserver((_, observer) => {
        if (count() === 0 || count() >= all) return
        observer.disconnect()
        history.back()
      }).observe(document.body, { subtree: true, childList: true })
    }`)
    await one.getByTestId('search').press('Enter')
    await eventually('the way back', () => one.evaluate<boolean>('window.hasGoneBack === true'))
    await eventually('all nodes', async () => (await nodes()) === all)
    await resting(one)
    await hasCamera(one, moved)
    await expect.poll(() => at(one)).toBe(inAddress)
    await one.close()
  })

  it('comes back, and stays in the address, with a way back that comes while the map still moves to all of it by a key', async () => {
    const one = await open(`${demo.url}/#/hosts`)
    await one.mouse.move(600, 400)
    await one.mouse.wheel(0, -300)
    await eventually('the address', () => at(one) !== null)
    const moved = await resting(one)
    const inAddress = at(one)
    // An entry of its own, with the same part of the map.
    await one.goto(`${one.url()}&ring=`)
    await resting(one)
    await hasCamera(one, moved)
    await one.evaluate(`{
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }))
      history.back()
    }`)
    await expect.poll(() => one.url()).not.toContain('ring=')
    await resting(one)
    await hasCamera(one, moved)
    expect(at(one)).toBe(inAddress)
    // What was left tells of the key.
    await one.goForward()
    await expect.poll(() => one.url()).toContain('ring=')
    await expect.poll(async () => (await cameraOf(one))[0]).toBeLessThan(moved[0] ?? 0)
    await expect.poll(() => at(one)).toBeNull()
    await one.close()
  })

  for (const where of ['in a worker', 'in the page’s own thread'])
    it(`is drawn in the pixels of the screen that the window was moved to: drawn ${where}`, async () => {
      // Only of a page without a size of its own can the density change while it is open.
      const one = await browser.newPage({ viewport: null })
      if (where !== 'in a worker')
        await one.addInitScript('delete HTMLCanvasElement.prototype.transferControlToOffscreen')
      const devtools = await one.context().newCDPSession(one)
      const moveTo = (deviceScaleFactor: number) =>
        devtools.send('Emulation.setDeviceMetricsOverride', {
          ...{ width: 1200, height: 800, mobile: false },
          deviceScaleFactor,
        })
      await moveTo(1)
      await one.goto(`${demo.url}/#/hosts`)
      await settled(one)
      const pixels = () =>
        one.locator('canvas.map-layer').evaluate((canvas) => Number(canvas.getAttribute('width')))
      await eventually('a size', async () => (await pixels()) === 1200)
      // Twice: what has listened to one change has to listen to the next.
      for (const [density, colorScheme] of [
        [2, 'light'],
        [3, 'dark'],
      ] as const) {
        await moveTo(density)
        // Chromium tells of a density that is emulated only together with another change.
        await one.emulateMedia({ colorScheme })
        await eventually(`${density} pixels for one`, async () => (await pixels()) === density * 1200)
      }
      await one.close()
    })

  it('is all of it, with no node under the buttons, on a phone', async () => {
    const one = await browser.newPage({
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    })
    for (const [view, nodes] of [
      ['hosts?group=', 9],
      ['containers?group=', 45],
    ] as const) {
      await one.goto(`${demo.url}/#/${view}`)
      await settled(one)
      await eventually('no node under them', async () => {
        const box = await one.locator('.zoom').boundingBox()
        const [zoom = 0, left = 0, top = 0] = await cameraOf(one)
        const reach = settings.node.radiusMin * zoom
        const places = await one
          .getByTestId('node')
          .evaluateAll((all) => all.map(({ dataset }) => [dataset.label, dataset.x, dataset.y]))
        const under = places.filter(
          ([, x, y]) =>
            Number(x) * zoom + left + reach > (box?.x ?? 0) && Number(y) * zoom + top + reach > (box?.y ?? 0),
        )
        expect(under).toEqual([])
        return places.length >= nodes
      })
    }
    await one.close()
  })

  it('rings show what the address says, and the next metric by a key', async () => {
    const ring = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('ring')
    const chosen = () => page.getByTestId('ring').locator('[aria-pressed=true], .ring-chosen').textContent()
    const first = await chosen()
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('>')
    const next = await eventually('the metric in the address', () => ring() ?? undefined)
    expect(next).not.toBe(first)
    await expect.poll(chosen).toBe(next)
    const other = await open(page.url())
    const chosenThere = other.getByTestId('ring').locator('[aria-pressed=true], .ring-chosen')
    await expect.poll(() => chosenThere.textContent()).toBe(next)
    await other.close()
    await page.keyboard.press('<')
    await expect.poll(ring).toBe(first)
  })
})
