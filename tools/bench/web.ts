import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { checkout } from '../../src/checkout.ts'
import { openBrowser } from '../../test/support/machine/browser.ts'
import { startDemo } from '../../test/support/scope/running-demo.ts'
import { churn, churnAddresses } from './web/churn/churn.ts'
import { serveEmptyCanvas } from './web/empty-canvas.ts'
import { describe } from './web/results.ts'
import { serveWorld } from './web/server.ts'
import { type Visit, visit } from './web/visit.ts'
import { createWorld, type World } from './web/world.ts'

const EDGES_PER_NODE = 1.5
const CHANGING = 0.1

interface Side {
  readonly visits: Map<number, Visit[]>
  readonly demo: { readonly url: string; stop(): Promise<unknown> }
}

/**
 * What the page costs the browser that shows it, in a real Chromium without a graphics processor: work of the page's own thread for each
 * frame, frames drawn and dropped while nothing is done, panning and zooming, beside those of an empty canvas that is panned in the same
 * way; how soon there is a map, blocks by CPU time, and heap. The map is one of simulated containers, with 1.5 edges each, and a tenth of
 * the numbers changes each second. Page and API are those of `scope demo`.
 *
 * `--nodes LIST` (300,2000,5000). `--seconds N`: how long each phase lasts (5). `--rounds N`: how often each map is opened (3).
 * `--beside CHECKOUT`: the page of another checkout, in turns with this one, since times say little on a machine that does other things.
 *
 * `--churn`: instead, whether pages that stay open grow while containers come and go: the heaps of each and its workers, DOM nodes and
 * listeners. `--minutes N` (60), `--containers N` (200), `--starts N` of containers a minute (240), `--addresses LIST`, which one page is shown in
 * turns; another stays at the first.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      nodes: { type: 'string', default: '300,2000,5000' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      beside: { type: 'string' },
      churn: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '60' },
      containers: { type: 'string', default: '200' },
      starts: { type: 'string', default: '240' },
      addresses: { type: 'string', default: churnAddresses.join(',') },
    },
  })
  if (values.churn) {
    const options = {
      minutes: Number(values.minutes),
      containers: Number(values.containers),
      starts: Number(values.starts),
      addresses: values.addresses.split(','),
    }
    if (!(options.minutes > 0)) throw new Error(`--minutes is a number, not ${values.minutes}`)
    const grows = await churn(options, console.log)
    if (grows) process.exitCode = 1
    return
  }
  const sizes = values.nodes.split(',').map(Number)
  if (!sizes.every((size) => size >= 1)) throw new Error(`--nodes is a list of numbers, not ${values.nodes}`)
  const roots = [checkout.root, ...(values.beside === undefined ? [] : [resolve(values.beside)])]
  const sides: Side[] = []
  const [browser, empty] = await Promise.all([openBrowser(), serveEmptyCanvas()])
  try {
    for (const root of roots)
      sides.push({
        visits: new Map(sizes.map((size) => [size, []])),
        demo: await startDemo(['--hosts=1', '--containers=5', '--churn=0'], 'self', join(root, 'scope')),
      })
    for (const size of sizes) {
      const world = createWorld(size, EDGES_PER_NODE)
      for (let round = 0; round < Number(values.rounds); round++)
        for (const { demo, visits } of sides)
          visits
            .get(size)
            ?.push(await visitWorld(browser, demo.url, world, Number(values.seconds), empty.url))
      const [here = [], beside] = sides.map(({ visits }) => visits.get(size) ?? [])
      console.log(describe(size, here, beside).join('\n'))
    }
  } finally {
    await browser.close()
    await empty.close()
    await Promise.all(sides.map(({ demo }) => demo.stop()))
  }
}

const visitWorld = async (
  browser: Browser,
  app: string,
  world: World,
  seconds: number,
  empty: string,
): Promise<Visit> => {
  const server = await serveWorld(app, world, CHANGING)
  try {
    return await visit(browser, server.url, seconds, empty)
  } finally {
    await server.close()
  }
}
