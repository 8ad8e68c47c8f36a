import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Edge, NodeSummary, ViewDiff } from '../../src/api/types.ts'
import { createDraw } from '../../src/demo/draw.ts'
import { createStory } from '../../src/demo/story.ts'
import type { ConnectionRecord, Report } from '../../src/report/schema.ts'
import { diffViews } from '../../src/topology/diff.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../src/topology/render.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import type { View } from '../../src/topology/view/view.ts'
import { datedEdge, type ViewEdge } from '../../src/topology/view/view-edge.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  report,
  serverHalf,
} from '../support/reports/reports.ts'
import { heldAt } from '../support/reports/simulation.ts'

const HOSTS = ['alpha', 'beta', 'gamma'] as const
const VIEWS = catalogue.map(({ id }) => id)
const LABELS = {
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': 'web',
  'com.docker.swarm.service.name': 'shop_web',
  'com.docker.swarm.service.id': 'abc',
}
const everything = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }

const pid = fc.integer({ min: 1, max: 4 })
const port = fc.constantFrom(80, 443, 5432)
const numbers = fc.record({
  open: fc.nat(3),
  opened: fc.nat(50),
  failed: fc.nat(3),
  bytesSent: fc.nat(10_000),
})

/** Addresses of the three hosts, some nobody's, private and public, and of a bridge. */
const remoteOf = (host: string) =>
  fc.constantFrom(';10.0.0.1', ';10.0.0.2', ';10.0.0.3', ';10.0.9.9', ';1.1.1.1', `${host};172.17.0.2`)

const connection = (host: string): fc.Arbitrary<ConnectionRecord> => {
  const own = `;10.0.0.${HOSTS.indexOf(host as (typeof HOSTS)[number]) + 1}`
  const local = fc.constantFrom(own, `${host};172.17.0.3`)
  return fc.oneof(
    fc
      .tuple(pid, pid, port, numbers)
      .map(([client, server, at, given]) => pair(`${host};${client}`, `${host};${server}`, at, given)),
    fc
      .tuple(pid, local, remoteOf(host), port, numbers)
      .map(([process, clientAddress, serverAddress, at, given]) =>
        clientHalf(`${host};${process}`, { clientAddress, serverAddress, port: at, ...given }),
      ),
    fc
      .tuple(pid, remoteOf(host), local, port, numbers)
      .map(([process, clientAddress, serverAddress, at, given]) =>
        serverHalf(`${host};${process}`, { clientAddress, serverAddress, port: at, ...given }),
      ),
  )
}

const reportOf = (host: (typeof HOSTS)[number]): fc.Arbitrary<Report> =>
  fc
    .record({
      connections: fc.uniqueArray(connection(host), { maxLength: 12, selector: (record) => record.id }),
      published: fc.boolean(),
      stopped: fc.boolean(),
      name: fc.constantFrom('nginx', 'worker'),
      uptimeMs: fc.integer({ min: 10_000, max: 60_000 }),
    })
    .map(({ connections, published, stopped, name, uptimeMs }) =>
      report({
        host,
        uptimeMs,
        connections,
        nodes: [
          processNode(host, 1, { name, container: `${host}-web` }),
          processNode(host, 2, { name, container: `${host}-db` }),
          processNode(host, 3, { name: 'sshd', facts: { systemd_unit: 'ssh.service' } }),
          containerNode(host, `${host}-web`, {
            image: 'nginx:1',
            labels: LABELS,
            facts: published ? { docker_container_ports: ['0.0.0.0:443->80/tcp'] } : {},
          }),
          containerNode(host, `${host}-db`, { image: 'nginx:2', state: stopped ? 'exited' : 'running' }),
        ],
        addresses: [
          address(`10.0.0.${HOSTS.indexOf(host) + 1}`, { kind: 'global' }, { owners: [`${host};<host>`] }),
          address('172.17.0.2', { kind: 'host', hostId: host }, { owners: [containerId(`${host}-web`)] }),
        ],
      }),
    )

const fleet = fc.tuple(...HOSTS.map(reportOf))
const view = fc.constantFrom(...VIEWS)
const options = fc.constantFrom({}, everything)

const plain = ({ nodes, edges, stats }: View) => ({
  nodes: Object.fromEntries(nodes),
  edges: Object.fromEntries(edges),
  stats,
})

/** The same report with what it holds in another order. @param key draws a number */
const shuffledWithin = (report: Report, key: () => number): Report => {
  const shuffle = <T>(values: readonly T[]): T[] =>
    values
      .map((value) => ({ value, at: key() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value)
  const { nodes, connections, addresses } = report
  return {
    ...report,
    nodes: shuffle(nodes),
    connections: shuffle(connections),
    addresses: shuffle(addresses),
  }
}

describe('for all reports', () => {
  test('their order does not show', () => {
    fc.assert(
      fc.property(
        fleet,
        view,
        options,
        fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        (reports, viewId, chosen, keys) => {
          const shuffled = reports
            .map((each, i) => [keys[i] ?? 0, each] as const)
            .sort(([a], [b]) => a - b)
            .map(([, each]) => each)
          const first = plain(
            renderView(
              viewId,
              chosen,
              reports.map((each) => held(each)),
            ),
          )
          expect(
            plain(
              renderView(
                viewId,
                chosen,
                shuffled.map((each) => held(each)),
              ),
            ),
          ).toEqual(first)
          // Made of copies, so that nothing is remembered.
          const copies = structuredClone(shuffled).map((each) => held(each))
          expect(plain(renderView(viewId, chosen, copies))).toEqual(first)
        },
      ),
    )
  })

  test('nor does the order of what they hold, which differs after changes', () => {
    fc.assert(
      fc.property(fleet, view, options, fc.infiniteStream(fc.nat()), (reports, viewId, chosen, keys) => {
        const shuffled = reports.map((each) => shuffledWithin(each, () => keys.next().value ?? 0))
        const [first, second] = [reports, shuffled].map((some) =>
          plain(
            renderView(
              viewId,
              chosen,
              some.map((each) => held(each)),
            ),
          ),
        )
        expect(second).toEqual(first)
      }),
    )
  })

  test('nor does that order in a world in which connections have to be shared among several processes', () => {
    const draw = createDraw('order')
    const story = createStory({ hosts: 10, containers: 200, churnPerMinute: 600 })
    const all = heldAt(story, 3_672_000)
    let drawn = 0
    const shuffled = all.map((one) => ({
      ...one,
      report: shuffledWithin(one.report, () => draw.whole(0, 1_000_000, drawn++)),
    }))
    expect(plain(renderView('processes', {}, shuffled))).toEqual(plain(renderView('processes', {}, all)))
  })

  test('every node that an edge or an adjacency names exists, and no pseudo node stands alone', () => {
    fc.assert(
      fc.property(fleet, view, options, (reports, viewId, chosen) => {
        const { nodes, edges } = renderView(
          viewId,
          chosen,
          reports.map((each) => held(each)),
        )
        for (const { source, target } of edges.values())
          expect([nodes.has(source), nodes.has(target)]).toEqual([true, true])
        const pairs = [...edges.values()].map(({ source, target }) => `${source} ${target}`).sort()
        const adjacent = [...nodes.values()].flatMap((node) =>
          (node.adjacency ?? []).map((target) => `${node.id} ${target}`),
        )
        expect(adjacent.sort()).toEqual(pairs)
        const ends = new Set([...edges.values()].flatMap(({ source, target }) => [source, target]))
        for (const node of nodes.values()) if (node.pseudo) expect(ends.has(node.id)).toBe(true)
      }),
    )
  })

  test('folding then summing equals summing then folding', () => {
    const total = (edges: Iterable<ViewEdge>, key: 'opened' | 'bytesSent' | 'open' | 'failed') =>
      [...edges].reduce((sum, edge) => sum + edge[key], 0)
    fc.assert(
      fc.property(fleet, (reports) => {
        const all = reports.map((each) => held(each))
        const processes = renderView('processes', everything, all)
        const byName = renderView('processes-by-name', everything, all)
        for (const key of ['opened', 'bytesSent', 'open', 'failed'] as const)
          expect(total(byName.edges.values(), key)).toBe(total(processes.edges.values(), key))
        // Between names, edge by edge.
        const nameOf = (id: string) => {
          const node = processes.nodes.get(id)
          return node?.pseudo ? id : node?.label
        }
        const folded = new Map<string, number>()
        for (const { source, target, opened } of processes.edges.values()) {
          const key = `${nameOf(source)} ${nameOf(target)}`
          folded.set(key, (folded.get(key) ?? 0) + opened)
        }
        const direct = [...byName.edges.values()].map(
          ({ source, target, opened }) => [`${source} ${target}`, opened] as const,
        )
        // Processes without a node have their pid for a name in one view, and none in the other.
        for (const [key, opened] of direct)
          if (!key.includes('(unknown)')) expect(folded.get(key)).toBe(opened)
      }),
    )
  })

  test('diffs, applied one after the other, give the next view', () => {
    fc.assert(
      fc.property(fc.array(fleet, { minLength: 1, maxLength: 4 }), view, (fleets, viewId) => {
        const nodes = new Map<string, NodeSummary>()
        const edges = new Map<string, Edge>()
        let previous: View | undefined
        const pipeline = new Pipeline()
        for (const reports of fleets) {
          const next = pipeline.view(
            viewId,
            {},
            reports.map((each) => held(each)),
          )
          const diff = diffViews(previous, next)
          if (diff) apply(diff, nodes, edges)
          expect(Object.fromEntries(nodes)).toEqual(Object.fromEntries(next.nodes))
          expect(Object.fromEntries(edges)).toEqual(
            Object.fromEntries(Array.from(next.edges, ([id, edge]) => [id, datedEdge(edge)])),
          )
          if (previous) expect(diffViews(next, next)).toBeUndefined()
          previous = next
        }
      }),
    )
  })
})

/** As a client does it: over JSON, in the order that the contract names. */
const apply = (sent: ViewDiff, nodes: Map<string, NodeSummary>, edges: Map<string, Edge>) => {
  const diff = JSON.parse(JSON.stringify(sent)) as ViewDiff
  if (diff.reset) {
    nodes.clear()
    edges.clear()
  }
  for (const id of diff.remove ?? []) expect(nodes.delete(id)).toBe(true)
  for (const id of diff.edges.remove ?? []) expect(edges.delete(id)).toBe(true)
  for (const node of diff.update ?? []) {
    expect(nodes.has(node.id)).toBe(true)
    nodes.set(node.id, node)
  }
  for (const edge of diff.edges.update ?? []) {
    expect(edges.has(edge.id)).toBe(true)
    edges.set(edge.id, edge)
  }
  for (const node of diff.add ?? []) nodes.set(node.id, node)
  for (const edge of diff.edges.add ?? []) edges.set(edge.id, edge)
}
