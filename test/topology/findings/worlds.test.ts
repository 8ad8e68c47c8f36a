import { expect, it } from 'vitest'
import { MAX_FINDINGS } from '../../../src/api/finding.ts'
import { createLinks } from '../../../src/demo/connections/links.ts'
import { createDraw } from '../../../src/demo/draw.ts'
import { defaultStory } from '../../../src/demo/options.ts'
import { createPlan } from '../../../src/demo/plan.ts'
import { createStory, storyOf } from '../../../src/demo/story.ts'
import { facts } from '../../../src/report/facts.ts'
import { Finder } from '../../../src/topology/findings/finder.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { containerNode, held, report } from '../../support/reports/reports.ts'

const HOUR_MS = 3_600_000
const newFinder = () => {
  const pipeline = new Pipeline()
  return new Finder(() => pipeline)
}

it('has nothing to tell of an hour in a world where all is well', () => {
  const options = { ...defaultStory, churnPerMinute: 0 }
  const plan = createPlan(options, createDraw(options.seed))
  const well = { ...plan, slots: plan.slots.filter(({ service }) => service.fails !== true) }
  const links = createLinks(well).filter(({ call }) => !call.failing)
  const story = storyOf(well, links, options)
  const finder = newFinder()
  for (let tMs = 0; tMs <= HOUR_MS; tMs += 15_000) {
    const reports = story.reportsAt(tMs)
    const { findings } = finder.next(
      reports.map((one) => held(one, { startedAtMs: 0 })),
      tMs,
    )
    expect(findings).toEqual([])
  }
})

it('tells of a dependency that fails now and then while it does, and of nothing that is well', () => {
  const story = createStory({ churnPerMinute: 4 })
  const finder = newFinder()
  let told = 0
  for (let tMs = 0; tMs <= HOUR_MS / 4; tMs += 10_000) {
    const reports = story.reportsAt(tMs)
    for (const { kind, nodes } of finder.next(
      reports.map((one) => held(one, { startedAtMs: 0 })),
      tMs,
    ).findings) {
      told += 1
      expect(nodes.map(({ label }) => label).join()).toMatch(/fraud-check|payments/)
      expect(['refused', 'unhealthy', 'timed-out']).toContain(kind)
    }
  }
  expect(told).toBeGreaterThan(0)
})

it('tells the worst of very many, and how many there are, in an order that stays', () => {
  const finder = newFinder()
  const unhealthy = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) =>
      containerNode('alpha', `c${from + i}x`, { facts: { [facts.containerHealth]: 'unhealthy' } }),
    )
  const next = (second: number, nodes: ReturnType<typeof unhealthy>) =>
    finder.next([held(report({ nodes, uptimeMs: second * 1000 }), { startedAtMs: 0 })], second * 1000)
  const few = next(1, unhealthy(30, 500))
  const many = next(2, [...unhealthy(400), ...unhealthy(30, 500)])
  expect(many).toMatchObject({ total: 430 })
  expect(many.findings).toHaveLength(MAX_FINDINGS)
  expect(many.findings.slice(0, 30)).toEqual(few.findings)
  expect(next(3, [...unhealthy(400), ...unhealthy(30, 500)])).toBe(many)
})
