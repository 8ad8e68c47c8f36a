import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { ViewDiff } from '../../../src/api/types.ts'
import { diffViews } from '../../../src/topology/diff.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { expectSame } from '../../support/expect-same.ts'
import type { Asked, World } from './worlds.ts'

export const HOSTS = 3
export const MOMENTS = 4

/** What a host does: it reports what it has at a moment, or falls silent; its probe may not have proved itself. */
export interface Step {
  readonly host: number
  readonly moment: number
  readonly does: 'reports' | 'falls silent' | 'reports unverified' | 'reports without a base of rates'
}

export const step: fc.Arbitrary<Step> = fc.record({
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

export const after = (held: ReadonlyMap<number, HeldReport>, world: World, { host, moment, does }: Step) => {
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
    // Of hundreds of thousands, it is only for one that differs that an expectation is worth its time.
    for (const [id, one] of now[part])
      if (applied.get(id) !== one) expect(applied.get(id), `${part} ${id}`).toBe(one)
  }
}

/** A view that was made at a step, what it is to say, and how it differed from those before. */
interface Shown {
  readonly view: View
  readonly said: unknown
  readonly diffs: readonly { readonly before: View; readonly diff: ViewDiff | undefined }[]
}

/**
 * The successive versions of several views, which are only looked at in the end: to iterate over a view has its maps copied.
 */
export class Versions {
  readonly #all = new Map<string, readonly Shown[]>()

  /** @param said what `saying` is to return of the view, also after others have followed */
  add(key: string, view: View, said: unknown): void {
    const earlier = this.#all.get(key) ?? []
    const diffs = earlier.map(({ view: before }) => ({ before, diff: diffViews(before, view) }))
    this.#all.set(key, [...earlier, { view, said, diffs }])
  }

  /** Expects that each says what it is to say, and that their change lists told the truth. */
  expectTrue(saying: (view: View) => unknown): void {
    for (const all of this.#all.values()) {
      for (const { view } of all) expectChangeLeadsTo(view)
      for (const { view, said, diffs } of all) {
        expectSame(saying(view), said)
        for (const { before, diff } of diffs)
          expectSame(inAnyOrder(diff), inAnyOrder(diffOfAll(before, view)))
      }
    }
  }
}

/** Steps at which hosts report what they have at a moment, each with the views that somebody asks for then. */
export const steps = (asked: readonly Asked[]) =>
  fc.array(fc.tuple(step, fc.uniqueArray(fc.constantFrom(...asked), { minLength: 1, maxLength: 3 })), {
    minLength: 2,
    maxLength: 10,
  })
