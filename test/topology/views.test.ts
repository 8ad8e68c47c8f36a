import { describe, expect, test } from 'vitest'
import { renderView } from '../../src/topology/render.ts'
import { describeViews, isView, OptionError, parseOptions } from '../../src/topology/views.ts'
import { containerNode, held, processNode, report } from '../support/reports.ts'

describe('options', () => {
  test.each([
    ['containers', {}, { system: 'application', stopped: 'running', pseudo: 'hide' }],
    [
      'containers',
      { t: '5s', pseudo: 'show' },
      { system: 'application', stopped: 'running', pseudo: 'show' },
    ],
    ['containers-by-image', { stopped: 'both' }, { system: 'application', stopped: 'both', pseudo: 'hide' }],
    ['processes', { system: 'nonsense' }, { unconnected: 'hide' }],
    ['processes-by-name', { unconnected: 'show' }, { unconnected: 'show' }],
    ['hosts', { unconnected: 'show' }, {}],
  ])('%s of %o', (viewId, query, expected) => {
    expect(parseOptions(viewId, query as Record<string, string>)).toEqual(expected)
  })

  test.each([
    ['containers', { stopped: 'perhaps' }, 'stopped'],
    ['containers', { system: '' }, 'system'],
    ['processes', { unconnected: 'toString' }, 'unconnected'],
  ])('%s refuses %o and names the field', (viewId, query, field) => {
    expect(() => parseOptions(viewId, query as Record<string, string>)).toThrow(OptionError)
    expect(() => parseOptions(viewId, query as Record<string, string>)).toThrow(
      expect.objectContaining({ field, message: expect.stringContaining(field) }),
    )
  })

  test('only what there is is a view', () => {
    expect(['processes', 'hosts', 'pods', '', 'constructor'].map(isView)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(() => renderView('pods', {}, [])).toThrow(RangeError)
  })
})

describe('the list of views', () => {
  const reports = [
    held(
      report({
        nodes: [
          containerNode('alpha', 'web', { image: 'nginx:1' }),
          containerNode('alpha', 'old', { image: 'nginx:1', state: 'exited' }),
          processNode('alpha', 10),
        ],
      }),
    ),
  ]

  test('names, order and shape', () => {
    const views = describeViews(reports)
    expect(views.map(({ name, rank, url, hide_if_empty }) => [name, rank, url, hide_if_empty])).toEqual([
      ['Processes', 1, '/api/topology/processes', true],
      ['Containers', 2, '/api/topology/containers', false],
      ['Hosts', 4, '/api/topology/hosts', false],
    ])
    expect(views[0]?.sub_topologies?.map(({ url }) => url)).toEqual(['/api/topology/processes-by-name'])
    expect(views[1]?.sub_topologies?.map(({ url }) => url)).toEqual(['/api/topology/containers-by-image'])
    expect(views[2]?.options).toBeNull()
    expect(
      views[1]?.options?.map(({ id, defaultValue, selectType }) => [id, defaultValue, selectType]),
    ).toEqual([
      ['system', 'application', 'one'],
      ['stopped', 'running', 'one'],
      ['pseudo', 'hide', 'one'],
    ])
  })

  test('numbers with default options, and with others', () => {
    const counts = (options?: Parameters<typeof describeViews>[1]) =>
      describeViews(reports, options).map(({ stats }) => [stats.node_count, stats.filtered_nodes])
    expect(counts()).toEqual([
      [0, 1],
      [1, 1],
      [1, 0],
    ])
    expect(counts({ containers: { stopped: 'both' }, processes: { unconnected: 'show' } })).toEqual([
      [1, 0],
      [2, 0],
      [1, 0],
    ])
  })

  test('of no reports', () => {
    expect(describeViews([]).map(({ stats }) => stats.node_count)).toEqual([0, 0, 0])
  })
})
