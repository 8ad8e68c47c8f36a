import { describe, expect, it } from 'vitest'
import {
  cellsOf,
  keepOrder,
  type Line,
  nameColumn,
  pressed,
  sortLines,
  tellingColumns,
} from '../../../../web/domain/plot/table.ts'

const column = (id: string) => ({ id, label: id, defaultSort: false, dataType: 'number' })
const row = (values: Readonly<Record<string, string>>) => ({
  metadata: Object.entries(values).map(([id, value]) => ({ id, label: id, value })),
})

describe('tellingColumns', () => {
  const columns = ['port', 'failed', 'cpu'].map(column)
  it.each([
    ['drops what no row has', [row({ port: '80' })], ['port']],
    ['drops failures where nothing failed', [row({ port: '80', failed: '0' })], ['port']],
    ['keeps failures where one did', [row({ failed: '0' }), row({ failed: '2' })], ['failed']],
    ['keeps a zero that is news', [row({ cpu: '0' })], ['cpu']],
    ['drops all of nothing', [], []],
  ])('%s', (_, rows, ids) => {
    expect(tellingColumns(columns, rows).map((one) => one.id)).toEqual(ids)
  })
})

describe('cellsOf', () => {
  const nowMs = Date.parse('2026-01-01T01:00:00Z')
  const node = {
    metadata: [
      { id: 'sent', label: '', value: '1500000', dataType: 'bytes' as const },
      { id: 'rtt', label: '', value: '340', dataType: 'microseconds' as const },
      { id: 'seen', label: '', value: '2026-01-01T00:59:00Z', dataType: 'datetime' as const },
      { id: 'state', label: '', value: 'running' },
      { id: 'none', label: '', value: '' },
    ],
    metrics: [
      {
        id: 'cpu',
        label: 'CPU',
        format: 'percent' as const,
        priority: 1,
        value: 12.34,
        min: 0,
        max: 100,
        samples: null,
        url: '',
      },
    ],
  }
  it.each([
    ['sent', '1.5 MB', 1_500_000],
    ['rtt', '340 µs', 340],
    ['seen', '1 min ago', Date.parse('2026-01-01T00:59:00Z')],
    ['state', 'running', 'running'],
    ['cpu', '12 %', 12.34],
  ])('%s reads %s', (id, text, order) => {
    const cell = cellsOf([column(id)], node, nowMs).get(id)
    expect([cell?.text.replaceAll('\u202f', ' '), cell?.order]).toEqual([text, order])
  })
  it('has none where there is no value', () => {
    expect(cellsOf(['none', 'other'].map(column), node, nowMs).size).toBe(0)
  })
})

const line = (label: string, values: Readonly<Record<string, number | string>> = {}): Line => ({
  id: label,
  nodeId: label,
  label,
  minor: undefined,
  trouble: undefined,
  hint: label,
  cells: new Map(
    Object.entries(values).map(([id, order]) => [id, { text: String(order), full: String(order), order }]),
  ),
})

describe('sorting', () => {
  const lines = [
    line('web-10', { cpu: 3, state: 'running' }),
    line('web-2', { cpu: 10, state: 'exited' }),
    line('idle'),
    line('api', { cpu: 3, state: 'running' }),
  ]
  it.each([
    ['numbers by size, equal ones by name, those without last', 'cpu', true, 'web-2 api web-10 idle'],
    ['those without last the other way, too', 'cpu', false, 'api web-10 web-2 idle'],
    ['texts by letter', 'state', false, 'web-2 api web-10 idle'],
    ['names with numbers by number', nameColumn, false, 'api idle web-2 web-10'],
  ])('%s', (_, by, descending, expected) => {
    expect(
      sortLines(lines, { column: by, descending })
        .map(({ label }) => label)
        .join(' '),
    ).toBe(expected)
  })

  it.each([
    ['a column of numbers starts at its largest', undefined, 'cpu', { column: 'cpu', descending: true }],
    ['one of texts at its first', undefined, 'state', { column: 'state', descending: false }],
    ['names at the first', undefined, nameColumn, { column: nameColumn, descending: false }],
    ['again turns it', { column: 'cpu', descending: true }, 'cpu', { column: 'cpu', descending: false }],
    [
      'another begins anew',
      { column: 'cpu', descending: false },
      'state',
      { column: 'state', descending: false },
    ],
  ])('%s', (_, before, head, after) => expect(pressed(before, head, lines)).toEqual(after))

  it('keeps what is looked at where it is', () => {
    expect(keepOrder(['b', 'gone', 'a'], ['new', 'a', 'b'])).toEqual(['b', 'a', 'new'])
  })
})
