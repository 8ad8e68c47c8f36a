import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Camera, zoomAt } from '../../../../web/draw/camera.ts'
import { settings } from '../../../../web/settings.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser, watchStream } from '../../../support/machine/browser.ts'
import { startClient, startServer, type TrafficProcess } from '../../../support/machine/network/traffic.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { frameOf, signOfLife } from '../../../support/machine/view-frames.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
const SIZE = { width: 1000, height: 700 }
/** So long a map that was moved must stay where it is, while frames come. */
const HOLD_MS = 10_000
const LEAST_FRAMES = 3
const REST_MS = 700
/** So long a map is given to move, before it is moved again. */
const MOVED_MS = 20_000

/** What a person does to the map. Each of these tells where the map is to be afterwards. */
const moves: Readonly<Record<string, (one: Watched) => Promise<Camera>>> = {
  'a drag': (one) => drag(one),
  'the wheel': (one) => wheel(one, -200),
  'the key +': (one) => stepIn(one, () => one.page.keyboard.press('+')),
  'the button +': (one) => stepIn(one, () => one.page.getByRole('button', { name: 'Zoom in' }).click()),
  'the wheel, with a filter': async (one) => {
    const { page } = one
    await page.keyboard.press('/')
    await page.keyboard.type('name:node*')
    await page.keyboard.press('Enter')
    await page.getByTestId('filter-chip').waitFor({ timeout: WAIT_MS })
    const others = page.locator('[data-testid=node]:not([data-label^=node])')
    await eventually('the filtered map', async () => (await others.count()) === 0, WAIT_MS)
    return wheel(one, 200)
  },
  'a drag, with an open card': async (one) => {
    const { page } = one
    // Others may end while they are pressed.
    await page.locator(`[data-testid=node][data-id$=";${one.lasts}"]`).locator('button').press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    return drag(one)
  },
}

/** Those of which there is another like them: their maps are without motion, which halves what they cost all the while. */
const withoutMotion: readonly string[] = [
  'the button +',
  'the wheel, with a filter',
  'a drag, with an open card',
]

const centre = { x: SIZE.width / 2, y: SIZE.height / 2 }

const drag = (one: Watched): Promise<Camera> =>
  onHeldMap(one, async (before) => {
    const { mouse } = one.page
    const from = await emptyPlace(one.page)
    await mouse.move(from.x, from.y)
    await mouse.down()
    await mouse.move(from.x + 60, from.y + 40, { steps: 4 })
    await mouse.move(from.x + 140, from.y + 90, { steps: 4 })
    await mouse.up()
    return { zoom: before.zoom, x: before.x + 140, y: before.y + 90 }
  })

const wheel = (one: Watched, by: number): Promise<Camera> =>
  onHeldMap(one, async (before) => {
    await one.page.mouse.move(centre.x, centre.y)
    await one.page.mouse.wheel(0, by)
    return zoomAt(before, centre, Math.exp(-by * settings.camera.wheelRate), anyZoom)
  })

const stepIn = (one: Watched, press: () => Promise<void>): Promise<Camera> =>
  onHeldMap(one, async (before) => {
    await press()
    return zoomAt(before, centre, settings.camera.zoomStep, anyZoom)
  })

/**
 * Moves a map that rests. Until it is moved, a map is fitted anew when a process appears; so frames are held back from
 * before it rests until it is moved, and the page gets them afterwards. A map that a busy machine draws late only seems to rest: it is
 * fitted, and moved again, until it is where it was moved to.
 */
const onHeldMap = async (
  { page, frames }: Watched,
  move: (before: Camera) => Promise<Camera>,
): Promise<Camera> => {
  frames.hold()
  try {
    return await eventually(
      'the map where it was moved to',
      async () => {
        const before = await rests(page)
        const after = await move(before)
        await eventually('the map to move', async () => !isSame(await camera(page), before), MOVED_MS)
        const now = await rests(page)
        if (isSame(now, after)) return after
        await page.getByRole('button', { name: 'Show all', exact: true }).dispatchEvent('click')
        throw new Error(`moved to ${JSON.stringify(after)}, the map is at ${JSON.stringify(now)}`)
      },
      WAIT_MS,
    )
  } finally {
    frames.letGo()
  }
}

/** Whether two cameras are the same, but for what numbers are rounded by. */
const isSame = (one: Camera, other: Camera): boolean =>
  Math.abs(one.zoom - other.zoom) < 5e-7 &&
  Math.abs(one.x - other.x) < 5e-4 &&
  Math.abs(one.y - other.y) < 5e-4

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

/** The camera at one moment. */
const camera = (page: Page): Promise<Camera> =>
  page.getByTestId('map-canvas').evaluate((canvas) => ({
    zoom: Number(canvas.getAttribute('data-zoom')),
    x: Number(canvas.getAttribute('data-x')),
    y: Number(canvas.getAttribute('data-y')),
  }))

/** The camera, once every node has a place and the camera has been the same for longer than it takes to move. */
const rests = async (page: Page) => {
  let before = ''
  return eventually(
    'the map to rest',
    async () => {
      await page.waitForTimeout(REST_MS)
      const now = await camera(page)
      const same = JSON.stringify(now) === before
      before = JSON.stringify(now)
      return same && (await page.locator('[data-testid=node]:not([data-x])').count()) === 0 && now
    },
    WAIT_MS,
  )
}

/** What a view's sockets bring to a page. */
interface Frames {
  /** Frames with changes that have reached the page since it was set to 0. */
  count: number
  hold(): void
  letGo(): void
}

/** A page, and the frames that it gets. */
interface Watched {
  readonly page: Page
  readonly frames: Frames
  /** Pid of a process that is on the map all the while. */
  readonly lasts: number
}

const watch = async (page: Page, lasts: number): Promise<Watched> => {
  let held: (() => void)[] | undefined
  const frames: Frames = {
    count: 0,
    hold() {
      held = []
    },
    letGo() {
      for (const pass of held ?? []) pass()
      held = undefined
    },
  }
  await page.routeWebSocket(/\/api\/topology\//, (toPage) => {
    let passed = 0
    toPage.connectToServer().onMessage((message) => {
      const pass = () => {
        const { seq, base } = frameOf(message)
        passed = seq
        if (seq !== base) frames.count++
        toPage.send(message)
      }
      if (!held) return pass()
      held.push(pass)
      // Without a word for too long, the page would take the connection for dead.
      toPage.send(signOfLife(passed))
    })
  })
  return { page, frames, lasts }
}

describeWith(['root', 'ebpf', 'browser'], 'a map that was moved by hand', () => {
  let scope: RunningScope
  let browser: Browser
  let server: Awaited<ReturnType<typeof startServer>>
  let client: TrafficProcess
  let traffic: NodeJS.Timeout
  const pages = new Map<string, Watched>()
  const wanted = new Map<string, Camera>()

  beforeAll(async () => {
    scope = await startScope()
    server = await startServer()
    client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    traffic = setInterval(() => void client.ask('say hello'), 500)
    browser = await openBrowser()
    // One after the other: a browser that opens all of them at once takes longer than anybody would wait.
    for (const move of Object.keys(moves)) {
      const page = await browser.newPage({ ...(withoutMotion.includes(move) && calm), viewport: SIZE })
      const one = await watch(page, server.pid)
      await page.goto(`${scope.url}/#/processes?group=`)
      await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
      await page
        .locator(`[data-testid=node][data-id$=";${server.pid}"]`)
        .waitFor({ state: 'attached', timeout: WAIT_MS })
      pages.set(move, one)
    }
  })
  afterAll(async () => {
    clearInterval(traffic)
    await browser?.close()
    await client?.end()
    await server?.end()
    await scope?.stop()
  })

  /** Waits until the stream of every page is live. */
  const areLive = () =>
    Promise.all(
      [...pages.values()].map(({ page }) =>
        page.locator('[data-testid=stream][data-state=live]').waitFor({ timeout: WAIT_MS }),
      ),
    )

  /** Watches live data for a while, then looks where every map is. */
  const stayed = async () => {
    for (const { frames } of pages.values()) frames.count = 0
    await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
    for (const [move, { page, frames }] of pages) {
      await eventually(`frames after ${move}`, () => frames.count >= LEAST_FRAMES, WAIT_MS)
      const { zoom, x, y } = wanted.get(move) ?? { zoom: 0, x: 0, y: 0 }
      expect(await camera(page), `the map after ${move}`).toEqual({
        zoom: expect.closeTo(zoom, 6),
        x: expect.closeTo(x, 3),
        y: expect.closeTo(y, 3),
      })
    }
  }

  it('stays where it is on live data', async () => {
    await Promise.all(
      Object.entries(moves).map(async ([move, act]) =>
        wanted.set(move, await act(pages.get(move) as Watched)),
      ),
    )
    await stayed()
  })

  it('stays where it is when the app was away', async () => {
    const app = await scope.pidOf('app')
    const areLost = await Promise.all([...pages.values()].map(({ page }) => watchStream(page)))
    process.kill(app, 'SIGKILL')
    await Promise.all(areLost.map((isLost) => isLost()))
    expect((await scope.launch()).code).toBe(0)
    await areLive()
    await stayed()
  })
})
