import { describe, expect, test } from 'vitest'
import { viewDescriptionSchema } from '../../src/api/map/view.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { defaultContext, type RenderContext, renderView } from '../../src/topology/render.ts'
import { isView, OptionError, parseOptions } from '../../src/topology/views.ts'
import { containerNode, held, processNode, report } from '../support/reports/reports.ts'

const containerDefaults = { system: 'application', stopped: 'running', pseudo: 'hide', namespace: '' }

describe('options', () => {
  test.each([
    ['containers', {}, containerDefaults],
    ['containers', { t: '5s', pseudo: 'show' }, { ...containerDefaults, pseudo: 'show' }],
    ['containers-by-image', { stopped: 'both' }, { ...containerDefaults, stopped: 'both' }],
    ['containers-by-hostname', { pseudo: 'show' }, { ...containerDefaults, pseudo: 'show' }],
    ['containers', { namespace: 'shop,,bank,shop' }, { ...containerDefaults, namespace: 'bank,shop' }],
    ['containers', { namespace: '' }, containerDefaults],
    ['containers', { system: 'with:a=b' }, { ...containerDefaults, system: 'with:a=b' }],
    ['compose-projects', { system: 'without:a=b' }, { ...containerDefaults, system: 'without:a=b' }],
    ['compose-services', {}, containerDefaults],
    ['swarm-services', {}, containerDefaults],
    ['systemd-units', {}, { unconnected: 'show', pseudo: 'show' }],
    ['systemd-units', { unconnected: 'hide' }, { unconnected: 'hide', pseudo: 'show' }],
    ['processes', { system: 'nonsense' }, { unconnected: 'hide' }],
    ['processes-by-name', { unconnected: 'show' }, { unconnected: 'show' }],
    ['hosts', { unconnected: 'show' }, {}],
  ])('%s of %o', (viewId, query, expected) => {
    expect(parseOptions(viewId, query as Record<string, string>)).toEqual(expected)
  })

  test.each([
    ['containers', { stopped: 'perhaps' }, 'stopped'],
    ['containers', { system: '' }, 'system'],
    ['containers', { system: 'with:' }, 'system'],
    ['containers', { system: 'containerLabelFilter0' }, 'system'],
    ['containers', { namespace: Array.from({ length: 65 }, (_, i) => i).join() }, 'namespace'],
    ['containers', { namespace: 'x'.repeat(10_000) }, 'namespace'],
    ['systemd-units', { pseudo: 'perhaps' }, 'pseudo'],
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
    const views = new Pipeline().describe(reports)
    expect(views.map(({ name, rank, url, hide_if_empty }) => [name, rank, url, hide_if_empty])).toEqual([
      ['Processes', 1, '/api/topology/processes', true],
      ['Containers', 2, '/api/topology/containers', false],
      ['Compose services', 3, '/api/topology/compose-services', true],
      ['Swarm services', 3, '/api/topology/swarm-services', true],
      ['Systemd units', 3, '/api/topology/systemd-units', true],
      ['Hosts', 4, '/api/topology/hosts', false],
    ])
    expect(views[0]?.sub_topologies?.map(({ url }) => url)).toEqual(['/api/topology/processes-by-name'])
    expect(views[1]?.sub_topologies?.map(({ url }) => url)).toEqual([
      '/api/topology/containers-by-hostname',
      '/api/topology/containers-by-image',
    ])
    expect(views[2]?.sub_topologies?.map(({ url }) => url)).toEqual(['/api/topology/compose-projects'])
    expect(views.at(-1)?.sub_topologies).toMatchObject([
      { name: 'Weave Net', url: '/api/topology/weave', hide_if_empty: true },
    ])
    expect(views.at(-1)?.options).toBeNull()
    expect(
      views[1]?.options?.map(({ id, defaultValue, selectType }) => [id, defaultValue, selectType]),
    ).toEqual([
      ['system', 'application', 'one'],
      ['stopped', 'running', 'one'],
      ['pseudo', 'hide', 'one'],
    ])
  })

  test('numbers with default options, and with others', () => {
    const counts = (options?: Parameters<Pipeline['describe']>[1]) =>
      Object.fromEntries(
        new Pipeline()
          .describe(reports, options)
          .map(({ name, stats }) => [name, [stats.node_count, stats.filtered_nodes]]),
      )
    const none = {
      'Compose services': [0, 0],
      'Swarm services': [0, 0],
      'Systemd units': [0, 0],
      Hosts: [1, 0],
    }
    expect(counts()).toEqual({ Processes: [0, 1], Containers: [1, 1], ...none })
    expect(counts({ containers: { stopped: 'both' }, processes: { unconnected: 'show' } })).toEqual({
      Processes: [1, 0],
      Containers: [2, 0],
      ...none,
    })
  })

  test('of no reports', () => {
    expect(new Pipeline().describe([]).map(({ stats }) => stats.node_count)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('made once for one array of reports and options', () => {
    const pipeline = new Pipeline()
    expect(pipeline.describe(reports)).toBe(pipeline.describe(reports))
    const other = { containers: { stopped: 'both' } }
    expect(pipeline.describe(reports, other)).not.toBe(pipeline.describe(reports))
    expect(pipeline.describe([...reports])).toEqual(pipeline.describe(reports))
  })
})

describe('options that depend on what there is', () => {
  const compose = (project: string) => ({ 'com.docker.compose.project': project })
  const reports = [
    held(
      report({
        nodes: [
          containerNode('alpha', 'web', { labels: compose('shop') }),
          containerNode('alpha', 'api', {
            labels: { 'com.docker.stack.namespace': 'bank', ...compose('x') },
          }),
          containerNode('alpha', 'old', { labels: compose('a,b%'), state: 'exited' }),
        ],
      }),
    ),
    held(report({ host: 'beta', nodes: [containerNode('beta', 'web2', { labels: compose('shop') })] })),
  ]
  const group = (viewId: string, id: string, of = reports, context: RenderContext = defaultContext) => {
    const all = new Pipeline(context).describe(of).flatMap((view) => [view, ...(view.sub_topologies ?? [])])
    return all.find(({ url }) => url === `/api/topology/${viewId}`)?.options?.find((one) => one.id === id)
  }
  const containerViews = [
    'containers',
    'containers-by-hostname',
    'containers-by-image',
    'compose-services',
    'compose-projects',
    'swarm-services',
  ]

  test.each(containerViews)('%s: the stacks of all reports', (viewId) => {
    expect(group(viewId, 'namespace')).toEqual({
      id: 'namespace',
      defaultValue: '',
      selectType: 'union',
      noneLabel: 'All stacks',
      options: [
        { value: 'a%2Cb%25', label: 'a,b%' },
        { value: 'bank', label: 'bank' },
        { value: 'shop', label: 'shop' },
        { value: 'No stack', label: 'No stack' },
      ],
    })
  })

  test('no group of stacks where there are none', () => {
    expect(group('containers', 'namespace', [held(report())])).toBeUndefined()
  })

  test.each(containerViews)('%s: filters by label that the app was told of, by what they do', (viewId) => {
    const labelFilters = [
      { title: 'Front', key: 'tier', value: 'front', exclude: false },
      { title: 'No front', key: 'tier', value: 'front', exclude: true },
    ]
    const context = { ...defaultContext, labelFilters }
    expect(group(viewId, 'system', reports, context)?.options.slice(3)).toEqual([
      { value: 'with:tier=front', label: 'Front' },
      { value: 'without:tier=front', label: 'No front' },
    ])
    expect(group(viewId, 'system')?.options).toHaveLength(3)
  })

  test('what is listed is JSON, and can be chosen', () => {
    for (const view of new Pipeline()
      .describe(reports)
      .flatMap((one) => [one, ...(one.sub_topologies ?? [])])) {
      viewDescriptionSchema.parse(JSON.parse(JSON.stringify(view)))
      for (const { id, options } of view.options ?? [])
        for (const { value } of options)
          expect(parseOptions(view.url.split('/').at(-1) ?? '', { [id]: value })[id]).toBe(value)
    }
  })
})
