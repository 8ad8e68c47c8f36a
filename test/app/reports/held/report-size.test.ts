import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sizeAfterDelta, sizeOfReport } from '../../../../src/app/reports/held/report-size.ts'
import { createStory } from '../../../../src/demo/story.ts'
import { applyDelta } from '../../../../src/report/delta/apply-delta.ts'
import { makeDelta } from '../../../../src/report/delta/make-delta.ts'
import { encodeReport } from '../../../../src/report/encoding/encoding.ts'
import type { Report } from '../../../../src/report/schema.ts'
import { pair, processNode, report } from '../../../support/reports/reports.ts'

const story = createStory({ hosts: 2, containers: 20 })

it('is about that of the decoded message', async () => {
  for (const one of story.reportsAt(3_600_000)) {
    const { length } = gunzipSync(await encodeReport(one))
    const { bytes } = sizeOfReport(one)
    expect(bytes / length).toBeGreaterThan(0.8)
    expect(bytes / length).toBeLessThan(1.3)
  }
})

it('is the same whether a report was sent whole or as changes', () => {
  const [first, ...later] = Array.from(
    { length: 20 },
    (_, step) => story.reportsAt(3_600_000 + step * 30_000)[0] as Report,
  )
  let base = { ...(first as Report), envelope: { ...(first as Report).envelope, seq: 1 } }
  let size = sizeOfReport(base)
  let changed = 0
  for (const next of later) {
    const delta = makeDelta(base, next)
    const held = applyDelta(base, delta)
    size = sizeAfterDelta(size, base, delta, held)
    expect(size).toEqual(sizeOfReport(held))
    changed += delta.nodes.length + delta.removed.connections.length
    base = held
  }
  expect(changed).toBeGreaterThan(0)
})

/** Processes by pid with their names, and the ports that the first of them is connected to. */
const world = fc.record({
  names: fc.dictionary(
    fc.integer({ min: 1, max: 9 }).map(String),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    {
      minKeys: 1,
    },
  ),
  ports: fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
})

it('is the same after any changes', () => {
  const of = ({ names, ports }: { names: Record<string, string>; ports: number[] }, seq: number): Report => {
    const [first = '1'] = Object.keys(names)
    return report({
      ...{ host: 'a', seq, uptimeMs: seq * 1000 },
      nodes: Object.entries(names).map(([pid, name]) => processNode('a', Number(pid), { name })),
      connections: ports.map((port) => pair(`a;${first}`, `a;${first}`, port)),
      metrics: Object.keys(names).map((pid) => ({ node: `a;${pid}`, id: 'cpu', samples: [[0, seq]] })),
    })
  }
  fc.assert(
    fc.property(fc.array(world, { minLength: 2, maxLength: 8 }), (worlds) => {
      let base: Report | undefined
      let size = { bytes: 0, entityBytes: 0 }
      for (const [index, one] of worlds.entries()) {
        const next = of(one, index + 1)
        if (base === undefined) {
          base = next
          size = sizeOfReport(next)
          continue
        }
        const delta = makeDelta(base, next)
        const held = applyDelta(base, delta)
        size = sizeAfterDelta(size, base, delta, held)
        expect(size).toEqual(sizeOfReport(held))
        base = held
      }
    }),
  )
})

it('is the same when fields come, go or are of another kind', () => {
  const factsOf: Report['nodes'][number]['facts'][] = [
    { a: 'x', b: 1 },
    { a: ['x', 'yy'], b: 2 },
    { a: ['x', 'zzz', 'ö'], c: true },
    {},
    { c: 'x', a: 5 },
  ]
  let base: Report | undefined
  let size = { bytes: 0, entityBytes: 0 }
  for (const [index, facts] of factsOf.entries()) {
    const next = report({
      ...{ host: 'a', seq: index + 1, uptimeMs: index * 1000 },
      nodes: [{ ...processNode('a', 1), facts, ...(index % 2 === 0 && { labels: { name: 'value' } }) }],
      connections: [pair('a;1', 'a;1', 80, index > 2 ? { durations: { from: 3, counts: [1, 2] } } : {})],
    })
    if (base !== undefined) {
      const delta = makeDelta(base, next)
      const held = applyDelta(base, delta)
      size = sizeAfterDelta(size, base, delta, held)
      expect(size).toEqual(sizeOfReport(held))
    } else size = sizeOfReport(next)
    base = next
  }
})
