import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { NodeSummary } from '../../../src/api/types.ts'
import { DocumentChunks } from '../../../src/app/views/document-chunks.ts'
import type { ShownView } from '../../../src/app/views/encode.ts'
import { datedEdge, type ViewEdge } from '../../../src/topology/view/view-edge.ts'

/** Large enough that a few dozen fill a chunk. */
const FILLING = 'x'.repeat(3000)

const byId = <T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map((one) => [one.id, one]))

const nodeOf = (id: string, version: number): NodeSummary => ({
  ...{ id, label: `ä ${version}`, labelMinor: FILLING, rank: '', shape: 'circle' },
})

const edgeOf = (id: string, version: number) =>
  ({ id, source: FILLING, opened: version, firstSeenMs: 0, lastSeenMs: version }) as unknown as ViewEdge

const viewOf = (nodes: readonly NodeSummary[], edges: readonly ViewEdge[]): ShownView => ({
  ...{ nodes: byId(nodes), edges: byId(edges) },
  stats: {
    node_count: nodes.length,
    nonpseudo_node_count: nodes.length,
    edge_count: edges.length,
    filtered_nodes: 0,
  },
})

const documentOf = ({ nodes, edges }: ShownView) => ({
  nodes: Object.fromEntries(nodes),
  edges: Object.fromEntries(Array.from(edges, ([id, edge]) => [id, datedEdge(edge)])),
})

const made = (document: DocumentChunks, view: ShownView, earlier: readonly Uint8Array[]): Uint8Array[] => {
  const chunks: Uint8Array[] = []
  const source = document.of(view, earlier)
  for (let next = source.next(); !next.done; next = source.next()) chunks.push(next.value)
  return chunks
}

const read = (chunks: readonly Uint8Array[]): unknown => JSON.parse(Buffer.concat(chunks).toString())

const numbers = Array.from({ length: 200 }, (_, n) => n)

it('has the same chunks but for those in which something changed, came or went', () => {
  const document = new DocumentChunks()
  const nodes = numbers.map((n) => nodeOf(`n${n}`, 0))
  const edges = numbers.map((n) => edgeOf(`e${n}`, 0))
  const first = made(document, viewOf(nodes, edges), [])
  expect(first.length).toBeGreaterThan(12)
  const changed = viewOf(
    nodes.map((node, n) => (n === 100 ? nodeOf(node.id, 1) : node)),
    edges.filter((_, n) => n !== 100),
  )
  const second = made(document, changed, first)
  expect(second.filter((chunk) => !first.includes(chunk))).toHaveLength(2)
  expect(read(second)).toEqual(documentOf(changed))
  expect(made(document, changed, second)).toEqual(second)
})

it('says what each view says, whatever was encoded before', () => {
  const kept = fc.record({ id: fc.nat(99), version: fc.nat(1) })
  const some = fc.uniqueArray(kept, { selector: ({ id }) => id, maxLength: 80 })
  fc.assert(
    fc.property(fc.array(fc.record({ nodes: some, edges: some }), { maxLength: 6 }), (views) => {
      const document = new DocumentChunks()
      const known = new Map<string, NodeSummary | ViewEdge>()
      const sameOf = <T extends NodeSummary | ViewEdge>(key: string, make: () => T): T => {
        const one = (known.get(key) ?? make()) as T
        known.set(key, one)
        return one
      }
      let chunks: readonly Uint8Array[] = []
      for (const { nodes, edges } of views) {
        const view = viewOf(
          nodes.map(({ id, version }) => sameOf(`n${id} ${version}`, () => nodeOf(`${id}`, version))),
          edges.map(({ id, version }) => sameOf(`e${id} ${version}`, () => edgeOf(`${id}`, version))),
        )
        chunks = made(document, view, chunks)
        expect(read(chunks)).toEqual(documentOf(view))
      }
    }),
    { numRuns: 50 },
  )
})
