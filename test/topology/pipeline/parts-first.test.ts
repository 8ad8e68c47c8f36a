import * as fc from 'fast-check'
import { test } from 'vitest'
import { nodeDetails } from '../../../src/topology/details.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { expectSame } from '../../support/expect-same.ts'
import { after, HOSTS, MOMENTS, type Step, step } from './steps.ts'
import { everyView, fromScratch, simulatedWorld, whatViewsSay } from './worlds.ts'

const world = simulatedWorld(HOSTS, MOMENTS)

test('a view says what it says from scratch when only details of its nodes were asked for before', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 2, maxLength: 6 }),
      fc.constantFrom(...everyView),
      (taken: readonly Step[], asked) => {
        const pipeline = new Pipeline()
        let held: ReadonlyMap<number, HeldReport> = new Map()
        for (const next of taken) {
          held = after(held, world, next)
          nodeDetails(asked.view, 'no such node', asked.options, [...held.values()], () => [], pipeline)
        }
        const now = [...held.values()]
        expectSame(whatViewsSay(pipeline, [asked], now), fromScratch([asked], now))
      },
    ),
    { numRuns: 40 },
  )
})
