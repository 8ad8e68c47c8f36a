import { describe, expect, it } from 'vitest'
import type { MetadataRow, PropertyTable } from '../../../../src/api/types.ts'
import { parseQuery } from '../../../../src/topology/query/language/parse.ts'
import { createMarks } from '../../../../web/domain/search/card-marks.ts'

const row = (id: string, value: string): MetadataRow => ({ id, label: id, value })
const label: PropertyTable = {
  id: 'docker_label_',
  label: 'Labels',
  type: 'property-list',
  columns: [],
  rows: [{ id: 'tier', entries: { label: 'tier', value: 'Database' } }],
}

/** What is marked of a fact, in brackets. */
const markedFact = (queries: readonly string[], fact: MetadataRow, shown = fact.value) => {
  const ranges = createMarks(queries.map((query) => parseQuery(query)))({ metadata: [fact] }, shown)
  return ranges.reduceRight(
    (text, { from, to }) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`,
    shown,
  )
}

describe('what is marked in a card', () => {
  it.each([
    [['POSTGRES'], row('image_name', 'shop/postgres'), 'shop/[postgres]'],
    [['shop postgres'], row('image_name', 'shop/postgres'), '[shop]/[postgres]'],
    [['post', 'ostgres'], row('image_name', 'shop/postgres'), 'shop/[postgres]'],
    [['network:shop'], row('docker_container_networks', 'edge, shop_default'), 'edge, [shop]_default'],
    [['network:shop'], row('image_name', 'shop/postgres'), 'shop/postgres'],
    [['image_tag:7'], row('image_tag', '17-alpine'), '1[7]-alpine'],
    [['-postgres'], row('image_name', 'shop/postgres'), 'shop/postgres'],
    [['network!=shop'], row('docker_container_networks', 'edge'), 'edge'],
    [['cpu>2'], row('image_name', 'cpu'), 'cpu'],
    [['redis'], row('image_name', 'shop/postgres'), 'shop/postgres'],
    [[], row('image_name', 'shop/postgres'), 'shop/postgres'],
  ])('%o in %o: %s', (queries, fact, marked) => {
    expect(markedFact(queries, fact)).toBe(marked)
  })

  it('is nothing where the line shows its value otherwise', () => {
    expect(markedFact(['2026'], row('created', '2026-01-01T00:00:00Z'), '2 d ago')).toBe('2 d ago')
  })

  it('is the key of a label, its value, or the label by its name', () => {
    const marks = (query: string) => {
      const find = createMarks([parseQuery(query)])
      return ['tier', 'Database'].map((shown) => find({ tables: [label] }, shown))
    }
    expect(marks('tier')).toEqual([[{ from: 0, to: 4 }], []])
    expect(marks('data')).toEqual([[], [{ from: 0, to: 4 }]])
    expect(marks('label.tier:base')).toEqual([[], [{ from: 4, to: 8 }]])
    expect(marks('label.team:base')).toEqual([[], []])
  })
})
