import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import {
  clientHalf,
  containerNode,
  held,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'
import { newDeriver } from './timeline.ts'

const hosts = ['alpha', 'beta'] as const
const count = fc.integer({ min: 0, max: 3 })

/** What one host has at a moment: containers by number, each with a process, and connections between them and abroad. */
const sceneOf = (host: string) =>
  fc.record({
    there: fc.constant(host),
    containers: fc.subarray([1, 2, 3]),
    pairs: fc.array(
      fc.record({
        from: fc.constantFrom(1, 2, 3),
        to: fc.constantFrom(1, 2, 3),
        failed: count,
        opened: count,
      }),
      { maxLength: 4 },
    ),
    halves: fc.array(
      fc.record({
        role: fc.constantFrom('client', 'server'),
        of: fc.constantFrom(1, 2, 3),
        remote: fc.constantFrom('10.0.0.1', '10.0.0.2', '8.8.8.8'),
        failed: count,
      }),
      { maxLength: 4 },
    ),
    sinceMs: fc.constantFrom(1000, 2000),
    epoch: fc.constantFrom('00000000000000aa', '00000000000000bb'),
  })
type Scene = ReturnType<typeof sceneOf> extends fc.Arbitrary<infer Value> ? Value : never

const heldOf = ({ there, containers, pairs, halves, sinceMs, epoch }: Scene, second: number): HeldReport => {
  const connections = [
    ...pairs.map(({ from, to, failed, opened }) =>
      pair(`${there};${from}`, `${there};${to}`, 80, { failed, opened, sinceMs }),
    ),
    ...halves.map(({ role, of, remote, failed }) =>
      role === 'client'
        ? clientHalf(`${there};${of}`, {
            clientAddress: ';10.0.0.9',
            serverAddress: `;${remote}`,
            port: 443,
            failed,
            sinceMs,
          })
        : serverHalf(`${there};${of}`, {
            clientAddress: `;${remote}`,
            serverAddress: ';10.0.0.9',
            port: 443,
            failed,
            sinceMs,
          }),
    ),
  ]
  return held(
    report({
      host: there,
      epoch,
      uptimeMs: second * 1000,
      nodes: [
        ...containers.map((n) => containerNode(there, `${there}-${n}`)),
        ...[1, 2, 3].map((n) =>
          processNode(there, n, {
            name: `p${n}`,
            ...(containers.includes(n) ? { container: `${there}-${n}` } : {}),
          }),
        ),
      ],
      connections: [...new Map(connections.map((record) => [record.id, record])).values()],
    }),
  )
}

const moments = fc.array(
  fc.record({
    passed: fc.integer({ min: 1, max: 70 }),
    scenes: fc.tuple(...hosts.map((host) => fc.option(sceneOf(host), { nil: undefined }))),
    mayPlace: fc.boolean(),
  }),
  { maxLength: 12 },
)

type Moments = typeof moments extends fc.Arbitrary<infer Value> ? Value : never

const pairOf = (there: string, epoch: Scene['epoch']): Scene => ({
  there,
  containers: [],
  pairs: [{ from: 2, to: 1, failed: 0, opened: 0 }],
  halves: [],
  sinceMs: 1000,
  epoch,
})

/** A connection is new on one host, and one of programs of the same names is found by another probe that has just come. */
const knownElsewhere: Moments = [
  { passed: 1, scenes: [{ ...pairOf('alpha', '00000000000000bb'), pairs: [] }, undefined], mayPlace: false },
  {
    passed: 10,
    scenes: [pairOf('alpha', '00000000000000bb'), pairOf('beta', '00000000000000aa')],
    mayPlace: false,
  },
  {
    passed: 3,
    scenes: [pairOf('alpha', '00000000000000aa'), pairOf('beta', '00000000000000aa')],
    mayPlace: true,
  },
]

it('says the same whatever the order of reports, and nothing of reports that say nothing new', () => {
  fc.assert(
    fc.property(moments, (all) => {
      const [one, other] = [newDeriver(), newDeriver()]
      let second = 0
      for (const { passed, scenes, mayPlace } of all) {
        second += passed
        const reports = scenes.flatMap((scene) => (scene === undefined ? [] : [heldOf(scene, second)]))
        const told = one.next(reports, second * 1000, mayPlace)
        const sorted = (drafts: typeof told) => drafts.map((draft) => JSON.stringify(draft)).sort()
        expect(sorted(other.next(reports.toReversed(), second * 1000, mayPlace))).toEqual(sorted(told))
        one.next(reports, second * 1000)
        expect(one.next(reports, second * 1000)).toEqual([])
        other.next(reports.toReversed(), second * 1000)
      }
    }),
    { examples: [[knownElsewhere]] },
  )
})

it('names two different ends of every edge that is new, of which it tells once an hour at most', () => {
  fc.assert(
    fc.property(moments, (all) => {
      const deriver = newDeriver()
      const known = new Set<string>()
      let second = 0
      for (const { passed, scenes } of all) {
        second += passed
        const reports = scenes.flatMap((scene) => (scene === undefined ? [] : [heldOf(scene, second)]))
        for (const { kind, nodes, edge, text } of deriver.next(reports, second * 1000)) {
          expect(text).not.toContain('undefined')
          expect(nodes.length).toBeGreaterThan(0)
          if (kind !== 'edge-new' || edge === undefined) continue
          expect(nodes.map(({ id }) => id)).toEqual([edge.source, edge.target])
          expect(edge.source).not.toBe(edge.target)
          expect(known.has(edge.id)).toBe(false)
          known.add(edge.id)
        }
      }
    }),
  )
})
