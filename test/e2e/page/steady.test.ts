import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Camera, zoomAt } from '../../../web/draw/camera.ts'
import { settings } from '../../../web/settings.ts'
import { eventually } from '../../support/eventually.ts'
import { openBrowser } from '../../support/machine/browser.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'

const WAIT_MS = 20_000
const SIZE = { width: 1000, height: 700 }
/** So long a map that was moved must stay where it is, while frames come. */
const HOLD_MS = 10_000
const LEAST_FRAMES = 3

/** What a person does to the map. */
const moves: Readonly<Record<string, (page: Page) => Promise<Camera>>> = {
  'a drag': (page) => drag(page),
  'the wheel': (page) => wheel(page, -200),
  'the key +': (page) => stepIn(page, () => page.keyboard.press('+')),
  'the button +': (page) => stepIn(page, () => page.getByRole('button', { name: 'Zoom in' }).click()),
  'the wheel, with a filter': async (page) => {
    await page.keyboard.press('/')
    await page.keyboard.type('name:node*')
    await page.keyboard.press('Enter')
    await page.getByTestId('filter-chip').waitFor({ timeout: WAIT_MS })
    return wheel(page, 200)
  },
  'a drag, with an open card': async (page) => {
    await page.locator('[data-testid=node][data-label=node]').first().locator('button').press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    return drag(page)
  },
}

const centre = { x: SIZE.width / 2, y: SIZE.height / 2 }

/** Each of these tells where the map is to be afterwards. */
const drag = async (page: Page): Promise<Camera> => {
  const before = await rests(page)
  const from = await emptyPlace(page)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 60, from.y + 40, { steps: 4 })
  await page.mouse.move(from.x + 140, from.y + 90, { steps: 4 })
  await page.mouse.up()
  return { zoom: before.zoom, x: before.x + 140, y: before.y + 90 }
}

const wheel = async (page: Page, by: number): Promise<Camera> => {
  const before = await rests(page)
  await page.mouse.move(centre.x, centre.y)
  await page.mouse.wheel(0, by)
  return zoomAt(before, centre, Math.exp(-by * settings.camera.wheelRate), anyZoom)
}

const stepIn = async (page: Page, press: () => Promise<void>): Promise<Camera> => {
  const before = await rests(page)
  await press()
  return zoomAt(before, centre, settings.camera.zoomStep, anyZoom)
}

const anyZoom = { min: 0, max: Number.POSITIVE_INFINITY }

/** A place of the map far from nodes and from what floats over it. */
const emptyPlace = async (page: Page): Promise<{ x: number; y: number }> => {
  const { zoom, x: left, y: top } = await camera(page)
  const nodes = await page
    .getByTestId('node')
    .evaluateAll((all) =>
      all.map((one) => [Number(one.getAttribute('data-x')), Number(one.getAttribute('data-y'))] as const),
    )
  let best = { x: 0, y: 0, room: 0 }
  for (let x = 80; x < SIZE.width - 560; x += 20)
    for (let y = 120; y < SIZE.height - 220; y += 20) {
      const room = Math.min(...nodes.map(([nx, ny]) => Math.hypot(nx * zoom + left - x, ny * zoom + top - y)))
      if (room > best.room) best = { x, y, room }
    }
  return best
}

const camera = async (page: Page): Promise<Camera> => {
  const canvas = page.getByTestId('map-canvas')
  const [zoom = 0, x = 0, y = 0] = await Promise.all(
    ['zoom', 'x', 'y'].map(async (name) => Number(await canvas.getAttribute(`data-${name}`))),
  )
  return { zoom, x, y }
}

/** The camera, once it has been the same for a while. */
const rests = async (page: Page) => {
  let before = ''
  return eventually('the map to rest', async () => {
    await page.waitForTimeout(700)
    const now = await camera(page)
    const same = JSON.stringify(now) === before
    before = JSON.stringify(now)
    return same && now
  })
}

describeWith(['root', 'ebpf', 'browser'], 'a map that was moved by hand', () => {
  let scope: RunningScope
  let browser: Browser
  let server: Awaited<ReturnType<typeof startServer>>
  let client: TrafficProcess
  let traffic: NodeJS.Timeout
  const pages = new Map<string, { page: Page; frames: number }>()
  const wanted = new Map<string, Camera>()

  beforeAll(async () => {
    scope = await startScope()
    server = await startServer()
    client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    traffic = setInterval(() => void client.ask('say hello'), 500)
    browser = await openBrowser()
    for (const move of Object.keys(moves)) {
      const page = await browser.newPage({ viewport: SIZE })
      const seen = { page, frames: 0 }
      pages.set(move, seen)
      page.on('websocket', (socket) => {
        if (socket.url().includes('/api/topology/'))
          socket.on('framereceived', ({ payload }) => {
            // Others only tell that the app is there.
            if (String(payload).includes('"update":[')) seen.frames++
          })
      })
      await page.goto(`${scope.url}/#/processes`)
      await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
      await page.locator('[data-testid=node][data-label=node]').first().waitFor({ state: 'attached' })
    }
  })
  afterAll(async () => {
    clearInterval(traffic)
    await browser?.close()
    await client?.end()
    await server?.end()
    await scope?.stop()
  })

  /** Watches live data for a while, then looks where every map is. */
  const stayed = async () => {
    for (const one of pages.values()) one.frames = 0
    await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
    for (const [move, { page, frames }] of pages) {
      const { zoom, x, y } = wanted.get(move) ?? { zoom: 0, x: 0, y: 0 }
      expect(await camera(page), `the map after ${move}`).toEqual({
        zoom: expect.closeTo(zoom, 6),
        x: expect.closeTo(x, 3),
        y: expect.closeTo(y, 3),
      })
      expect(frames, `frames after ${move}`).toBeGreaterThanOrEqual(LEAST_FRAMES)
    }
  }

  it('stays where it is on live data', async () => {
    for (const [move, { page }] of pages) wanted.set(move, await (moves[move] ?? rests)(page))
    await stayed()
  })

  it('stays where it is when the app was away', async () => {
    process.kill(await scope.pidOf('app'), 'SIGKILL')
    for (const { page } of pages.values())
      await page.locator('[data-testid=stream]:not([data-state=live])').waitFor({ timeout: WAIT_MS })
    expect((await scope.launch()).code).toBe(0)
    for (const { page } of pages.values())
      await page.locator('[data-testid=stream][data-state=live]').waitFor({ timeout: WAIT_MS })
    await stayed()
  })
})
