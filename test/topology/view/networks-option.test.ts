import { describe, expect, test } from 'vitest'
import type { NodeSummary } from '../../../src/api/types.ts'
import { facts } from '../../../src/report/facts.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../../src/topology/render.ts'
import { parseOptions } from '../../../src/topology/views.ts'
import { containerNode, held, imageNode, report } from '../../support/reports/reports.ts'

const machine = (host: string, own: string) => {
  const container = (name: string, networks: string[]) =>
    containerNode(host, `${host}-${name}`, {
      image: 'nginx:1.27',
      labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': name },
      facts: { [facts.containerNetworks]: networks },
    })
  return report({
    host,
    nodes: [
      container('web', ['shop_default', 'edge']),
      container('api', ['shop_default', own]),
      containerNode(host, `${host}-lone`, { image: 'nginx:1.27' }),
      imageNode(host, 'nginx:1.27'),
    ],
  })
}

const both = [held(machine('alpha', 'alpha_own')), held(machine('beta', 'beta_own'))]

const networksOf = ({ metadata = [] }: NodeSummary): string | undefined =>
  metadata.find(({ id }) => id === facts.containerNetworks)?.value

const told = (view: string, options: Record<string, string>) =>
  [...renderView(view, options, both).nodes.values()].flatMap((node) => networksOf(node) ?? [])

describe('the networks of nodes that stand for several containers', () => {
  test.each([
    ['a closed group', 'containers', { group: 'stack' }],
    ['an image', 'containers-by-image', {}],
  ])('%s tells those of all its containers, on all hosts, when asked to', (_, view, options) => {
    expect(told(view, { ...options, networks: 'show' })).toEqual(['alpha_own, beta_own, edge, shop_default'])
  })

  test.each([
    ['a closed group', 'containers', { group: 'stack' }],
    ['an image', 'containers-by-image', {}],
  ])('%s tells none unless asked to', (_, view, options) => {
    expect(told(view, options)).toEqual([])
    expect(told(view, { ...options, networks: 'hide' })).toEqual([])
  })

  test('are told to who asks for them, whoever asked without them before', () => {
    for (const order of [
      ['show', 'hide'],
      ['hide', 'show'],
    ]) {
      const pipeline = new Pipeline()
      const reports = [held(machine('alpha', 'alpha_own'))]
      for (const networks of order) {
        const { nodes } = pipeline.view('containers-by-image', { networks }, reports)
        const rows = [...nodes.values()].flatMap((node) => networksOf(node) ?? [])
        expect(rows, order.join()).toEqual(networks === 'show' ? ['alpha_own, edge, shop_default'] : [])
      }
    }
  })

  test('a group without any has no row', () => {
    const lone = [
      held(report({ host: 'gamma', nodes: [containerNode('gamma', 'lone', { image: 'redis:7' })] })),
    ]
    const [group] = renderView('containers', { group: 'image', networks: 'show' }, lone).nodes.values()
    expect(group?.group).toBeDefined()
    expect(group && networksOf(group)).toBeUndefined()
  })
})

describe('the option', () => {
  test('is left out where it changes nothing, so that one view is not made twice', () => {
    expect(parseOptions('containers', { networks: 'show' })).toEqual(parseOptions('containers', {}))
    expect(parseOptions('containers', { group: 'stack', networks: 'show' })).toMatchObject({
      networks: 'show',
    })
  })

  test('takes no other value', () => {
    expect(() => parseOptions('containers', { networks: 'all' })).toThrow('use one of hide, show')
  })
})
