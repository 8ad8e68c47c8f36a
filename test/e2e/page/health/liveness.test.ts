import { connect, createServer, type Socket } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS } from '../../../support/eventually.ts'
import { openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
/** Longer than a connection may be without a word. */
const QUIET_MS = 15_000
const STALE_WITHIN_MS = 10_000
/** A page takes a connection for lost on which nothing came for this long. */
const STALE_AFTER_MS = 10_000
/** For a machine that does other things as well, on which seconds of the page are longer. */
const SLACK_MS = 15_000
/** Trying again may be in its longest pause. */
const HEALS_WITHIN_MS = 40_000

/** A way to the app that can lose every byte, in both directions, without a word to either side. */
const startNetwork = async (port: number) => {
  const sockets = new Set<Socket>()
  let isCut = false
  let [passedAtMs, longestGapMs] = [performance.now(), 0]
  const passed = (): void => {
    const nowMs = performance.now()
    longestGapMs = Math.max(longestGapMs, nowMs - passedAtMs)
    passedAtMs = nowMs
  }
  const hold = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer({ allowHalfOpen: true }, (near) => {
    hold(near)
    if (isCut) return
    const far = hold(connect({ port, host: '127.0.0.1', allowHalfOpen: true }))
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      // What was lost once stays lost, as after a reboot of what forwards.
      let isDead = false
      const through = (pass: () => void) => {
        isDead ||= isCut
        if (!isDead) pass()
      }
      from.on('data', (bytes) =>
        through(() => {
          if (from === far) passed()
          to.write(bytes)
        }),
      )
      from.on('end', () => through(() => to.end()))
      from.on('close', () => through(() => to.destroy()))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut: (cut: boolean) => {
      isCut = cut
    },
    /** The longest time since the last call in which nothing came from the app. */
    takeLongestGap(): number {
      passed()
      const gapMs = longestGapMs
      longestGapMs = 0
      return gapMs
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

describeWith(['browser'], 'a page whose app has nothing to say', () => {
  let scope: RunningScope
  let browser: Browser
  const networks: Awaited<ReturnType<typeof startNetwork>>[] = []

  /** A page that reaches the app through a network of its own. */
  const openPage = async () => {
    const network = await startNetwork(Number(new URL(scope.url).port))
    networks.push(network)
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
    const state = (wanted: string) => page.locator(`[data-testid=stream][data-state=${wanted}]`)
    await page.goto(network.url)
    await state('live').waitFor({ timeout: WAIT_MS })
    return { network, page, state }
  }

  beforeAll(async () => {
    scope = await startScope(['--no-probe'])
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    for (const network of networks) network.close()
    await scope?.stop()
  })

  it.concurrent('is live all the same', async () => {
    const { network, state } = await openPage()
    const longestGaps: number[] = []
    const stays = async (): Promise<boolean> => {
      await state('live').waitFor({ timeout: HEALS_WITHIN_MS })
      network.takeLongestGap()
      const left = state('live').waitFor({ state: 'detached', timeout: QUIET_MS })
      const hasStayed = await left.then(
        () => false,
        (error: Error) => error.message.includes('Timeout'),
      )
      // What has kept the app, or the way to it, from running for so long is no fault of the page.
      if (!hasStayed) longestGaps.push(network.takeLongestGap())
      return hasStayed
    }
    await expect.poll(stays, { timeout: 2 * (QUIET_MS + HEALS_WITHIN_MS) }).toBe(true)
    expect(longestGaps.filter((gapMs) => gapMs < STALE_AFTER_MS / 2)).toEqual([])
  })

  it.concurrent('says so when the connection is lost without a word, and comes back by itself', async () => {
    const { network, page, state } = await openPage()
    network.cut(true)
    await state('stale').waitFor({ timeout: STALE_WITHIN_MS + SLACK_MS })
    expect(await page.getByTestId('stream').textContent()).toMatch(/^no answer/)
    await page.waitForTimeout(QUIET_MS)
    expect(await state('live').count()).toBe(0)
    network.cut(false)
    await state('live').waitFor({ timeout: HEALS_WITHIN_MS })
  })

  it('says so when the app is frozen, and goes on when it thaws', async () => {
    const { state } = await openPage()
    const app = await scope.pidOf('app')
    process.kill(app, 'SIGSTOP')
    try {
      await state('stale').waitFor({ timeout: STALE_WITHIN_MS + SLACK_MS })
    } finally {
      process.kill(app, 'SIGCONT')
    }
    await state('live').waitFor({ timeout: HEALS_WITHIN_MS })
  })
})
