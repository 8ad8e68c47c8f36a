import { beforeEach, expect, it } from 'vitest'
import type { OfferedControl } from '../../../src/api/types.ts'
import { KeptChunks } from '../../../src/app/http/sending/kept-chunks.ts'
import { DetailsDocuments } from '../../../src/app/views/details-documents.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { held, processNode, report } from '../../support/reports/reports.ts'

const world = (name: string): HeldReport[] => [held(report({ nodes: [processNode('alpha', 1, { name })] }))]
const refused = [{ id: 'stop', refused: 'not you' }] as unknown as readonly OfferedControl[]

let kept: KeptChunks
let documents: DetailsDocuments
let made: number
beforeEach(() => {
  kept = new KeptChunks()
  documents = new DetailsDocuments(kept)
  made = 0
})

const ask = (reports: HeldReport[], controls: readonly OfferedControl[] = [], id = 'alpha;1') =>
  documents.get(
    id,
    reports,
    () => {
      made += 1
      return nodeDetails('processes', id, {}, reports, () => [])
    },
    controls,
  )

it('makes details once for the same reports, whoever asks', () => {
  const reports = world('nginx')
  const [first, other] = [ask(reports), ask(reports, refused)]
  expect([ask(reports), ask(reports, refused)]).toEqual([first, other])
  expect(ask(reports)).toBe(first)
  expect(made).toBe(1)
})

it('tells each what controls they may use, by a tag of its own', async () => {
  const reports = world('nginx')
  const bodies = await Promise.all(
    [[], refused].map(async (controls) => {
      const document = ask(reports, controls)
      const bytes = await document?.chunks('identity').whole()
      return { tag: document?.tag('identity'), node: JSON.parse(String(bytes && Buffer.from(bytes))).node }
    }),
  )
  expect(bodies.map(({ node }) => node.controls)).toEqual([[], refused])
  expect(bodies.map(({ node }) => node.label)).toEqual(['nginx', 'nginx'])
  expect(bodies[0]?.tag).not.toBe(bodies[1]?.tag)
})

it('keeps the document while other reports say the same, and makes another when they do not', () => {
  const first = ask(world('nginx'))
  expect(ask(world('nginx'))).toBe(first)
  const next = ask(world('sh'))
  expect(next).not.toBe(first)
  expect(next?.tag('identity')).not.toBe(first?.tag('identity'))
})

it('keeps details of as many nodes as there is room for, those asked for last', async () => {
  const nodes = Array.from({ length: 10 }, (_, index) => processNode('alpha', index, { name: 'sh' }))
  const reports = [held(report({ nodes }))]
  const askAll = async (ids: readonly number[]): Promise<void> => {
    for (const id of ids) await ask(reports, [], `alpha;${id}`)?.chunks('identity').whole()
  }
  await askAll([0])
  const [oneBytes, oneAnswerBytes] = [documents.bytes, kept.bytes]
  documents = new DetailsDocuments(kept, 4 * oneBytes + oneBytes / 2)
  made = 0
  await askAll([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(documents.bytes).toBe(4 * oneBytes)
  expect(documents.bytes).toBeLessThanOrEqual(documents.maxBytes)
  expect(kept.bytes).toBe((1 + 4) * oneAnswerBytes)
  await askAll([6, 7, 8, 9])
  expect(made).toBe(10)
  await askAll([0])
  expect(made).toBe(11)
})

it('has nothing of a node that is not there', () => {
  expect(ask(world('nginx'), [], 'alpha;2')).toBeUndefined()
})
