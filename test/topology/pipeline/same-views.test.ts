import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ViewDiff } from '../../../src/api/types.ts'
import { diffViews } from '../../../src/topology/diff.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { held as heldReport } from '../../support/reports/reports.ts'
import { fleet } from '../grouping/fleet.ts'
import { fleets, reportsOf } from '../one-map/fleet.ts'
import {
  type Asked,
  everyView,
  fromScratch,
  recordedWorld,
  saying,
  simulatedWorld,
  type World,
  whatViewsSay,
} from './worlds.ts'

const HOSTS = 3
const MOMENTS = 4
const worlds: Readonly<Record<string, World>> = {
  recorded: recordedWorld(),
  simulated: simulatedWorld(HOSTS, MOMENTS),
}

/** What a host does: it reports what it has at a moment, or falls silent; its probe may not have proved itself. */
interface Step {
  readonly host: number
  readonly moment: number
  readonly does: 'reports' | 'falls silent' | 'reports unverified' | 'reports without a base of rates'
}

const step: fc.Arbitrary<Step> = fc.record({
  host: fc.nat(HOSTS - 1),
  moment: fc.nat(MOMENTS - 1),
  does: fc.constantFrom<Step['does']>(
    'reports',
    'reports',
    'reports',
    'falls silent',
    'reports unverified',
    'reports without a base of rates',
  ),
})

const after = (held: ReadonlyMap<number, HeldReport>, world: World, { host, moment, does }: Step) => {
  const next = new Map(held)
  const ofHost = world[host % world.length] ?? []
  const found = ofHost[moment % ofHost.length]
  if (found === undefined || does === 'falls silent') next.delete(host % world.length)
  else if (does === 'reports unverified') next.set(host % world.length, { ...found, verified: false })
  else if (does === 'reports') next.set(host % world.length, found)
  else {
    const { rateBase: _, ...without } = found
    next.set(host % world.length, without)
  }
  return next
}

/** The comparison of Node takes a fraction of the time; that of Vitest says what differs. */
const expectSame = (said: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(said, expected)) expect(said).toEqual(expected)
}

/** The difference of two views without regard to how one came from the other. */
const diffOfAll = (before: View, { change: _, ...now }: View) => diffViews(before, now)

const inAnyOrder = (diff: ViewDiff | undefined) => {
  const sorted = (some: readonly { readonly id: string }[] | null) =>
    some?.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return (
    diff && [
      ...[diff, diff.edges].flatMap(({ add, update }) => [sorted(add), sorted(update)]),
      ...[diff, diff.edges].map(({ remove }) => remove?.toSorted()),
    ]
  )
}

/** What a change list promises: with what it names taken from the new view, the former one is the new one, object by object. */
const expectChangeLeadsTo = (now: View): void => {
  const before = now.change?.since.deref() as View | undefined
  if (now.change === undefined || before === undefined) return
  for (const part of ['nodes', 'edges'] as const) {
    const applied = new Map<string, unknown>(before[part])
    for (const id of now.change[part]) {
      const one = now[part].get(id)
      if (one === undefined) applied.delete(id)
      else applied.set(id, one)
    }
    expect(applied.size).toBe(now[part].size)
    for (const [id, one] of now[part]) expect(applied.get(id), `${part} ${id}`).toBe(one)
  }
}

/** A view that somebody asked for, what it said then, and how it differed from those before. */
interface Shown {
  readonly view: View
  readonly said: unknown
  readonly diffs: readonly { readonly before: View; readonly diff: ViewDiff | undefined }[]
}

/** Steps at which hosts report what they have at a moment, each with the views that somebody asks for then. */
const steps = (asked: readonly Asked[]) =>
  fc.array(fc.tuple(step, fc.uniqueArray(fc.constantFrom(...asked), { minLength: 1, maxLength: 3 })), {
    minLength: 2,
    maxLength: 10,
  })

const expectSameAfter = (world: World, taken: readonly (readonly [Step, readonly Asked[]])[]): void => {
  const pipeline = new Pipeline()
  // Its views are only looked at in the end: to iterate over one has a map copied.
  const unread = new Pipeline()
  const shown = new Map<string, Shown[]>()
  let held: ReadonlyMap<number, HeldReport> = new Map()
  for (const [next, views] of taken) {
    held = after(held, world, next)
    // The order in which hosts came to be known must not show.
    const now = [...held.values()]
    expectSame(whatViewsSay(pipeline, views, now), fromScratch(views, now.toReversed()))
    for (const { view, options } of views) {
      const said = saying(pipeline.view(view, options, now))
      const made = unread.view(view, options, now)
      const key = JSON.stringify([view, options])
      const earlier = shown.get(key) ?? []
      const diffs = earlier.map(({ view: before }) => ({ before, diff: diffViews(before, made) }))
      shown.set(key, [...earlier, { view: made, said, diffs }])
    }
  }
  for (const all of shown.values()) {
    for (const { view } of all) expectChangeLeadsTo(view)
    for (const { view, said, diffs } of all) {
      expectSame(saying(view), said)
      for (const { before, diff } of diffs) expectSame(inAnyOrder(diff), inAnyOrder(diffOfAll(before, view)))
    }
  }
}

describe.each(Object.entries(worlds))('the %s world', (_, world) => {
  test('every view of hosts that join, report and fall silent says what it says from scratch', () => {
    const pipeline = new Pipeline()
    let held: ReadonlyMap<number, HeldReport> = new Map()
    const steps: Step[] = [
      ...world.map((_, host) => ({ host, moment: 0, does: 'reports' as const })),
      { host: 1, moment: 1, does: 'reports' },
      { host: 0, moment: 2, does: 'reports' },
      { host: 1, moment: 1, does: 'falls silent' },
    ]
    for (const next of steps) {
      held = after(held, world, next)
      const now = [...held.values()]
      expectSame(whatViewsSay(pipeline, everyView, now), fromScratch(everyView, now))
    }
  })

  test('after any steps, also of a view that was last asked for several steps ago', () => {
    fc.assert(
      fc.property(steps(everyView), (taken) => expectSameAfter(world, taken)),
      { numRuns: 30 },
    )
  })
})

describe('any world', () => {
  /** What hosts have in one fleet after another. */
  const worldOf = (fleets: readonly (readonly HeldReport[])[]): World =>
    Array.from({ length: HOSTS }, (_, host) => fleets.flatMap((reports) => reports.slice(host, host + 1)))

  test('of random hosts, containers and groups', () => {
    const asked = everyView.map(({ view, options }) => ({
      view,
      options:
        'group' in options
          ? { ...options, group: options.group?.replace(/^label:.*/, 'label:team') ?? '' }
          : options,
    }))
    const world = fc
      .array(fleet, { minLength: 2, maxLength: 4 })
      .map((fleets) => worldOf(fleets.map((reports) => reports.map((each) => heldReport(each)))))
    fc.assert(fc.property(world, steps(asked), expectSameAfter))
  })

  test('of hosts with NAT, published ports and the same private networks', () => {
    const sight = fc.record({
      isWatched: fc.constant(true),
      seesNat: fc.boolean(),
      hasProxy: fc.boolean(),
      isPolled: fc.boolean(),
    })
    const world = fc
      .array(fleets(sight), { minLength: 2, maxLength: 4 })
      .map((all) => worldOf(all.map(reportsOf)))
    fc.assert(fc.property(world, steps(everyView), expectSameAfter))
  })
})
