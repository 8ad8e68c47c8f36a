import { describe, expect, it } from 'vitest'
import type { MetadataRow, MetricRow, NodeSummary } from '../../../../src/api/types.ts'
import type { TableColumn, TableNode } from '../../../../web/domain/table/column.ts'
import { columnsOf, sameColumns, shownColumns, toggleColumn } from '../../../../web/domain/table/columns.ts'
import { sheetOf } from '../../../../web/domain/table/export.ts'
import { trafficOf } from '../../../../web/domain/table/traffic.ts'
import { edge, node } from '../../support/graph.ts'

const metric = (id: string, format: MetricRow['format'], value: number, priority = 1): MetricRow => ({
  ...{ id, label: id, format, priority, value, min: 0, max: 100, samples: null, url: '' },
})
const fact = (id: string, value: string, more: Partial<MetadataRow> = {}): MetadataRow => ({
  ...{ id, label: id, value },
  ...more,
})
const labelled = (entries: Readonly<Record<string, string>>) => ({
  ...{ id: 'docker_label_', label: 'Docker labels', type: 'property-list' as const, columns: [] },
  rows: Object.entries(entries).map(([label, value]) => ({ id: label, entries: { label, value } })),
})

const web = node('web', {
  metrics: [metric('cpu', 'percent', 12.34), metric('received', 'rate', 1500, 11)],
  metadata: [
    fact('restarts', '1200', { dataType: 'number', priority: 6 }),
    fact('tag', '1.27', { priority: 1 }),
    fact('started', '2026-01-01T00:00:00.000Z', { dataType: 'datetime', priority: 5 }),
  ],
  parents: [
    { id: 'h1', label: 'node-1', topologyId: 'hosts' },
    { id: 'i1', label: 'nginx', topologyId: 'containers-by-image' },
  ],
  tables: [labelled({ tier: 'edge', 'a,b': 'x' })],
})
const names: Readonly<Record<string, string>> = {
  hosts: 'Hosts',
  'containers-by-image': 'Containers by image',
}
const nameOf = (id: string) => names[id]
const all = columnsOf([web, node('bare')], nameOf)
const column = (id: string) => all.find((one) => one.id === id) as TableColumn
const row = (summary: NodeSummary, traffic?: TableNode['traffic']): TableNode => ({
  id: summary.id,
  node: summary,
  traffic,
})

describe('columns', () => {
  it('are all that some node has a value for, by kind and priority, and what connections sum up to', () => {
    expect(all.map(({ id }) => id).filter((id) => !id.startsWith('connections.'))).toEqual([
      'cpu',
      'received',
      'part-of.hosts',
      'part-of.containers-by-image',
      'badge',
      'tag',
      'started',
      'restarts',
      'label.tier',
    ])
    expect(column('part-of.hosts').label).toBe('Host')
    expect(column('part-of.containers-by-image').label).toBe('Image')
  })

  it('show the first of them unless somebody chooses', () => {
    const first = shownColumns(all, undefined).map(({ id }) => id)
    expect(first).toContain('cpu')
    expect(first).toContain('connections.failed')
    expect(first).toContain('part-of.hosts')
    expect(first).not.toContain('received')
    expect(first).not.toContain('label.tier')
    expect(shownColumns(all, ['tag', 'unknown', 'cpu']).map(({ id }) => id)).toEqual(['tag', 'cpu'])
    expect(shownColumns(all, [])).toEqual([])
  })

  it('come where the list has them when they are added, and keep the order of the others', () => {
    expect(toggleColumn(all, ['cpu', 'label.tier'], 'tag')).toEqual(['cpu', 'tag', 'label.tier'])
    expect(toggleColumn(all, ['cpu'], 'label.tier')).toEqual(['cpu', 'label.tier'])
    expect(toggleColumn(all, ['unknown', 'tag'], 'tag')).toEqual(['unknown'])
    expect(toggleColumn(all, undefined, 'cpu')).toEqual(
      shownColumns(all, undefined).flatMap(({ id }) => (id === 'cpu' ? [] : [id])),
    )
  })

  it('stay while no node has a value', () => {
    const later = columnsOf([node('bare')], nameOf, all)
    expect(later.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
    expect(sameColumns(all, columnsOf([web], nameOf))).toBe(true)
    expect(sameColumns(all, all.slice(1))).toBe(false)
  })
})

describe('cells', () => {
  it.each<[string, string, string, number | string]>([
    ['cpu', '12\u202f%', '12.34', 12.34],
    ['received', '1.5\u202fkB/s', '1500', 1500],
    ['restarts', '1,200', '1200', 1200],
    ['started', '1 min ago', '2026-01-01T00:00:00.000Z', Date.UTC(2026, 0, 1)],
    ['part-of.containers-by-image', 'nginx', 'nginx', 'nginx'],
    ['label.tier', 'edge', 'edge', 'edge'],
  ])('of %s are shown as %s', (id, text, full, order) => {
    expect(column(id).valueOf(row(web), Date.UTC(2026, 0, 1, 0, 1))).toMatchObject({ text, full, order })
  })

  it('of trouble say which, of a group how many, and of a host that not all of it is seen', () => {
    const trouble = { of: 3, states: [{ state: 'unhealthy' as const, count: 1 }] }
    const said = (of: TableNode['node']) => column('badge').valueOf(row(of), 0)
    expect(said(node('a', { state: 'paused' }))).toMatchObject({ text: 'paused', trouble: true })
    expect(said(node('g', { state: 'unhealthy', trouble }))).toEqual({
      ...{ text: '1 of 3 unhealthy', full: '1 of 3 unhealthy', order: 'unhealthy', trouble: true },
    })
    const host = (kind: 'silent' | 'partial') => said({ ...node('h'), watch: { kind, words: 'why' } })
    expect(host('silent')).toEqual({ text: 'silent', full: 'silent: why', order: 'silent', trouble: true })
    expect(host('partial')).toEqual({ text: 'partial', full: 'partial: why', order: 'partial' })
    expect(said(node('well'))).toBeUndefined()
  })

  it('are empty where a node has no value', () => {
    const told = all.filter(({ kind }) => kind !== 'Connections')
    for (const one of told) expect(one.valueOf(row(node('bare')), 0), one.id).toBeUndefined()
  })

  it('tell what connections sum up to, from both ends, and of failures that something is wrong', () => {
    const traffic = trafficOf([
      edge('web', 'db', { open: 2, failed: 3, bytesSentPerSecond: 10, bytesReceivedPerSecond: 500 }),
      edge('user', 'web', { open: 5, bytesSentPerSecond: 1, bytesReceivedPerSecond: 40 }),
      edge('web', 'web', { open: 1, bytesSentPerSecond: 7 }),
    ])
    const of = (id: string) => column(`connections.${id}`).valueOf(row(web, traffic.get('web')), 0)
    expect(of('open')).toMatchObject({ order: 8, text: '8' })
    expect(of('failed')).toMatchObject({ order: 3, trouble: true })
    expect(of('sentPerSecond')?.order).toBe(57)
    expect(of('receivedPerSecond')?.order).toBe(501)
    expect(of('clients')?.order).toBe(1)
    expect(of('servers')?.order).toBe(1)
    expect(of('failedPerSecond')).toEqual({ text: '', full: '0', order: 0 })
    expect(traffic.get('db')).toMatchObject({ sentPerSecond: 500, receivedPerSecond: 10, clients: 1 })
  })

  it('are exact where they are copied, and as on the page where they are printed', () => {
    const columns = shownColumns(all, ['cpu', 'connections.open', 'label.tier'])
    expect(sheetOf([row(web), row(node('bare'))], columns, 0, 'full')).toEqual({
      heads: ['Name', 'Where', 'cpu', 'Open', 'tier'],
      rows: [
        ['web', web.labelMinor, '12.34', '0', 'edge'],
        ['bare', node('bare').labelMinor, '', '0', ''],
      ],
    })
    expect(sheetOf([row(web)], columns, 0, 'text').rows).toEqual([
      ['web', web.labelMinor, '12\u202f%', '', 'edge'],
    ])
  })
})

describe('what a card lists', () => {
  const listed = (id: string, label: string, entries: Readonly<Record<string, string>>) => ({
    ...labelled(entries),
    ...{ id, label },
  })
  const container = node('shop', {
    metadata: [
      fact('docker_container_networks', 'front, back'),
      fact('docker_container_ips', '10.0.0.7', { dataType: 'ip' }),
      fact('docker_container_mounts', 'data:/data:rw\nlogs:/logs:ro'),
    ],
    parents: ['a', 'b'].map((id) => ({ id, label: id, topologyId: 'hosts' })),
    tables: [
      listed('docker_env_', 'Environment variables', { PATH: '/bin' }),
      labelled({ tier: 'edge' }),
      listed('image_table', 'Image', { Size: '1,230 MB', Created: '2026-01-01T00:00:00Z' }),
    ],
  })
  const columns = columnsOf([container], nameOf)
  const cellOf = (id: string) => columns.find((one) => one.id === id)?.valueOf(row(container), 0)

  it('is a column each, beside others of the same name', () => {
    expect(columns.slice(-4).map(({ id, label, kind }) => [id, label, kind])).toEqual([
      ['image.Created', 'Created (image)', 'Image'],
      ['image.Size', 'Size (image)', 'Image'],
      ['env.PATH', 'PATH', 'Environment'],
      ['label.tier', 'tier', 'Labels'],
    ])
    expect([cellOf('env.PATH')?.full, cellOf('image.Created')?.order]).toEqual([
      '/bin',
      '2026-01-01T00:00:00Z',
    ])
  })

  it('is ordered by its size where it has one', () =>
    expect(cellOf('image.Size')).toMatchObject({ text: '1,230 MB', full: '1,230 MB', order: 1230 }))

  it.each([
    ['docker_container_networks', 'front, back', ['front', 'back']],
    ['docker_container_mounts', 'data:/data:rw, logs:/logs:ro', ['data:/data:rw', 'logs:/logs:ro']],
    ['part-of.hosts', 'a, b', ['a', 'b']],
    ['docker_container_ips', '10.0.0.7', undefined],
  ])('tells of %s all values, on one line', (id, text, items) => {
    expect(cellOf(id)).toMatchObject({ text, full: text })
    expect(cellOf(id)?.items).toEqual(items)
  })
})
