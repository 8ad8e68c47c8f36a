import { expect, it } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { resourceQuery } from '../../../../web/domain/resources/query.ts'

const groupOf = (id: string, defaultValue: string, values: readonly string[]) => ({
  ...{ id, defaultValue, selectType: 'one' as const },
  options: values.map((value) => ({ value, label: value })),
})
const viewOf = (id: string, options: NonNullable<ViewDescription['options']> = []): ViewDescription => ({
  ...{ name: id, rank: 1, hide_if_empty: false, url: `/api/topology/${id}`, options },
  stats: { node_count: 1, nonpseudo_node_count: 1, edge_count: 0, filtered_nodes: 0 },
})
const views = [
  viewOf('hosts'),
  {
    ...viewOf('containers', [
      groupOf('stopped', 'running', ['running', 'both']),
      groupOf('group', '', ['', 'service']),
    ]),
    sub_topologies: [],
  },
  viewOf('processes', [groupOf('unconnected', 'hide', ['hide', 'show'])]),
]

it.each([
  ['all hosts', 'hosts', {}, '', ''],
  ['all hosts, whatever the filter is', 'hosts', { stopped: 'both' }, 'web', ''],
  ['containers as they are at first', 'containers', {}, '', ''],
  ['containers that are chosen', 'containers', { stopped: 'both' }, '', '?stopped=both'],
  ['containers without their groups', 'containers', { group: 'service', open: 'group:a' }, '', ''],
  ['containers of a filter', 'containers', {}, 'host:alpha web', '?q=host%3Aalpha+web'],
  ['chosen ones of a filter', 'containers', { stopped: 'both' }, 'web', '?stopped=both&q=web'],
  ['processes that connect to nothing, too', 'processes', {}, '', '?unconnected=show'],
  [
    'processes that connect, when somebody has chosen these',
    'processes',
    { unconnected: 'hide' },
    '',
    '?unconnected=hide',
  ],
  ['processes of a filter', 'processes', {}, 'web', '?unconnected=show&q=web'],
] as const)('asks for %s', (_, view, options, filter, query) => {
  expect(resourceQuery(views, view, options, filter)).toBe(query)
})

it('asks for no option of a view that the app has not told of yet', () => {
  expect(resourceQuery([], 'processes', { unconnected: 'show' }, '')).toBe('')
  expect(resourceQuery([], 'processes', {}, 'web')).toBe('?q=web')
})
