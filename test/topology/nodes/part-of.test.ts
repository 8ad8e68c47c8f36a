import { expect, test } from 'vitest'
import { renderView } from '../../../src/topology/render.ts'
import { containerNode, held, processNode, report } from '../../support/reports/reports.ts'

const compose = (project: string) => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': 'web',
})
const containers = [
  containerNode('alpha', 'web1', { image: 'nginx:1', labels: compose('shop') }),
  containerNode('alpha', 'web2', { image: 'nginx:1', labels: compose('shop') }),
  containerNode('alpha', 'till', { image: 'redis:7', labels: { 'com.docker.stack.namespace': 'bank' } }),
  containerNode('alpha', 'pod', { image: 'redis:7', labels: { 'io.kubernetes.pod.namespace': 'prod' } }),
  containerNode('alpha', 'alone'),
]
const of = [
  held(
    report({
      nodes: [
        ...containers,
        processNode('alpha', 10, { name: 'nginx', container: 'web1' }),
        processNode('alpha', 11, { name: 'cron' }),
      ],
    }),
  ),
]
const parts = (view: string, options: Record<string, string> = {}) =>
  Object.fromEntries(
    [...renderView(view, options, of).nodes.values()]
      .filter(({ pseudo }) => !pseudo)
      .map(({ label, partOf }) => [label, partOf]),
  )

test('a container is a part of its stack, project or namespace, and a process of that of its container', () => {
  expect(parts('containers')).toEqual({
    ...{ web1: 'shop', web2: 'shop', till: 'bank', pod: 'prod', alone: undefined },
  })
  expect(parts('processes', { unconnected: 'show' })).toEqual({ nginx: 'shop', cron: undefined })
})

test('a group is a part of what all in it are a part of', () => {
  expect(parts('containers', { group: 'service' })).toMatchObject({ 'shop-web': 'shop', till: 'bank' })
  expect(parts('containers', { group: 'stack' })).toMatchObject({ shop: 'shop', bank: 'bank' })
  expect(parts('containers-by-image')).toMatchObject({ nginx: 'shop', redis: undefined })
  expect(parts('compose-services')).toMatchObject({ web: 'shop' })
})
