import { describe, expect, it } from 'vitest'
import type { NodeSummary, SearchMatch } from '../../../../src/api/types.ts'
import { parseQuery } from '../../../../src/topology/query/language/parse.ts'
import { FoldedTexts } from '../../../../src/topology/query/match/folded-texts.ts'
import { reasonLines } from '../../../../web/domain/search/reasons.ts'
import { node } from '../../support/graph.ts'

const withRows = (id: string, ...rows: readonly (readonly [string, string])[]): NodeSummary =>
  node(id, { metadata: rows.map(([label, value]) => ({ id: label.toLowerCase(), label, value })) })
const lines = (query: string, nodes: readonly NodeSummary[], matches: readonly SearchMatch[] = []) =>
  Object.fromEntries(reasonLines(nodes, parseQuery(query), new FoldedTexts(), matches))
const match = (id: string, more: Partial<SearchMatch>): SearchMatch => ({
  ...{
    view: 'containers',
    id,
    label: id,
    labelMinor: '',
    field: 'name',
    fieldLabel: 'Name',
    text: 'x',
    ranges: [],
  },
  ...more,
})

describe('what of nodes was found', () => {
  it('is a line for each field, and how many more', () => {
    const rows = ['a', 'b', 'c', 'd'].map((row) => [row, `blue ${row}`] as const)
    expect(lines('blue', [withRows('one', ...rows), withRows('two', ['User', 'blue'])])).toEqual({
      one: ['a: blue a', 'b: blue b', 'and 2 more'],
      two: ['User: blue'],
    })
  })

  it('leaves out what the label has', () => {
    const named = { ...withRows('blue', ['User', 'blues']), labelMinor: 'blue host' }
    expect(lines('blue', [named, node('blue-2')])).toEqual({ blue: ['User: blues'] })
    const rows = ['a', 'b', 'c'].map((row) => [row, `blue ${row}`] as const)
    const many = { ...withRows('blue', ...rows), labelMinor: 'blue host' }
    expect(lines('blue', [many])).toEqual({ blue: ['a: blue a', 'b: blue b', 'c: blue c'] })
  })

  it('names a label once', () => {
    const rows = [{ id: 'r', entries: { label: 'team', value: 'payments' } }]
    const table = { id: 'docker_label_', label: 'Labels', type: 'property-list' as const, columns: [], rows }
    expect(lines('payments', [node('a', { tables: [table] })])).toEqual({ a: ['team=payments'] })
  })

  it('is cut around the match', () => {
    const [line = ''] =
      lines('needle', [withRows('a', ['Command', `${'x'.repeat(99)} needle ${'y'.repeat(99)}`])]).a ?? []
    expect(line).toMatch(/^Command: …x+ needle y+…$/)
    expect(line.length).toBeLessThan(52)
  })

  it('names the member of a closed group that the app found', () => {
    const member = { id: 'm', label: 'web.3' }
    expect(
      lines(
        'web',
        [],
        [
          match('group', { member }),
          match('other', { member, field: 'image', fieldLabel: 'Image', text: 'web:7' }),
          match('plain', {}),
        ],
      ),
    ).toEqual({ group: ['in it: web.3'], other: ['web.3, Image: web:7'] })
  })
})
