import { setImmediate as breathe } from 'node:timers/promises'
import { createStory } from '../../src/demo/story.ts'
import { nodeDetails } from '../../src/topology/details.ts'
import { diffViews } from '../../src/topology/diff.ts'
import type { HeldReport } from '../../src/topology/held-report.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import { heldAt } from '../../test/support/reports/simulation.ts'
import { median } from './probe/statistics.ts'

const SIZES = [500, 5000] as const
const CONTAINERS_PER_HOST = 100
const START_MS = 7_200_000
const STEP_MS = 1000
/** Moments that follow each other again and again: many of a large world do not fit in memory. */
const MOMENTS = 3
const ROUNDS = 7
/** Before these the compiler has not seen the code often enough. */
const WARM_UP_ROUNDS = 3
const DETAILS_OF = 'data-orders-db-1'

/** What it costs to show a world: milliseconds, medians. */
interface Cost {
  readonly nodes: number
  readonly edges: number
  /** Rendering the first time. */
  readonly firstMs: number
  /** Rendering again, and what changed, when one host has reported. */
  readonly oneMs: number
  /** The same when all hosts have. */
  readonly allMs: number
}

/**
 * What a change of reports costs, for every view, in a simulated world of 500 containers and in one of ten times as many; and
 * the details of one node, which should cost the same in both.
 *
 * @param args sizes other than these
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const sizes = args.length > 0 ? args.map(Number) : SIZES
  if (!sizes.every((size) => size >= 1))
    throw new Error(`sizes are numbers of containers, not ${args.join(' ')}`)
  const worlds: World[] = []
  for (const containers of sizes) worlds.push(await measureWorld(containers))
  for (const [index, world] of worlds.entries()) {
    console.log(`${sizes[index]} containers on ${world.hosts} hosts, ms (median of ${ROUNDS})`)
    console.log(
      `  ${'view'.padEnd(24)}${'nodes'.padStart(8)}${'edges'.padStart(8)}${'first'.padStart(9)}${'one host'.padStart(10)}${'all hosts'.padStart(11)}`,
    )
    for (const [view, { nodes, edges, firstMs, oneMs, allMs }] of world.views)
      console.log(
        `  ${view.padEnd(24)}${String(nodes).padStart(8)}${String(edges).padStart(8)}${firstMs.toFixed(1).padStart(9)}${oneMs.toFixed(1).padStart(10)}${allMs.toFixed(1).padStart(11)}`,
      )
    console.log(`  details of one container when one host has reported: ${world.detailsMs.toFixed(2)}`)
  }
  const [small, large] = worlds
  if (small === undefined || large === undefined) return
  console.log(`${sizes[1]} against ${sizes[0]} containers, times as long`)
  for (const [view, cost] of small.views) {
    const other = large.views.get(view)
    if (other)
      console.log(
        `  ${view.padEnd(24)}one host ${(other.oneMs / cost.oneMs).toFixed(1)}, all hosts ${(other.allMs / cost.allMs).toFixed(1)}`,
      )
  }
  console.log(`  details ${(large.detailsMs / small.detailsMs).toFixed(1)}`)
}

interface World {
  readonly hosts: number
  readonly views: ReadonlyMap<string, Cost>
  readonly detailsMs: number
}

const measureWorld = async (containers: number): Promise<World> => {
  const hosts = Math.max(1, Math.round(containers / CONTAINERS_PER_HOST))
  const story = createStory({ hosts, containers, churnPerMinute: 0 })
  const moments = Array.from({ length: MOMENTS }, (_, n) => heldAt(story, START_MS + n * STEP_MS))
  const views = new Map<string, Cost>()
  for (const { id } of catalogue) views.set(id, await measureView(moments, id))
  return { hosts, views, detailsMs: await measureDetails(moments) }
}

/** What a world's hosts have reported at some moments, one after the other. */
type Moments = readonly (readonly HeldReport[])[]

/** Reports are known by object: copies are other reports, though they say the same. */
const copyOf = (moments: Moments, n: number): HeldReport[] =>
  (moments[n % moments.length] ?? []).map((one) => ({ ...one, report: { ...one.report } }))

const oneOf = (held: readonly HeldReport[], next: readonly HeldReport[], n: number): HeldReport[] =>
  held.map((known, index) => (index === n % held.length ? (next[index] ?? known) : known))

const timed = <T>(work: () => T): { readonly ms: number; readonly result: T } => {
  const startMs = performance.now()
  const result = work()
  return { ms: performance.now() - startMs, result }
}

const measureView = async (moments: Moments, view: string): Promise<Cost> => {
  const pipeline = new Pipeline()
  let held: readonly HeldReport[] = copyOf(moments, 0)
  const first = timed(() => pipeline.view(view, {}, held))
  let shown = first.result
  const change = (next: readonly HeldReport[]): number => {
    held = next
    const { ms, result } = timed(() => {
      const made = pipeline.view(view, {}, held)
      diffViews(shown, made)
      return made
    })
    shown = result
    return ms
  }
  const one: number[] = []
  const all: number[] = []
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    // what is held weakly is let go of between two turns of the event loop only
    await breathe()
    const next = copyOf(moments, round + 1)
    const oneMs = change(oneOf(held, next, round))
    const allMs = change(next)
    if (round < WARM_UP_ROUNDS) continue
    one.push(oneMs)
    all.push(allMs)
  }
  return {
    nodes: shown.nodes.size,
    edges: shown.edges.size,
    firstMs: first.ms,
    oneMs: median(one),
    allMs: median(all),
  }
}

/** As a page asks that shows the containers and has one of them open: the view has been made by then. */
const measureDetails = async (moments: Moments): Promise<number> => {
  const pipeline = new Pipeline()
  const costs: number[] = []
  let held: readonly HeldReport[] = copyOf(moments, 0)
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    await breathe()
    held = oneOf(held, copyOf(moments, round + 1), round)
    const view = pipeline.view('containers', {}, held)
    const node = [...view.nodes.values()].find(({ label }) => label.endsWith(DETAILS_OF))
    if (node === undefined) throw new Error(`no container is called ${DETAILS_OF}`)
    const { ms } = timed(() => nodeDetails('containers', node.id, {}, held, () => [], pipeline))
    if (round >= WARM_UP_ROUNDS) costs.push(ms)
  }
  return median(costs)
}
