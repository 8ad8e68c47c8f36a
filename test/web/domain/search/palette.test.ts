import { describe, expect, it } from 'vitest'
import type { SearchDocument, ViewDescription } from '../../../../src/api/types.ts'
import {
  controlEntries,
  nodeEntries,
  optionEntries,
  type PaletteEntry,
  rankEntries,
  revealing,
  viewEntries,
} from '../../../../web/domain/search/palette.ts'
import { offered } from '../../support/controls.ts'
import { node } from '../../support/graph.ts'

const entry = (name: string, detail = ''): PaletteEntry => ({
  id: name,
  name,
  detail,
  target: { kind: 'action', action: 'fit' },
})
const ranked = (text: string, ...entries: readonly PaletteEntry[]) =>
  rankEntries(text, entries, 10).map((one) => one.entry.name)

describe('rankEntries', () => {
  it('puts whole names first, then beginnings, beginnings of words, parts, details and initials', () => {
    const entries = [
      entry('Redo everything due in style'),
      entry('cache', 'redis'),
      entry('predisposed'),
      entry('my-redis'),
      entry('redis-exporter'),
      entry('redis'),
      entry('mysql'),
    ]
    expect(ranked('redis', ...entries)).toEqual([
      'redis',
      'redis-exporter',
      'my-redis',
      'predisposed',
      'cache',
      'Redo everything due in style',
    ])
  })
  it('asks for all words, in whatever order and place', () => {
    const entries = [entry('web-1', 'alpha'), entry('web-2', 'beta'), entry('alpha')]
    expect(ranked('alpha web', ...entries)).toEqual(['web-1'])
  })
  it('prefers the shorter name, then the one given first', () => {
    const entries = [entry('web-10'), entry('web-2'), entry('web-1')]
    expect(ranked('web', ...entries)).toEqual(['web-2', 'web-1', 'web-10'])
  })
  it('prefers what is in the view that is shown', () => {
    const elsewhere: PaletteEntry = { ...entry('web'), id: 'other', detail: 'elsewhere', elsewhere: true }
    const all = rankEntries('we', [elsewhere, entry('web-1')], 10)
    expect(all.map((one) => one.entry.id)).toEqual(['web-1', 'other'])
  })
  it('prefers a word of a name in that view to the beginning of one elsewhere, but not what only its details have', () => {
    const elsewhere: PaletteEntry = { ...entry('orders-db'), elsewhere: true }
    expect(ranked('orders', entry('mailer', 'orders'), elsewhere, entry('shop_orders.1'))).toEqual([
      'shop_orders.1',
      'orders-db',
      'mailer',
    ])
  })
  it('tells which part of the name is meant', () => {
    const [one] = rankEntries('ho gro', [entry('Group by host')], 1)
    expect(one?.ranges).toEqual([
      { from: 0, to: 3 },
      { from: 9, to: 11 },
    ])
    expect(rankEntries('web eb', [entry('web')], 1)[0]?.ranges).toEqual([{ from: 0, to: 3 }])
  })
  it('gives the first ones as they are while nothing is typed', () => {
    expect(rankEntries(' ', [entry('b'), entry('a'), entry('c')], 2).map((one) => one.entry.name)).toEqual([
      'b',
      'a',
    ])
  })
})

const view = (id: string, name: string, more: Partial<ViewDescription> = {}): ViewDescription => ({
  name,
  rank: 1,
  hide_if_empty: false,
  options: null,
  url: `/api/topology/${id}`,
  stats: { node_count: 1, nonpseudo_node_count: 1, edge_count: 0, filtered_nodes: 0 },
  ...more,
})

describe('entries', () => {
  it('lead to each view but the one that is shown', () => {
    const views = [
      view('containers', 'Containers', { sub_topologies: [view('containers-by-image', 'by image')] }),
      view('hosts', 'Hosts'),
    ]
    expect(viewEntries(views, 'hosts').map(({ name }) => name)).toEqual(['Containers', 'Containers by image'])
  })
  it('choose what is not chosen of the options and groupings', () => {
    const one = view('containers', 'Containers', {
      options: [
        {
          id: 'stopped',
          defaultValue: 'running',
          selectType: 'one',
          noneLabel: '',
          options: [
            { value: 'running', label: 'Running' },
            { value: 'both', label: 'Both' },
          ],
        },
      ],
      groups: [
        { value: 'host', label: 'host', count: 2, rest: 0 },
        { value: 'image', label: 'image', count: 3, rest: 0 },
      ],
    })
    const entries = optionEntries(one, { group: 'host', open: 'x' })
    expect(entries.map(({ name, target }) => [name, target.kind === 'options' && target.options])).toEqual([
      ['Both', { group: 'host', open: 'x', stopped: 'both' }],
      ['Group by image', { group: 'image' }],
      ['Do not group', { group: '' }],
    ])
  })
  it('open the nodes of the map, and what the app found in other views, each once', () => {
    const graph = {
      nodes: new Map([['a', node('a', { label: 'web', labelMinor: 'alpha' })]]),
      edges: new Map(),
    }
    const match = { member: null, field: 'name', fieldLabel: 'Name', text: 'web', ranges: [] }
    const found = {
      views: [
        { id: 'containers', name: 'Containers', matched: 1 },
        { id: 'processes', name: 'Processes', matched: 1 },
      ],
      matches: [
        { ...match, view: 'containers', id: 'a', label: 'web', labelMinor: 'alpha' },
        { ...match, view: 'processes', id: 'p', label: 'webd', labelMinor: '' },
      ],
    } as unknown as SearchDocument
    expect(
      nodeEntries(graph, { id: 'containers', name: 'Containers' }, found).map(({ name, detail }) => [
        name,
        detail,
      ]),
    ).toEqual([
      ['web', 'alpha · Containers'],
      ['webd', 'Processes'],
    ])
  })
  it('know which nodes the filter selects', () => {
    const match = { labelMinor: '', member: null, field: 'name', fieldLabel: 'Name', text: 'web', ranges: [] }
    const matches = ['web-1', 'web-2'].map((id) => ({ ...match, view: 'containers', id, label: id }))
    const found = { views: [], matches } as unknown as SearchDocument
    const graph = { nodes: new Map(), edges: new Map() }
    const view = { id: 'containers', name: 'Containers' }
    const targetsOf = (selected?: SearchDocument) =>
      nodeEntries(graph, view, found, selected).map(({ target }) => target)
    const [first, second] = [
      { kind: 'node', view: 'containers', id: 'web-1' },
      { kind: 'node', view: 'containers', id: 'web-2' },
    ]
    expect(targetsOf()).toStrictEqual([first, second])
    const elsewhere = { ...match, view: 'processes', id: 'web-1', label: 'web-1' }
    expect(
      targetsOf({ ...found, matches: [elsewhere, matches[1]] } as unknown as SearchDocument),
    ).toStrictEqual([first, { ...second, selected: true }])
  })
  it('use controls, and tell of those that ask first', () => {
    const controls = [
      offered('Pause', { nodeId: 'a' }),
      offered('Stop', { nodeId: 'a', confirmation: 'Stop?' }),
    ]
    expect(controlEntries('web', controls).map(({ name }) => name)).toEqual(['Pause web', 'Stop web …'])
  })
})

it.each([
  [
    'a closed group has, and has the filter left that selects it',
    'containers',
    { near: undefined, hubs: undefined },
  ],
  ['is in another view', 'hosts', { search: '', near: undefined, hubs: undefined }],
])('shows a node known to be selected that %s', (_, view, expected) => {
  const shown = new Map([['db', node('db')]])
  const target = { kind: 'node', view, id: 'web-1', selected: true } as const
  expect(revealing(target, 'containers', shown, shown)).toStrictEqual(expected)
})

it.each([
  ['is on the map, and leaves that as it is', 'containers', 'db', {}],
  ['a filter hides', 'containers', 'cache', { search: '', near: undefined, hubs: undefined }],
  [
    'is a hub or too far away, and has the filter left',
    'containers',
    'web',
    { near: undefined, hubs: undefined },
  ],
  ['is in another view', 'hosts', 'db', { search: '', near: undefined, hubs: undefined }],
])('shows a node that %s', (_, view, id, expected) => {
  const shown = new Map([['db', node('db')]])
  const all = new Map([...shown, ['web', node('web')]])
  expect(revealing({ kind: 'node', view, id }, 'containers', all, shown)).toStrictEqual(expected)
})
