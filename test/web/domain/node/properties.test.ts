import { expect, it } from 'vitest'
import { filterProperties } from '../../../../web/domain/node/properties.ts'

const table = {
  id: 'docker_label_',
  label: 'Docker labels',
  type: 'property-list' as const,
  columns: [
    { id: 'label', label: 'Name' },
    { id: 'value', label: 'Value' },
  ],
  rows: [
    { id: '1', entries: { label: 'com.example.TIER', value: 'front' } },
    { id: '2', entries: { label: 'owner', value: 'Team Shop' } },
    { id: '3', entries: { label: 'empty' } },
  ],
}

it.each([
  ['', '1 2 3'],
  ['  ', '1 2 3'],
  ['tier', '1'],
  ['shop', '2'],
  ['e', '1 2 3'],
  ['nothing', ''],
])('%j', (text, ids) => {
  expect(
    filterProperties(table, text)
      .map(({ id }) => id)
      .join(' '),
  ).toBe(ids)
})

it('shows all further columns of a table behind the first', () => {
  const connections = {
    ...{ id: 'weave_connections_multicolumn_table_', label: 'Connections' },
    type: 'multicolumn-table' as const,
    columns: ['connection', 'state', 'info'].map((id) => ({ id, label: id })),
    rows: [
      { id: '1', entries: { connection: '-> 10.0.0.2:6783', state: 'failed', info: 'no route' } },
      { id: '2', entries: { connection: '<- 10.0.0.3:6783', state: 'established', info: '' } },
    ],
  }
  expect(filterProperties(connections, '').map(({ key, value }) => `${key}: ${value}`)).toEqual([
    '-> 10.0.0.2:6783: failed · no route',
    '<- 10.0.0.3:6783: established',
  ])
  expect(filterProperties(connections, 'route')).toHaveLength(1)
})
