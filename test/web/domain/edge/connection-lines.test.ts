import { describe, expect, it } from 'vitest'
import type { ConnectionTable } from '../../../../src/api/types.ts'
import {
  aspectColumns,
  connectionAspects,
  connectionLines,
  failing,
  failuresOf,
  troubleOf,
} from '../../../../web/domain/edge/connection-lines.ts'

const column = (id: string) => ({ id, label: id, defaultSort: false, dataType: 'number' })
const row = (values: Readonly<Record<string, string>>) => ({
  metadata: Object.entries(values).map(([id, value]) => ({ id, label: id, value })),
})

describe('failing', () => {
  it.each([
    ['nothing failed', { failed: '0', opened: '3' }, undefined],
    ['nobody counts failures', { port: '80' }, undefined],
    ['some did', { failed: '2', opened: '3' }, 'some'],
    ['some did, others were open from the start', { failed: '2', opened: '0', count: '1' }, 'some'],
    ['nobody is there', { failed: '2', opened: '0', count: '0' }, 'all'],
  ])('%s', (_, values, how) => expect(failing(row(values))).toBe(how))
})

describe('troubleOf', () => {
  it.each([
    ['db', { failed: '0', wanted: '10.0.0.5:5432' }, undefined],
    ['db', { failed: '12', opened: '0', wanted: '10.0.0.5:5432' }, 'all 12 failed · wanted 10.0.0.5:5432'],
    ['db', { failed: '12', opened: '1', wanted: '10.0.0.5:5432' }, '12 failed · wanted 10.0.0.5:5432'],
    ['db', { failed: '1', opened: '0' }, '1 failed'],
    ['db', { failed: '3', opened: '0', refused: '1', timedOut: '2' }, 'all 3 failed: 2 timed out, 1 refused'],
    ['10.0.0.5', { failed: '2', port: '80', wanted: '10.0.0.5:80' }, 'all 2 failed'],
    ['10.0.0.5', { failed: '2', port: '80', wanted: '10.0.0.5:8080' }, 'all 2 failed · wanted 10.0.0.5:8080'],
    ['fd00::1', { failed: '2', port: '80', wanted: '[fd00::1]:80' }, 'all 2 failed'],
  ])('%s %o', (known, values, words) => expect(troubleOf(row(values), known)).toBe(words))
})

describe('failuresOf', () => {
  const table = (
    id: ConnectionTable['id'],
    rows: readonly (readonly [string, Readonly<Record<string, string>>])[],
  ): ConnectionTable => ({
    id,
    topologyId: 'containers',
    label: id === 'incoming-connections' ? 'Inbound' : 'Outbound',
    columns: [],
    connections: rows.map(([label, values], at) => ({
      id: String(at),
      nodeId: label,
      label,
      ...row(values),
    })),
    total: rows.length,
  })
  const dead = { port: '5432', failed: '3', opened: '0' }
  const flaky = { port: '80', failed: '3', opened: '5' }
  it.each([
    ['nothing', [table('outgoing-connections', [['db', { port: '5432', failed: '0' }]])], []],
    ['one', [table('outgoing-connections', [['db', dead]])], ['Connections to db at port 5432 fail.']],
    [
      'several, both ways',
      [
        table('incoming-connections', [['web', flaky]]),
        table('outgoing-connections', [
          ['example.org (192.0.2.1)', dead],
          ['db', dead],
          ['ok', { port: '1' }],
        ]),
      ],
      ['Connections from web fail at times.', 'Connections to example.org at port 5432 and to 1 more fail.'],
    ],
    [
      'with itself',
      [table('incoming-connections', [['shop', dead]]), table('outgoing-connections', [['shop', dead]])],
      ['Connections to itself at port 5432 fail.'],
    ],
  ])('%s', (_, tables, words) =>
    expect(failuresOf(tables, 'shop').map((failure) => failure.words)).toEqual(words),
  )
})

describe('connectionLines', () => {
  const line = (
    label: string,
    labelMinor: string | undefined,
    values: Readonly<Record<string, string>> = {},
  ) => {
    const table: ConnectionTable = {
      id: 'incoming-connections',
      topologyId: 'containers',
      label: 'Inbound',
      columns: ['remote', 'port', 'failed'].map(column),
      connections: [
        {
          id: '1',
          nodeId: 'a',
          label,
          ...(labelMinor === undefined ? {} : { labelMinor }),
          ...row({ port: '443', ...values }),
        },
      ],
      total: 1,
    }
    return connectionLines(table, 0)[0]
  }
  it.each([
    ['a node', line('web', 'alpha'), 'web', 'alpha'],
    ['an address', line('192.0.2.1', undefined), '192.0.2.1', ''],
    [
      'what was given up',
      line('192.0.2.1', undefined, { abandoned: '3', opened: '0' }),
      '192.0.2.1',
      '3 abandoned',
    ],
    [
      'what was given up at times',
      line('192.0.2.1', undefined, { abandoned: '3', opened: '1' }),
      '192.0.2.1',
      '',
    ],
    [
      'what rests',
      line('web', 'alpha', { quietSeconds: '180', opened: '1' }),
      'web',
      'alpha · quiet for 3 min',
    ],
    ['an address with a name', line('example.org (192.0.2.1)', undefined), 'example.org', '192.0.2.1'],
    ['one of IPv6', line('example.org (2001:db8::1)', undefined), 'example.org', '2001:db8::1'],
    ['a name in brackets is no address', line('app (blue)', 'alpha'), 'app (blue)', 'alpha'],
    [
      'of the Internet',
      line('web', 'alpha', { remote: 'example.org (192.0.2.1)' }),
      'example.org',
      '192.0.2.1 · web',
    ],
    ['of the Internet, without a name', line('web', 'alpha', { remote: '192.0.2.1' }), '192.0.2.1', 'web'],
    ['numbers that are estimated', line('web', 'alpha', { estimated: 'yes' }), 'web', 'alpha · estimated'],
  ])('%s', (_, told, label, minor) => {
    expect([told?.label, told?.minor]).toEqual([label, minor])
  })

  it('leaves out zeros where no connection ever was, and only there', () => {
    const cells = (opened: string) => [...(line('web', 'alpha', { opened, failed: '0' })?.cells.keys() ?? [])]
    expect(cells('0')).toEqual(['port'])
    expect(cells('1')).toEqual(['port', 'failed'])
  })

  it('tells in its hint all that it is known by, once', () => {
    const told = line('files.example (192.0.2.1)', undefined, {
      name: 'files.example, edge-7.example',
      address: '192.0.2.1',
    })
    expect(told?.hint).toBe('files.example\n192.0.2.1\nfiles.example, edge-7.example')
  })
})

it('has every column of connections in one of its aspects', () => {
  const ids = [
    'port',
    'count',
    'opened',
    'sent',
    'received',
    'rtt',
    'failed',
    'abandoned',
    'firstSeen',
    'lastSeen',
  ]
  const shown = connectionAspects.flatMap(({ id }) => aspectColumns(ids.map(column), id))
  expect(new Set(shown.map(({ id }) => id))).toEqual(new Set(ids))
})
