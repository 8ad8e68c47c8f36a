import { describe, expect, test } from 'vitest'
import type { ViewDescription } from '../../../src/api/types.ts'
import { createStory } from '../../../src/demo/story.ts'
import { fixedGroupings, type Grouping } from '../../../src/topology/grouping/grouping.ts'
import { suggestedGrouping } from '../../../src/topology/grouping/suggested-grouping.ts'
import type { GroupingTally } from '../../../src/topology/grouping/tally.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { heldAt } from '../../support/reports/simulation.ts'

const grouping = (value: string): Grouping => {
  const found = fixedGroupings.find((one) => one.value === value)
  if (found === undefined) throw new Error(`there is no grouping ${value}`)
  return found
}

/** @param left of each grouping, the nodes that it leaves, how many of these are in none of its groups, and how many processes make one */
const tally = (
  nodes: number,
  left: Record<string, readonly [left: number, rest: number, processes?: number]>,
): GroupingTally => ({
  nodes,
  groupings: Object.entries(left).map(([value, [left, rest, processes = 0]]) => ({
    grouping: grouping(value),
    groups: left - rest,
    left,
    rest,
    processes,
  })),
})

const chosen = (of: GroupingTally, pseudo = 0, areContainers = true, folded = pseudo) => {
  const kind = areContainers ? 'container' : 'process'
  const { group, rest, count } = suggestedGrouping(of, { all: pseudo, folded }, kind) ?? {}
  return group && [group, ...(rest ? [rest] : []), count]
}

describe('how a view is first shown', () => {
  test('as it is, when it is small and has no replicas', () => {
    expect(chosen(tally(40, { stack: [3, 0], host: [2, 0] }), 10)).toBeUndefined()
  })

  test('with replicas folded, also when it is small', () => {
    expect(chosen(tally(40, { service: [30, 0], stack: [3, 0] }))).toEqual(['service', 30])
  })

  test('with addresses that are alike folded, when that is all there is to do', () => {
    expect(chosen(tally(40, { stack: [3, 0] }), 30, true, 10)).toEqual(['alike', 50])
    expect(chosen(tally(60, { stack: [3, 0], image: [30, 0] }), 30, true, 10)).toEqual(['image', 40])
  })

  test('as it is, when it is small and of something else than containers', () => {
    expect(chosen(tally(40, { service: [30, 0], stack: [3, 0] }), 0, false)).toBeUndefined()
  })

  test('with workers of one kind folded, when there are four of some, of processes', () => {
    expect(chosen(tally(30, { unit: [5, 0, 25], replicas: [6, 3, 16] }), 0, false)).toEqual(['replicas', 6])
    expect(chosen(tally(30, { unit: [5, 0, 25], replicas: [6, 3, 4] }), 0, false)).toEqual(['replicas', 6])
    expect(chosen(tally(30, { unit: [5, 0, 25], replicas: [24, 3, 3] }), 0, false)).toBeUndefined()
    expect(chosen(tally(30, { unit: [5, 0, 25], replicas: [6, 3, 16] }))).toBeUndefined()
  })

  test('by the finest grouping that leaves few enough, pseudo nodes included', () => {
    const many = tally(1000, { service: [48, 0], stack: [20, 0], host: [10, 0] })
    expect(chosen(many, 2)).toEqual(['service', 50])
    expect(chosen(many, 3)).toEqual(['stack', 23])
  })

  test('with the rest folded, when it takes that and the rest is not most of it', () => {
    expect(chosen(tally(1000, { stack: [137, 117], host: [10, 0] }))).toEqual(['stack', 'fold', 21])
    expect(chosen(tally(1000, { stack: [637, 617], host: [10, 0] }))).toEqual(['host', 10])
  })

  test('rather by a finer grouping than as two or three nodes', () => {
    expect(chosen(tally(70, { stack: [2, 0], image: [30, 0] }))).toEqual(['image', 30])
    expect(chosen(tally(70, { stack: [2, 0] }))).toBeUndefined()
    expect(chosen(tally(700, { stack: [2, 0] }))).toEqual(['stack', 2])
  })

  test('with the replicas folded, when nothing leaves few enough but that is not far from it', () => {
    expect(chosen(tally(90, { service: [70, 0], image: [80, 0] }))).toEqual(['service', 70])
  })

  test('by what leaves fewest, when nothing leaves few enough', () => {
    expect(chosen(tally(5000, { service: [900, 0], stack: [400, 0], host: [300, 0] }))).toEqual(['host', 300])
  })
})

describe.each([
  { hosts: 1, containers: 5 },
  { hosts: 3, containers: 45 },
  { hosts: 5, containers: 300 },
  { hosts: 10, containers: 1000 },
  { hosts: 50, containers: 200 },
  { hosts: 50, containers: 1000 },
  { hosts: 120, containers: 300 },
])('a simulated world of $hosts hosts and $containers containers', (size) => {
  const held = heldAt(createStory({ ...size, churnPerMinute: 0 }), 7_200_000)
  const pipeline = new Pipeline()
  const views = new Map<string, ViewDescription>(
    pipeline
      .describe(held)
      .flatMap((view) => [view, ...(view.sub_topologies ?? [])])
      .map((view) => [view.url.replace(/.*\//, ''), view]),
  )

  test.each([
    'containers',
    'processes',
    'hosts',
    'containers-by-hostname',
    'containers-by-image',
    'processes-by-name',
    'systemd-units',
  ])('%s open with no more than 100 things, as many as was told', (id) => {
    const { suggested, stats } = views.get(id) ?? {}
    const { group, rest } = suggested ?? {}
    const view = pipeline.view(id, { ...(group ? { group } : {}), ...(rest ? { rest } : {}) }, held)
    expect(view.nodes.size).toBeLessThanOrEqual(100)
    expect(view.nodes.size).toBeGreaterThan(0)
    expect([view.nodes.size, stats?.node_count]).toEqual(
      suggested ? [suggested.count, suggested.of] : [stats?.node_count, stats?.node_count],
    )
  })

  test('what is suggested does not depend on what is chosen', () => {
    const grouped = Object.fromEntries([...views.keys()].map((id) => [id, { group: 'host' }]))
    for (const view of pipeline
      .describe(held, grouped)
      .flatMap((one) => [one, ...(one.sub_topologies ?? [])]))
      expect(view.suggested?.group).toEqual(views.get(view.url.replace(/.*\//, ''))?.suggested?.group)
  })
})
