import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Edge, MetricRow, NodeSummary, ViewDiff } from '../../src/api/types.ts'
import { createStory } from '../../src/demo/story.ts'
import type { HeldReport } from '../../src/topology/held-report.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../src/topology/render.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import { datedEdge, type ViewEdge } from '../../src/topology/view/view-edge.ts'
import { FrameGapError, ViewDecoder } from '../../src/view-stream/decode.ts'
import { type SentView, ViewEncoder } from '../../src/view-stream/encode.ts'
import type { ViewFrame } from '../../src/view-stream/frame.ts'
import { applyDiff, sortedById, withoutTargets } from '../support/apply-diff.ts'
import { expectSame } from '../support/expect-same.ts'
import { heldAt } from '../support/reports/simulation.ts'

/** Somebody who applies frames as documented. */
class Reader {
  readonly #decoder = new ViewDecoder()
  nodes = new Map<string, NodeSummary>()
  edges = new Map<string, Edge>()
  query: ViewDiff['query']

  take(frame: ViewFrame | undefined): void {
    if (frame === undefined) return
    const diff = this.#decoder.read(JSON.parse(JSON.stringify(frame)))
    if (diff.reset) {
      this.nodes = new Map()
      this.edges = new Map()
    }
    applyDiff(this.nodes, diff)
    applyDiff(this.edges, diff.edges)
    this.query = diff.query ?? this.query
  }
}

const expectHolds = (reader: Reader, view: SentView): void => {
  expectSame(
    sortedById(reader.nodes),
    sortedById(view.nodes).map(([id, node]) => [id, withoutTargets(node)]),
  )
  expectSame(
    sortedById(reader.edges),
    sortedById(view.edges).map(([id, edge]) => [id, datedEdge(edge)]),
  )
}

/** What three hosts report that go on, second by second. */
const churning = ((): readonly (readonly HeldReport[])[] => {
  const story = createStory({ hosts: 3, containers: 40, churnPerMinute: 300 })
  return Array.from({ length: 18 }, (_, step) => heldAt(story, 3_600_000 + step * 1000))
})()

const metric = fc.record({
  ...{ id: fc.constantFrom('cpu', 'memory', 'load'), label: fc.string() },
  format: fc.constantFrom('percent' as const, 'filesize' as const),
  ...{ priority: fc.nat(5), value: fc.nat(3), min: fc.nat(3), max: fc.nat(3) },
  ...{ samples: fc.constant(null), url: fc.constant('') },
}) satisfies fc.Arbitrary<MetricRow>

const node = (id: string): fc.Arbitrary<NodeSummary> =>
  fc.record(
    {
      ...{ id: fc.constant(id), label: fc.constantFrom('a', 'b'), labelMinor: fc.constant('') },
      ...{ rank: fc.constant('x'), shape: fc.constant('circle' as const) },
      ...{ pseudo: fc.boolean(), metrics: fc.array(metric, { maxLength: 3 }) },
      adjacency: fc.array(fc.constantFrom('n0', 'n1'), { maxLength: 1 }),
    },
    { requiredKeys: ['id', 'label', 'labelMinor', 'rank', 'shape'] },
  )

const some = fc.nat(3)
const times = fc.record({ count: fc.integer({ min: 1, max: 9 }), p50Us: some, p95Us: some })

const always = (id: string) => ({
  ...{ id: fc.constant(id), source: fc.constantFrom('n0', 'n1'), target: fc.constant('n2') },
  ...{ open: some, opened: some, closed: some, failed: some, abandoned: some, reset: some, lost: some },
  ...{ bytesSent: some, bytesReceived: some, retransmits: some },
  ...{ openedPerSecond: some, failedPerSecond: some, bytesSentPerSecond: some, bytesReceivedPerSecond: some },
  ...{ ports: fc.array(some, { maxLength: 2 }), portsTotal: some },
  firstSeenMs: fc.constantFrom(Date.UTC(2026, 10, 27, 10), 0, 9e15, Number.NaN),
  lastSeenMs: fc.constantFrom(Date.UTC(2026, 10, 27, 10, 0, 1, 1), Date.UTC(2026, 10, 27, 10, 0, 2)),
})

const atTimes = {
  ...{ rttUs: some, smoothedRttUs: some, quietSeconds: fc.constantFrom(15, 30), estimated: fc.boolean() },
  failedBy: fc.record({ refused: some, timedOut: some, unreachable: some, outOfPorts: some, other: some }),
  resetBy: fc.record({ client: some, server: some }),
  ...{ duration: times, connectTime: times, told: fc.constant(true as const) },
}

const edge = (id: string): fc.Arbitrary<ViewEdge> =>
  fc
    .tuple(fc.record(always(id)), fc.record(atTimes, { requiredKeys: [] }))
    .map(([numbers, more]) => ({ ...numbers, ...more }))

const byId = <T extends { readonly id: string }>(make: (id: string) => fc.Arbitrary<T>, prefix: string) =>
  fc
    .subarray([0, 1, 2, 3])
    .chain((ids) => fc.tuple(...ids.map((id) => make(`${prefix}${id}`))))
    .map((all) => new Map(all.map((one) => [one.id, one])))

const query = fc.option(
  fc.record({ text: fc.constant('a'), matched: fc.nat(2) }) as unknown as fc.Arbitrary<
    NonNullable<SentView['query']>
  >,
  { nil: undefined },
)

const view: fc.Arbitrary<SentView> = fc
  .tuple(byId(node, 'n'), byId(edge, 'e'), query)
  .map(([nodes, edges, asked]) => ({ nodes, edges, ...(asked && { query: asked }) }))

/** A view as it follows another: what says the same is the same object. */
const following = (before: SentView | undefined, now: SentView): SentView => {
  const keep = <T>(old: ReadonlyMap<string, T> | undefined, all: ReadonlyMap<string, T>) =>
    new Map(
      Array.from(all, ([id, one]) => {
        const known = old?.get(id)
        return [
          id,
          known !== undefined && JSON.stringify(known) === JSON.stringify(one) ? known : one,
        ] as const
      }),
    )
  return { ...now, nodes: keep(before?.nodes, now.nodes), edges: keep(before?.edges, now.edges) }
}

describe('frames of a view', () => {
  test('hold the view for all who read them, whenever they came', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(view, fc.boolean()), { minLength: 1, maxLength: 8 }), (steps) => {
        const encoder = new ViewEncoder()
        const readers = [new Reader()]
        let told: SentView | undefined
        for (const [next, joins] of steps) {
          const now = following(told, next)
          const frame = told === undefined ? encoder.whole(now) : encoder.change(now)
          for (const reader of readers) reader.take(frame)
          if (joins) {
            const late = new Reader()
            late.take(encoder.whole(now))
            readers.push(late)
          }
          told = now
          for (const reader of readers) {
            reader.take(encoder.alive())
            expectHolds(reader, now)
            if (now.query) expect(reader.query).toEqual(now.query)
          }
        }
      }),
    )
  })

  test('give everything again to whoever was left out', () => {
    fc.assert(
      fc.property(view, view, view, (first, second, third) => {
        const encoder = new ViewEncoder()
        const slow = new Reader()
        slow.take(encoder.whole(first))
        encoder.change(following(first, second))
        const now = following(second, third)
        encoder.change(now)
        slow.take(encoder.whole(now))
        expectHolds(slow, now)
      }),
    )
  })

  test.each(catalogue.map(({ id }) => id))('hold %s of a simulated world as it goes on', (viewId) => {
    const encoder = new ViewEncoder()
    const reader = new Reader()
    for (const [step, reported] of churning.slice(0, 12).entries()) {
      const now = renderView(viewId, {}, reported)
      reader.take(step === 0 ? encoder.whole(now) : encoder.change(now))
      expectHolds(reader, now)
    }
  })

  test.each(catalogue.map(({ id }) => id))(
    'hold %s when hosts report one by one, join and fall silent',
    (viewId) => {
      const pipeline = new Pipeline()
      const encoder = new ViewEncoder()
      const reader = new Reader()
      let held: readonly HeldReport[] = []
      for (const [step, reported] of churning.entries()) {
        held = reported.flatMap((now, host) => {
          if (host === step % 3) return step % 7 === 6 ? [] : [now]
          return held.filter(({ report }) => report.host.id === now.report.host.id)
        })
        const now = pipeline.view(viewId, {}, held)
        reader.take(encoder.change(now))
        // Between these steps nobody has iterated over the view.
        if (step % 3 === 2) expectHolds(reader, now)
      }
    },
  )

  test('look at nothing but what a view tells that it changed', () => {
    const encoder = new ViewEncoder()
    const before: SentView = { nodes: new Map(), edges: new Map() }
    encoder.whole(before)
    const all = renderView('containers', {}, heldAt(createStory({ hosts: 1, containers: 5 }), 3_600_000))
    const [[id] = ['']] = all.nodes
    const change = { since: new WeakRef(before), nodes: [id], edges: [] }
    const frame = encoder.change({ nodes: all.nodes, edges: all.edges, change })
    expect(frame?.nodes?.set?.map(([, base]) => base.id)).toEqual([id])
    expect(frame).not.toHaveProperty('edges')
  })

  test('tell of numbers that moved by rows only, and of what says the same nothing', () => {
    const story = createStory({ hosts: 2, containers: 30, churnPerMinute: 0 })
    const encoder = new ViewEncoder()
    encoder.whole(renderView('containers', {}, heldAt(story, 3_600_000)))
    const now = renderView('containers', {}, heldAt(story, 3_601_000))
    const frame = encoder.change(now)
    expect(frame).not.toHaveProperty('nodes')
    expect(frame?.numbers?.nodes?.length).toBeGreaterThan(10)
    expect(frame?.numbers?.edges?.length).toBeGreaterThan(5)
    expect(encoder.change({ nodes: new Map(now.nodes), edges: new Map(now.edges) })).toBeUndefined()
  })
})

describe('a reader', () => {
  const story = createStory({ hosts: 1, containers: 5, churnPerMinute: 0 })
  const viewAt = (step: number) => renderView('containers', {}, heldAt(story, 3_600_000 + step * 1000))
  const started = () => {
    const encoder = new ViewEncoder()
    const decoder = new ViewDecoder()
    decoder.read(encoder.whole(viewAt(0)))
    encoder.change(viewAt(1))
    return { encoder, decoder }
  }

  test('notices by the next change that a frame is missing', () => {
    const { encoder, decoder } = started()
    const late = encoder.change(viewAt(2))
    expect(() => decoder.read(late as ViewFrame)).toThrow(FrameGapError)
  })

  test('notices by a sign of life that a frame is missing', () => {
    const { encoder, decoder } = started()
    expect(() => decoder.read(encoder.alive())).toThrow(FrameGapError)
  })

  test('refuses a change before it has everything, and one of what it does not know', () => {
    expect(() => new ViewDecoder().read({ seq: 2, base: 1 })).toThrow(FrameGapError)
    const decoder = new ViewDecoder()
    decoder.read({ seq: 1, base: 0, reset: true })
    expect(() => decoder.read({ seq: 2, base: 1, numbers: { nodes: [[7, 0, 1]] } })).toThrow(FrameGapError)
  })
})
