import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { KeptChunks } from '../../../src/app/http/sending/kept-chunks.ts'
import { type Render, Renders } from '../../../src/app/views/renders.ts'
import { createStory } from '../../../src/demo/story.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import type { AskedQuery } from '../../../src/topology/query/filter/view-filter.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { held, pair, processNode, report } from '../../support/reports/reports.ts'
import { heldAt } from '../../support/reports/simulation.ts'
import { everyView } from '../../topology/pipeline/worlds.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const filterOf = (text: string): AskedQuery => ({ text, query: parseQuery(text) })

const worldAt = (seq: number): HeldReport[] => [
  held(
    report({
      seq,
      uptimeMs: seq * 1000,
      nodes: [1, 2].map((pid) => processNode('alpha', pid)),
      connections: [pair('alpha;1', 'alpha;2', 80, { opened: seq })],
    }),
  ),
]

/** A WeakRef holds what it refers to until the current job ends. */
const afterCollection = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
}

it('renders of other views hold no reports that were replaced', async () => {
  let now = worldAt(1)
  const renders = new Renders(
    () => now,
    () => new Pipeline(),
  )
  const old: WeakRef<readonly HeldReport[]>[] = []
  for (let seq = 2; seq <= 20; seq++) {
    renders.get('processes', {}, filterOf(`port:${seq}`))
    old.push(new WeakRef(now))
    now = worldAt(seq)
  }
  await afterCollection()
  // the pipeline knows the set that it was last asked about
  expect(old.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(2)
  expect(renders.get('processes', {}, filterOf('port:80')).view.nodes.size).toBe(2)
})

it('a render that nobody asks for any more is gone after two sweeps', async () => {
  let now = worldAt(1)
  const renders = new Renders(
    () => now,
    () => new Pipeline(),
  )
  const old = new WeakRef<Render>(renders.get('processes', {}, filterOf('port:81')))
  const used = renders.get('processes', {}, filterOf('port:82'))
  for (let seq = 2; seq <= 3; seq++) {
    now = worldAt(seq)
    expect(renders.get('processes', {}, filterOf('port:82'))).toBe(used)
    renders.sweep()
  }
  await afterCollection()
  expect(old.deref()).toBeUndefined()
  expect(renders.get('processes', {}, filterOf('port:82'))).toBe(used)
})

it('holds nothing of any report when nobody has asked for anything between two sweeps, and answers all the same', async () => {
  let now = worldAt(1)
  const renders = new Renders(
    () => now,
    () => new Pipeline(),
  )
  const shown = new WeakRef(renders.get('processes', {}).view)
  const asked = new WeakRef(renders.pipeline)
  const old = new WeakRef(now[0] as HeldReport)
  now = worldAt(2)
  renders.sweep()
  expect(renders.pipeline).toBe(asked.deref())
  for (let sweep = 0; sweep < 2; sweep++) renders.sweep()
  await afterCollection()
  expect([shown, asked, old].map((ref) => ref.deref())).toEqual([undefined, undefined, undefined])
  expect([...renders.get('processes', {}).view.edges.values()].map(({ opened }) => opened)).toEqual([2])
})

it('asking for every view in every grouping, with everything shown, takes no memory that stays', async () => {
  const story = createStory({ hosts: 8, containers: 160, churnPerMinute: 600 })
  let second = 3600
  let now = heldAt(story, 1000 * second)
  const kept = new KeptChunks()
  const renders = new Renders(
    () => now,
    () => new Pipeline(),
    kept,
  )
  const usedBytes = async (): Promise<number> => {
    await afterCollection()
    return process.memoryUsage().heapUsed
  }
  /** What looks on all the while. */
  const look = () => renders.get('containers', {})
  const next = () => {
    second += 1
    now = heldAt(story, 1000 * second)
    look()
    renders.sweep()
    kept.sweep()
  }
  for (let round = 0; round < 3; round++) next()
  const before = await usedBytes()
  const asked: Render[] = everyView.map(({ view, options }) => renders.get(view, options))
  for (const { document } of asked) await document.chunks('identity').whole()
  asked.length = 0
  const during = await usedBytes()
  for (let round = 0; round < 3; round++) next()
  const after = await usedBytes()
  expect(during - before).toBeGreaterThan(0)
  expect(after - before).toBeLessThan((during - before) / 4)
})
