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
