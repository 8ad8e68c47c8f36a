import { describe, expect, test } from 'vitest'
import { facts, metrics } from '../../../src/report/facts.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { MAX_CHILDREN } from '../../../src/topology/node-details/child-groups.ts'
import { containerId, held, processNode, report } from '../../support/reports/reports.ts'
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
