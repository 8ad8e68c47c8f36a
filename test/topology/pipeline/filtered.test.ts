import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ungrouped } from '../../../src/topology/grouping/grouping-options.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import type { FilteredView } from '../../../src/topology/query/filter/view-filter.ts'
import { allOf, anyOf, type Query } from '../../../src/topology/query/language/ast.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { expectSame } from '../../support/expect-same.ts'
import { queries } from '../query/arbitrary-query.ts'
import { byDefinition } from '../query/by-definition.ts'
import { groupedWorlds, translatedWorlds } from './arbitrary-worlds.ts'
import { after, HOSTS, MOMENTS, type Step, steps, Versions } from './steps.ts'
import { type Asked, everyView, recordedWorld, saying, simulatedWorld, type World } from './worlds.ts'

const worlds: Readonly<Record<string, World>> = {
  recorded: recordedWorld(),
  simulated: simulatedWorld(HOSTS, MOMENTS),
}

/** Those of {@link queries} seldom find anything; these do. */
const likely: fc.Arbitrary<Query> = fc
  .constantFrom(
    ...['web', 'name:db', 'cpu>1', 'mem<100m', 'listen:*', 'host:*', 'is:pseudo', 'is:external', 'is:group'],
    ...['port:80', 'port:5432', 'to:web', 'to:db', 'from:web', 'from:*', 'external:true', 'external:false'],
    ...['open>=1', 'open>=3', 'opened>=20', 'opened<5', 'failed>0', 'bytes>=5k', 'rate>1', 'rtt:*'],
    ...[
      'is:connected',
      'is:failing',
      'is:trouble',
      'to:web open>=2',
      'from:db -external:true',
      'to:db or failed>0',
    ],
  )
  .map(parseQuery)

const combined: fc.Arbitrary<Query> = fc.oneof(
  likely,
  likely.map((query): Query => ({ kind: 'not', query })),
  fc.array(likely, { minLength: 2, maxLength: 3 }).map(allOf),
  fc.array(likely, { minLength: 2, maxLength: 3 }).map(anyOf),
  fc.tuple(likely, likely, likely).map(([a, b, c]) => allOf([a, { kind: 'not', query: anyOf([b, c]) }])),
)
const some = fc.array(fc.oneof({ weight: 3, arbitrary: combined }, queries), { minLength: 1, maxLength: 3 })

/** Steps at which somebody asks for the same few views again and again. */
const taken = fc.uniqueArray(fc.constantFrom(...everyView), { minLength: 1, maxLength: 2 }).chain(steps)

const sayingFiltered = (view: View) => ({ ...saying(view), query: (view as FilteredView).query })

const expectSameAfter = (
  world: World,
  steps: readonly (readonly [Step, readonly Asked[]])[],
  asked: readonly Query[],
): void => {
  const whole = new Pipeline()
  const pipeline = new Pipeline()
  const versions = new Versions()
  let held: ReadonlyMap<number, HeldReport> = new Map()
  for (const [next, views] of steps) {
    held = after(held, world, next)
    const now = [...held.values()]
    for (const { view, options } of views) {
      const shown = whole.view(view, options, now)
      const plain = whole.view(view, { ...options, ...ungrouped }, now)
      for (const [index, query] of asked.entries()) {
        const text = String(index)
        const filtered = pipeline.filtered(view, options, { text, query }, now)
        const said = sayingFiltered(byDefinition(shown, text, query, plain))
        if (next.moment === 0) expectSame(sayingFiltered(filtered), said)
        expect(pipeline.filtered(view, options, { text, query }, now)).toBe(filtered)
        versions.add(JSON.stringify([view, options, index]), filtered, said)
      }
    }
  }
  versions.expectTrue(sayingFiltered)
}

describe.each(Object.entries(worlds))('a view of the %s world, filtered', (_, world) => {
  test('says what it says from scratch after any steps, and tells what changed', () => {
    fc.assert(
      fc.property(taken, some, (steps, asked) => expectSameAfter(world, steps, asked)),
      { numRuns: 40 },
    )
  })
})

describe('a view of any world, filtered', () => {
  test('says what it says from scratch: random hosts, containers and groups', () => {
    fc.assert(fc.property(groupedWorlds, taken, some, expectSameAfter))
  })

  test('says what it says from scratch: hosts with NAT, published ports and the same private networks', () => {
    fc.assert(fc.property(translatedWorlds, taken, some, expectSameAfter))
  })
})
