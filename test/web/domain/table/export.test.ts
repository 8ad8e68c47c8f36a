import { describe, expect, it } from 'vitest'
import type { MetadataRow } from '../../../../src/api/types.ts'
import { columnsOf } from '../../../../web/domain/table/columns.ts'
import { toCsv, toJson, toTabs } from '../../../../web/domain/table/export.ts'
import { node } from '../../support/graph.ts'

describe('what is copied or saved', () => {
  it('is CSV with quotes where they are needed', () => {
    const rows = [['web, 1', 'say "hi"', 'two\nlines', '']]
    expect(toCsv({ heads: ['Name', 'CPU'], rows })).toBe(
      'Name,CPU\r\n"web, 1","say ""hi""","two\nlines",\r\n',
    )
  })

  it('is lines with tabs in which no cell has one', () => {
    expect(toTabs({ heads: ['Name', 'Command'], rows: [['web', 'a\tb\nc']] })).toBe(
      'Name\tCommand\nweb\ta b c',
    )
  })

  it.each([
    ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
    ['@SUM(1)', `'@SUM(1)`],
    ['-2+3', `'-2+3`],
    ['-2.5', '-2.5'],
    ['a=b', 'a=b'],
  ])('holds no formulas: %s', (text, cell) => {
    expect(toTabs({ heads: [], rows: [[text]] })).toBe(`\n${cell}`)
  })
})

it('is JSON with numbers as numbers, dates as ISO 8601, and lists as lists', () => {
  const fact = (id: string, value: string, dataType?: MetadataRow['dataType']): MetadataRow => ({
    ...{ id, label: id, value },
    ...(dataType && { dataType }),
  })
  const web = node('web', {
    labelMinor: 'node-1',
    metadata: [
      fact('pid', '7', 'number'),
      fact('started_at', '2026-01-01T00:00:00.000Z', 'datetime'),
      fact('docker_container_networks', 'front, back'),
      fact('version', '1.10'),
    ],
  })
  const columns = columnsOf([web], () => undefined).filter(
    ({ id }) => id === 'connections.open' || !id.startsWith('connections.'),
  )
  const rows = [web, node('bare')].map((one) => ({ id: one.id, node: one, traffic: undefined }))
  expect(JSON.parse(toJson(rows, columns, 0))).toEqual([
    {
      ...{ id: 'web', name: 'web', where: 'node-1' },
      values: {
        'connections.open': 0,
        pid: 7,
        started_at: '2026-01-01T00:00:00.000Z',
        docker_container_networks: ['front', 'back'],
        version: '1.10',
      },
    },
    { id: 'bare', name: 'bare', where: '', values: { 'connections.open': 0 } },
  ])
})
