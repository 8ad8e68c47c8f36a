import { expect, it } from 'vitest'
import { hostOf, projectOf } from '../../../../web/domain/node/belongs.ts'

const labels = (label: string, value: string) => ({
  tables: [
    {
      ...{ id: 'docker_label_', label: 'Labels', type: 'property-list' as const, columns: [] },
      rows: [{ id: 'x', entries: { label, value } }],
    },
  ],
})

it('a node is a part of its project of Compose, stack of Swarm or namespace of Kubernetes', () => {
  expect(projectOf({ parents: [{ topologyId: 'compose-projects', id: 'p', label: 'shop' }] })).toBe('shop')
  expect(projectOf(labels('com.docker.stack.namespace', 'bank'))).toBe('bank')
  expect(projectOf(labels('io.kubernetes.pod.namespace', 'prod'))).toBe('prod')
  expect(projectOf(labels('com.example.team', 'prod'))).toBeUndefined()
})

it('a node is on a host, unless it is on several', () => {
  const host = (id: string) => ({ topologyId: 'hosts', id, label: id })
  expect(hostOf({ parents: [{ topologyId: 'images', id: 'i', label: 'i' }, host('a')] })).toBe('a')
  expect(hostOf({ parents: [host('a'), host('b')] })).toBeUndefined()
  expect(hostOf({})).toBeUndefined()
})
