import { describe, expect, it } from 'vitest'
import { search } from '../../../web/domain/search.ts'
import { node } from '../support/graph.ts'

const nodes = [
  node('1', {
    label: 'shop-redis',
    labelMinor: 'alpha',
    metadata: [{ id: 'image', label: 'Image', value: 'redis:7' }],
  }),
  node('2', {
    label: 'shop-web',
    state: 'paused',
    parents: [{ id: 'h', label: 'alpha', topologyId: 'hosts' }],
  }),
  node('3', {
    label: 'cron',
    tables: [
      {
        id: 't',
        label: 'Labels',
        type: 'property-list',
        columns: [],
        rows: [{ id: 'r', entries: { label: 'team', value: 'Payments' } }],
      },
    ],
  }),
]

describe('search', () => {
  it.each([
    ['', undefined],
    ['   ', undefined],
    ['shop', ['1', '2']],
    ['SHOP redis', ['1']],
    ['redis:7', ['1']],
    ['paused', ['2']],
    ['alpha', ['1', '2']],
    ['payments', ['3']],
    ['(', []],
  ])('%j finds %j', (query, ids) => expect(search(nodes, query)).toEqual(ids))
})
