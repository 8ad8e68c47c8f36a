import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { expectSame } from '../../support/expect-same.ts'
import { groupedWorlds, translatedWorlds } from './arbitrary-worlds.ts'
import { HOSTS, MOMENTS } from './steps.ts'
import {
  type Asked,
  everyView,
  fromScratch,
  recordedWorld,
  simulatedWorld,
  type World,
  whatViewsSay,
} from './worlds.ts'

type Edit = (report: Report, n: number) => Report

/** The report with one of the entities that `is` selects replaced; all others stay the same objects, as with a delta. */
const withOne = <Section extends 'nodes' | 'connections' | 'addresses'>(
  report: Report,
  section: Section,
  n: number,
  is: (one: Report[Section][number]) => boolean,
  edit: (one: Report[Section][number]) => Report[Section][number] | undefined,
): Report => {
  const all: readonly Report[Section][number][] = report[section]
  const those = all.filter(is)
  const chosen = those[n % those.length]
  if (chosen === undefined) return report
  return { ...report, [section]: all.flatMap((one) => (one === chosen ? (edit(one) ?? []) : one)) }
}

const ofTopology =
  (topology: Report['nodes'][number]['topology']) =>
  (node: Report['nodes'][number]): boolean =>
    node.topology === topology

const idsOf = ({ nodes }: Report, topology: Report['nodes'][number]['topology']): string[] =>
  nodes.filter(ofTopology(topology)).map(({ id }) => id)

const pick = <T>(of: readonly T[], n: number): T[] => of.slice(n % (of.length + 1)).slice(0, 1)

const mode = (known: string | undefined): 'ebpf' | 'proc' => (known === 'ebpf' ? 'proc' : 'ebpf')

const edits: Readonly<Record<string, Edit>> = {
  'time passes': (report, n) => ({
    ...report,
    envelope: { ...report.envelope, uptimeMs: report.envelope.uptimeMs + 1000 * 4 ** (n % 6) },
  }),
  'a process is in another container': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('process'), (node) => ({
      ...node,
      parents: { ...node.parents, container: pick(idsOf(report, 'container'), n) },
    })),
  'a process is named otherwise': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('process'), (node) => ({ ...node, name: `other-${n % 3}` })),
  'a container is named otherwise': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('container'), (node) => ({ ...node, name: `other-${n % 3}` })),
  'a container stops or starts': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('container'), (node) => ({
      ...node,
      facts: { ...node.facts, docker_container_state: n % 3 === 0 ? 'running' : 'exited' },
    })),
  'a container is ill or well': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('container'), (node) => ({
      ...node,
      facts: {
        ...node.facts,
        docker_container_state: ['running', 'running', 'paused', 'restarting'][n % 4] ?? 'running',
        docker_container_health: n % 2 === 0 ? 'healthy' : 'unhealthy',
      },
    })),
  'a container publishes other ports': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('container'), (node) => ({
      ...node,
      facts: { ...node.facts, docker_container_ports: [`0.0.0.0:${8080 + (n % 2)}->80/tcp`] },
    })),
  'a container is of another image': (report, n) =>
    withOne(report, 'nodes', n, ofTopology('container'), (node) => ({
      ...node,
      parents: { ...node.parents, container_image: pick(idsOf(report, 'container_image'), n) },
    })),
  'the host is named otherwise': (report, n) => ({
    ...report,
    host: { ...report.host, name: `host-${n % 3}` },
  }),
  'an address has other owners': (report, n) =>
    withOne(
      report,
      'addresses',
      n,
      () => true,
      (address) => ({
        ...address,
        owners: pick([...idsOf(report, 'container'), ...idsOf(report, 'host')], n),
      }),
    ),
  'an address is named otherwise': (report, n) =>
    withOne(
      report,
      'addresses',
      n,
      () => true,
      (address) => ({ ...address, names: [`${n % 3}.example`] }),
    ),
  'connections are seen otherwise': (report) => {
    const [known] = report.status.filter(({ id }) => id === 'connections')
    const others = report.status.filter((one) => one !== known)
    const status = known ?? { id: 'connections', state: 'ok', reason: '', sinceMs: 0, counters: {} }
    return { ...report, status: [...others, { ...status, state: 'ok', mode: mode(known?.mode) }] }
  },
  'connections are opened': (report, n) =>
    withOne(
      report,
      'connections',
      n,
      () => true,
      (record) => ({
        ...record,
        open: record.open + 1,
        opened: record.opened + 1,
        lastMs: report.envelope.uptimeMs,
        clientPorts: [...(record.clientPorts ?? []), 50_000 + (n % 100)],
      }),
    ),
  'connections fail': (report, n) =>
    withOne(
      report,
      'connections',
      n,
      () => true,
      (record) => ({ ...record, failed: record.failed + 1 }),
    ),
  'all connections are closed': (report, n) =>
    withOne(
      report,
      'connections',
      n,
      () => true,
      ({ clientPorts: _, ...record }) => ({ ...record, open: 0, closed: record.closed + record.open }),
    ),
  'a record goes': (report, n) =>
    withOne(
      report,
      'connections',
      n,
      () => true,
      () => undefined,
    ),
}

interface Change {
  readonly host: number
  readonly edit: keyof typeof edits
  readonly n: number
  readonly isRateBase: boolean
}

const changes: fc.Arbitrary<readonly (readonly [Change, readonly Asked[]])[]> = fc.array(
  fc.tuple(
    fc.record({
      host: fc.nat(HOSTS - 1),
      edit: fc.constantFrom(...Object.keys(edits)),
      n: fc.nat(1000),
      isRateBase: fc.boolean(),
    }),
    fc.uniqueArray(fc.constantFrom(...everyView), { minLength: 1, maxLength: 3 }),
  ),
  { minLength: 2, maxLength: 12 },
)

const changed = (one: HeldReport, { edit, n, isRateBase }: Change): HeldReport => {
  const report = edits[edit]?.(one.report, n) ?? one.report
  return { ...one, report, ...(isRateBase ? { rateBase: one.report } : {}) }
}

const expectSameAfter = (world: World, taken: readonly (readonly [Change, readonly Asked[]])[]): void => {
  const pipeline = new Pipeline()
  let held = world.flatMap((ofHost) => ofHost.slice(0, 1))
  const [, asked = everyView] = taken[0] ?? []
  whatViewsSay(pipeline, asked, held)
  for (const [change, views] of taken) {
    held = held.map((one, i) => (i === change.host % held.length ? changed(one, change) : one))
    // Those that were asked for at first know all that was before.
    const all = [...new Set([...asked, ...views])]
    expectSame(whatViewsSay(pipeline, all, held), fromScratch(all, held))
  }
}

describe('views of reports in which one thing is told otherwise than before say what they say from scratch', () => {
  test('of the recorded world', () => {
    const world = recordedWorld()
    fc.assert(
      fc.property(changes, (taken) => expectSameAfter(world, taken)),
      { numRuns: 30 },
    )
  })

  test('of the simulated world', () => {
    const world = simulatedWorld(HOSTS, MOMENTS)
    fc.assert(
      fc.property(changes, (taken) => expectSameAfter(world, taken)),
      { numRuns: 30 },
    )
  })

  test('of random hosts, containers and groups', () => {
    fc.assert(fc.property(groupedWorlds, changes, expectSameAfter))
  })

  test('of hosts with NAT, published ports and the same private networks', () => {
    fc.assert(fc.property(translatedWorlds, changes, expectSameAfter))
  })

  test('each kind of change does change some report', () => {
    const reports = [...recordedWorld(), ...simulatedWorld(HOSTS, MOMENTS)].flatMap((ofHost) =>
      ofHost.slice(0, 1).map(({ report }) => report),
    )
    for (const [name, edit] of Object.entries(edits))
      expect(
        reports.some((report) => edit(report, 2) !== report),
        name,
      ).toBe(true)
  })
})
