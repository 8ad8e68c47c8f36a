import { generateKeyPairSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unguarded } from '../../../src/log/faults.ts'
import { createAssembler } from '../../../src/probe/assemble/assemble.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import type { Contribution } from '../../../src/probe/collector.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { createDelivery } from '../../../src/probe/publish/delivery.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { probeIdOf } from '../../../src/report/proof/proof.ts'
import type { Metric, Report, ReportNode } from '../../../src/report/schema.ts'
import { hostNode, listener, processNode } from '../../support/reports/reports.ts'
import { createModelApp, type Fate, fates } from './model-app.ts'

const probeKey = generateKeyPairSync('ed25519').privateKey
const clusterKey = randomBytes(32)
const probeId = probeIdOf(probeKey)
const small = { ...defaultLimits, nodes: 4 }
/** Two with the same limits, and two that have room for less than there is, and for more or less of it as reports are too large. */
const limitsOfApps = [defaultLimits, defaultLimits, small, small]

/** A host whose processes change, come and go. */
const createWorld = () => {
  const processes = new Map<number, ReportNode>()
  const cpu = new Map<number, { readonly atMs: number; readonly percent: number }[]>()
  let uptimeMs = 0
  const metricOf = (node: ReportNode, pid: number, sinceMs: number): Metric[] => {
    const samples = (cpu.get(pid) ?? []).filter(({ atMs }) => atMs >= sinceMs)
    if (samples.length === 0) return []
    const pairs = samples.map(({ atMs, percent }): [number, number] => [uptimeMs - atMs, percent])
    return [{ node: node.id, id: 'process_cpu_usage_percent', samples: pairs }]
  }
  const contributions = (sinceMs = 0): Contribution[] => [
    {
      nodes: [hostNode('here'), ...processes.values()],
      metrics: [...processes].flatMap(([pid, node]) => metricOf(node, pid, sinceMs)),
      connections: [],
      addresses: [],
      listeners: [...processes].map(([pid, { id }]) => listener(id, `0.0.0.0:${1000 + pid}`)),
      status: { id: 'process', mode: 'x', state: 'ok', reason: '', sinceMs: 0, counters: {} },
    },
  ]
  return {
    change({ pid, exists, facts }: Change) {
      if (exists) processes.set(pid, processNode('here', pid, { facts: { step: facts } }))
      else processes.delete(pid)
    },
    pass(ms: number) {
      uptimeMs += ms
      for (const pid of processes.keys()) {
        const samples = cpu.get(pid) ?? []
        cpu.set(pid, [...samples, { atMs: uptimeMs, percent: (uptimeMs / 1000) % 100 }])
      }
    },
    collected: (sinceMs?: number) => ({
      uptimeMs,
      host: { id: 'here', name: 'here' },
      probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
      contributions: contributions(sinceMs),
    }),
  }
}

interface Change {
  readonly pid: number
  readonly exists: boolean
  readonly facts: number
}

interface Step {
  readonly changes: readonly Change[]
  /** What the report to each app meets; undefined: it gets none now, since one is under way or it is not tried yet. */
  readonly met: readonly (Fate | undefined)[]
}

const step: fc.Arbitrary<Step> = fc.record({
  changes: fc.array(fc.record({ pid: fc.nat(7), exists: fc.boolean(), facts: fc.nat(3) }), { maxLength: 4 }),
  met: fc.tuple(...limitsOfApps.map(() => fc.option(fc.constantFrom(...fates), { nil: undefined }))),
})

const nodesOf = (contributions: readonly Contribution[]) => contributions.flatMap(({ nodes }) => nodes)

/** What a report says, whatever the order; of metrics, the newest values. */
const content = ({ host, nodes, metrics, listeners, status, omitted }: Report) => {
  const sorted = <Entity extends { id: string }>(entities: readonly Entity[]) =>
    entities.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    ...{ host, omitted: omitted.nodes },
    nodes: sorted(nodes),
    listeners: sorted(listeners),
    status: sorted(status),
    newest: Object.fromEntries(metrics.map(({ node, id, samples }) => [`${node} ${id}`, samples.at(-1)])),
  }
}

test('whatever is lost, refused or repeated on the way to one of them, all apps end with the same report', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      let nowMs = 0
      const world = createWorld()
      const merge = createMerger()
      const feed = createReportFeed({
        ...{ probeId, intervalMs: 1000, guard: unguarded, monotonicMs: () => nowMs },
        collect: (sinceMs) => merge(world.collected(sinceMs)),
      })
      const apps = limitsOfApps.map((limits) => {
        const app = createModelApp(clusterKey, limits)
        const access = feed.join({ beat() {}, needs: () => ({ sinceMs: delivery.heldAtMs() }) })
        const delivery = createDelivery({
          ...{ client: app.client, feed: access, probeId, probeKey, clusterKey },
          ...{ intervalMs: () => 1000, timeoutMs: 1000, growthMs: 500, monotonicMs: () => nowMs },
        })
        return { app, delivery, limits }
      })
      const pass = (): void => {
        nowMs += 1000
        world.pass(1000)
      }
      const deliver = async ({ app, delivery }: (typeof apps)[number], fate: Fate): Promise<void> => {
        app.fate = fate
        try {
          if ((await delivery.deliver()).kind === 'too_large') delivery.shrink()
        } catch {
          // Lost on the way: it is tried again.
        }
      }

      for (const { changes, met } of steps) {
        pass()
        for (const change of changes) world.change(change)
        await Promise.all(
          apps.flatMap((one, index) => {
            const fate = met[index]
            return fate === undefined ? [] : deliver(one, fate)
          }),
        )
      }
      for (let round = 0; round < 3; round++) {
        pass()
        await Promise.all(apps.map((one) => deliver(one, 'taken')))
      }
      feed.stop()
      for (const { app } of apps) app.stop()

      const { uptimeMs, ...parts } = world.collected()
      for (const { app, limits } of apps) {
        const held = app.held()
        expect(held?.envelope.uptimeMs).toBe(uptimeMs)
        if (limits === small) {
          const known = new Map(nodesOf(parts.contributions).map((node) => [node.id, node]))
          expect(held?.nodes.length).toBeLessThanOrEqual(4)
          expect(held?.nodes.map(({ id, facts }) => ({ id, facts }))).toEqual(
            held?.nodes.map(({ id }) => ({ id, facts: known.get(id)?.facts })),
          )
          expect(held?.omitted.nodes).toBe(known.size - (held?.nodes.length ?? 0))
          continue
        }
        const fresh = createAssembler(limits)({
          ...parts,
          envelope: { ...(held as Report).envelope, uptimeMs },
        })
        expect(content(held as Report)).toEqual(content(fresh))
      }
    }),
    { numRuns: 60, interruptAfterTimeLimit: 30_000 },
  )
})
