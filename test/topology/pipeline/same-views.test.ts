import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { expectSame } from '../../support/expect-same.ts'
import { groupedWorlds, sharedWorlds, translatedWorlds } from './arbitrary-worlds.ts'
import { after, HOSTS, MOMENTS, type Step, steps, Versions } from './steps.ts'
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

const worlds: Readonly<Record<string, World>> = {
  recorded: recordedWorld(),
  simulated: simulatedWorld(HOSTS, MOMENTS),
}

const expectSameAfter = (world: World, taken: readonly (readonly [Step, readonly Asked[]])[]): void => {
  const pipeline = new Pipeline()
  // Its views are only looked at in the end: to iterate over one has a map copied.
  const unread = new Pipeline()
  const versions = new Versions()
  let held: ReadonlyMap<number, HeldReport> = new Map()
  for (const [next, views] of taken) {
    held = after(held, world, next)
    // The order in which hosts came to be known must not show.
    const now = [...held.values()]
    expectSame(whatViewsSay(pipeline, views, now), fromScratch(views, now.toReversed()))
    for (const { view, options } of views) {
      const said = saying(pipeline.view(view, options, now))
      versions.add(JSON.stringify([view, options]), unread.view(view, options, now), said)
    }
  }
  versions.expectTrue(saying)
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
  /** The same, of probes that use the ids of records again for others. */
  const withOtherRecords = (world: World): World =>
    world.map((reports) =>
      reports.map((one) => {
        const connections = one.report.connections.map((record, i) => ({ ...record, id: `record ${i}` }))
        return { ...one, report: { ...one.report, connections } }
      }),
    )

  test('of random hosts, containers and groups', () => {
    const asked = everyView.map(({ view, options }) => ({
      view,
      options:
        'group' in options
          ? { ...options, group: options.group?.replace(/^label:.*/, 'label:team') ?? '' }
          : options,
    }))
    fc.assert(fc.property(groupedWorlds, steps(asked), expectSameAfter))
  })

  test('of hosts with several processes at both ends of connections', () => {
    const asked = everyView.filter(({ view }) => view === 'processes' || view === 'containers')
    fc.assert(fc.property(sharedWorlds, steps(asked), expectSameAfter))
  })

  test('of hosts with NAT, published ports and the same private networks', () => {
    fc.assert(fc.property(translatedWorlds, steps(everyView), expectSameAfter))
    fc.assert(fc.property(translatedWorlds.map(withOtherRecords), steps(everyView), expectSameAfter))
  })
})
