import { describe, expect, test } from 'vitest'
import { facts, metrics } from '../../../src/report/facts.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { MAX_CHILDREN } from '../../../src/topology/node-details/child-groups.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import {
  containerId,
  containerNode,
  held,
  hostNode,
  imageNode,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { shopDetails } from './shop.ts'

describe('children', () => {
  const children = (viewId: string, id: string, options = {}) =>
    shopDetails(viewId, id, options).children.map(({ label, topologyId, nodes }) => [
      label,
      topologyId,
      nodes.map((node) => node.label),
    ])

  test.each([
    ['containers', containerId('web'), [['Processes', 'processes', ['nginx']]]],
    [
      'containers-by-image',
      'postgres;<container_image>',
      [
        ['Containers', 'containers', ['db']],
        ['Processes', 'processes', ['postgres']],
      ],
    ],
    ['processes-by-name', 'nginx', [['Processes', 'processes', ['nginx']]]],
    ['processes', 'alpha;10', []],
    ['containers', 'pseudo:uncontained:alpha', [['Processes', 'processes', ['backup']]]],
    [
      'hosts',
      'alpha;<host>',
      [
        ['Containers', 'containers', ['db', 'old', 'web']],
        ['Processes', 'processes', ['backup', 'nginx', 'postgres']],
        ['Container images', 'containers-by-image', ['postgres']],
      ],
    ],
  ])('of %s %s', (viewId, id, expected) => {
    expect(children(viewId, id)).toEqual(expected)
  })

  test('an image holds the containers that the options show', () => {
    const id = 'postgres;<container_image>'
    expect(children('containers-by-image', id, { stopped: 'both' })[0]).toEqual([
      'Containers',
      'containers',
      ['db', 'old'],
    ])
    expect(shopDetails('containers-by-image', id, { stopped: 'both' }).labelMinor).toBe('2 containers')
    expect(shopDetails('containers-by-image', id).labelMinor).toBe('1 container')
  })

  test('their columns are there as rows', () => {
    const [group] = shopDetails('containers', containerId('web')).children
    const [process] = group?.nodes ?? []
    const ids = [...(process?.metadata ?? []), ...(process?.metrics ?? [])].map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([facts.pid, metrics.processCpu]))
  })
})

test('a host that stands for itself is not its own child', () => {
  expect(shopDetails('hosts', 'alpha;<host>').children.map(({ label }) => label)).not.toContain('Hosts')
})

test('each is cut down to what the columns show', () => {
  const [group] = shopDetails('containers', containerId('web')).children
  const shown = group?.columns.map(({ id }) => id) ?? []
  for (const node of group?.nodes ?? []) {
    for (const { id } of [...(node.metadata ?? []), ...(node.metrics ?? [])]) expect(shown).toContain(id)
    expect(node).not.toHaveProperty('tables')
    expect(node).not.toHaveProperty('parents')
  }
})

test('of very many those that use most are listed, by name', () => {
  const count = MAX_CHILDREN + 50
  const crowded = held(
    report({
      nodes: Array.from({ length: count }, (_, pid) => processNode('alpha', pid + 1)),
      metrics: Array.from({ length: count }, (_, pid) => ({
        node: `alpha;${pid + 1}`,
        id: metrics.processCpu,
        samples: [[0, pid]] as [number, number][],
      })),
    }),
  )
  const [group] = nodeDetails('hosts', 'alpha;<host>', {}, [crowded], () => [])?.children ?? []
  expect(group?.total).toBe(count)
  const listed = group?.nodes.map(({ label }) => label) ?? []
  expect(listed).toHaveLength(MAX_CHILDREN)
  expect(listed).toEqual([...listed].sort())
  expect(listed).not.toContain('process-50')
  expect(listed).toContain(`process-${count}`)
})

describe('of a group of hosts', () => {
  const options = { group: 'host-name' }
  const childrenOf = (hosts: readonly HeldReport[], topologyId: string) => {
    const [group] = new Pipeline().view('hosts', options, hosts).nodes.keys()
    const details = nodeDetails('hosts', group ?? '', options, hosts, () => [])
    return details?.children.find((children) => children.topologyId === topologyId)?.nodes ?? []
  }
  const named = (name: string, nodes: readonly ReportNode[], verified = true) =>
    held(report({ host: name, nodes: [hostNode(name), ...nodes] }), { verified })
  const unhealthy = { facts: { [facts.containerHealth]: 'unhealthy' } }
  const runs = (host: string, name: string, image: string, more = {}) =>
    containerNode(host, name, { image, ...more })

  test('an image has the containers of all hosts, and the trouble of all', () => {
    const hosts = [
      named('node-1', [
        imageNode('node-1', 'nginx:1.27'),
        imageNode('node-1', 'redis:8'),
        runs('node-1', 'a', 'nginx:1.27'),
        runs('node-1', 'b', 'nginx:1.27'),
        runs('node-1', 'c', 'nginx:1.27', unhealthy),
        runs('node-1', 'd', 'redis:8'),
      ]),
      named('node-2', [
        imageNode('node-2', 'nginx:1.26'),
        runs('node-2', 'e', 'nginx:1.26', { state: 'restarting' }),
      ]),
      // Its probe tells of no images.
      named('node-3', [runs('node-3', 'f', 'nginx:1.27')]),
    ]
    const shown = childrenOf(hosts, 'containers-by-image').map(({ label, labelMinor, trouble, metadata }) => [
      label,
      labelMinor,
      Object.fromEntries((metadata ?? []).map(({ id, value }) => [id, value])),
      trouble,
    ])
    expect(shown).toEqual([
      [
        'nginx',
        '5 containers',
        { [facts.imageTag]: '1.27', container: '5' },
        {
          of: 5,
          states: [
            { state: 'unhealthy', count: 1 },
            { state: 'restarting', count: 1 },
          ],
        },
      ],
      ['redis', '1 container', { [facts.imageTag]: '8', container: '1' }, undefined],
    ])
  })

  test('an image has a container once that two reports tell of', () => {
    const both = ['node-1', 'node-2'].map((host) =>
      named(host, [imageNode(host, 'nginx:1.27'), runs(host, 'a', 'nginx:1.27')]),
    )
    expect(childrenOf(both, 'containers-by-image').map(({ labelMinor }) => labelMinor)).toEqual([
      '1 container',
    ])
  })

  test('what two reports tell of is as the first has it, which is that of a verified probe', () => {
    const calling = (host: string, name: string) => ({ ...containerNode(host, 'a'), name })
    const hosts = [
      named('node-1', [calling('node-1', 'made-up')], false),
      named('node-2', [calling('node-2', 'web')]),
    ]
    expect(childrenOf(hosts, 'containers').map(({ label }) => label)).toEqual(['web'])
  })
})
