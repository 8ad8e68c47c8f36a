import { describe, expect, it } from 'vitest'
import { connectionLines, failing, tellingColumns } from '../../../web/domain/table.ts'

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

describe('failing', () => {
  it.each([
    ['nothing failed', { failed: '0', opened: '3' }, undefined],
    ['nobody counts failures', { port: '80' }, undefined],
    ['some did', { failed: '2', opened: '3' }, 'some'],
    ['some did, others were open from the start', { failed: '2', opened: '0', count: '1' }, 'some'],
    ['nobody is there', { failed: '2', opened: '0', count: '0' }, 'all'],
  ])('%s', (_, values, how) => expect(failing(row(values).metadata)).toBe(how))
})

describe('connectionLines', () => {
  const line = (values: Readonly<Record<string, string>>) =>
    connectionLines({
      id: 'incoming-connections',
      topologyId: 'containers',
      label: 'Inbound',
      columns: ['remote', 'port', 'failed'].map(column),
      connections: [{ id: '1', nodeId: 'a', label: 'a', labelMinor: 'alpha', ...row(values) }],
    })
  it('puts the address below the name', () => {
    const { columns, rows } = line({ remote: 'example.org (192.0.2.1)', port: '443' })
    expect(columns.map(({ id }) => id)).toEqual(['port'])
    expect(rows[0]?.minor).toBe('example.org (192.0.2.1)')
  })
  it('keeps the second line where there is no address', () => {
    expect(line({ port: '443' }).rows[0]?.minor).toBe('alpha')
  })
})
