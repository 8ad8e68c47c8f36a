import { describe, expect, test } from 'vitest'
import { createStory } from '../../../src/demo/story.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../../src/topology/render.ts'
import { catalogue } from '../../../src/topology/view/catalogue.ts'
import { viewSaying } from '../../support/reports/saying.ts'
import { heldAt } from '../../support/reports/simulation.ts'

const HOSTS = 3
const START_MS = 3_600_000
const story = createStory({ hosts: HOSTS, containers: 30, churnPerMinute: 0 })
const moments = Array.from({ length: 5 }, (_, step) => heldAt(story, START_MS + step * 3000))

/** A report that tells of the very nodes and addresses of another, as one that came as a delta, and of its own numbers. */
const withNodesOf = (first: HeldReport | undefined, later: HeldReport): HeldReport =>
  first === undefined
    ? later
    : { ...later, report: { ...later.report, nodes: first.report.nodes, addresses: first.report.addresses } }

/** The sets that follow when one host after the other reports, and nothing but numbers moves. */
const sets = (): HeldReport[][] => {
  const all = [[...(moments[0] ?? [])]]
  for (let step = 1; step < HOSTS * moments.length; step++) {
    const moment = moments[Math.floor(step / HOSTS)] ?? []
    all.push(
      (all.at(-1) ?? []).map((known, at) => {
        const next = moment[at]
        return at === step % HOSTS && next ? withNodesOf(known, next) : known
      }),
    )
  }
  return all
}

const cases = [
  ...catalogue.map(({ id }) => ({ view: id, options: {} })),
  { view: 'processes', options: { unconnected: 'show' } },
  { view: 'processes', options: { group: 'host' } },
  { view: 'containers', options: { group: 'compose' } },
  { view: 'containers', options: { group: 'service' } },
]

describe.each(cases)('$view $options, while only numbers move', ({ view, options }) => {
  test('says what it says when it is made of the same reports alone', () => {
    const pipeline = new Pipeline()
    for (const held of sets())
      expect(viewSaying(pipeline.view(view, options, held))).toEqual(
        viewSaying(renderView(view, options, held)),
      )
  })

  test('follows nodes that change, and numbers after that', () => {
    const pipeline = new Pipeline()
    const all = sets()
    pipeline.view(view, options, all[0] ?? [])
    for (const [at, held] of all.entries()) {
      // The first container of a host is called otherwise from some step on.
      const renamed = held.map((one) => ({ ...one, report: { ...one.report, nodes: renamedIn(one, at) } }))
      expect(viewSaying(pipeline.view(view, options, renamed))).toEqual(
        viewSaying(renderView(view, options, renamed)),
      )
    }
  })
})

const renamings = new WeakMap<object, Map<string, HeldReport['report']['nodes']>>()

/** The nodes of a report, the same list as long as they are called the same. */
const renamedIn = ({ report: { nodes } }: HeldReport, step: number): HeldReport['report']['nodes'] => {
  const name = `renamed-${Math.floor(step / 4)}`
  const known = renamings.get(nodes) ?? new Map()
  renamings.set(nodes, known)
  const first = nodes.find(({ topology }) => topology === 'container')
  const made = known.get(name) ?? nodes.map((node) => (node === first ? { ...node, name } : node))
  known.set(name, made)
  return made
}

test.each(['containers', 'processes', 'hosts'])(
  'in %s, where connections end is found once for all reports that tell of the same nodes',
  (view) => {
    const pipeline = new Pipeline()
    const places = sets().map((held) =>
      pipeline.parts(view, {}, held).fragments.map(({ placement }) => placement.nodeOf),
    )
    expect(places[0]).toHaveLength(HOSTS)
    for (const of of places) expect(of).toEqual(places[0])
  },
)
