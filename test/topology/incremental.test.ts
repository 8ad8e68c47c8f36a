import { describe, expect, test } from 'vitest'
import { createStory } from '../../src/demo/story.ts'
import type { HeldReport } from '../../src/topology/held-report.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../src/topology/render.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import type { View } from '../../src/topology/view/view.ts'
import { datedEdge } from '../../src/topology/view/view-edge.ts'
import { viewSaying as saying } from '../support/reports/saying.ts'
import { heldAt } from '../support/reports/simulation.ts'

const HOSTS = 4
const STEPS = 8
const START_MS = 3_600_000

const story = createStory({ hosts: HOSTS, containers: 60, churnPerMinute: 600 })
const moments = Array.from({ length: STEPS + 1 }, (_, step) => heldAt(story, START_MS + step * 1000))

/** The moments that follow when one host reports at a time, each again and again. */
const oneByOne = (): HeldReport[][] => {
  const sets = [[...(moments[0] ?? [])]]
  for (let step = 1; step <= STEPS; step++) {
    const host = step % HOSTS
    sets.push((sets.at(-1) ?? []).map((held, at) => (at === host ? (moments[step]?.[at] ?? held) : held)))
  }
  return sets
}

const cases = [
  ...catalogue.map(({ id }) => ({ view: id, options: {} })),
  { view: 'processes', options: { group: 'host' } },
  { view: 'containers', options: { group: 'compose' } },
]

describe.each(cases)(
  '$view $options, made again as one host after the other reports',
  ({ view, options }) => {
    test('says what it says when it is made of the same reports alone', () => {
      const pipeline = new Pipeline()
      const made = oneByOne().map((held) => pipeline.view(view, options, held))
      const alone = oneByOne().map((held) => renderView(view, options, held))
      expect(made.map(saying)).toEqual(alone.map(saying))
    })

    test('has the same objects wherever nothing else is said', () => {
      const pipeline = new Pipeline()
      let before: View | undefined
      for (const held of oneByOne()) {
        const now = pipeline.view(view, options, held)
        for (const [id, node] of now.nodes) {
          const known = before?.nodes.get(id)
          if (known !== node) expect(node, id).not.toEqual(known)
        }
        for (const [id, edge] of now.edges) {
          const known = before?.edges.get(id)
          if (known !== edge) expect(datedEdge(edge), id).not.toEqual(known && datedEdge(known))
        }
        before = now
      }
    })
  },
)

test('edges between hosts that did not report are the same objects', () => {
  const [first = [], next = []] = oneByOne()
  const pipeline = new Pipeline()
  const before = pipeline.view('processes', {}, first)
  const changed = first.map((held, at) => (at === 1 ? (next[at] ?? held) : held))
  const reported = first[1]?.report.host.id
  const now = pipeline.view('processes', {}, changed)
  const hostOf = (id: string) =>
    before.nodes.get(id)?.parents?.find(({ topologyId }) => topologyId === 'hosts')?.id
  const untouched = [...before.edges.values()].filter(({ source, target }) => {
    const ends = [hostOf(source), hostOf(target)]
    return ends[0] !== ends[1] && ends.every((host) => host !== undefined && host !== `${reported};<host>`)
  })
  expect(untouched.length).toBeGreaterThan(0)
  for (const edge of untouched) expect(now.edges.get(edge.id)).toBe(edge)
})
