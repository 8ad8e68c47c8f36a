import { describe, expect, test } from 'vitest'
import { serviceOf } from '../../../src/topology/reports/services.ts'
import { containerNode } from '../../support/reports/reports.ts'

const service = (labels: Record<string, string>) => serviceOf(containerNode('alpha', 'one', { labels }))

const pod = (name: string, container: string, more: Record<string, string> = {}) =>
  service({
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.namespace': 'prod',
    'io.kubernetes.container.name': container,
    ...more,
  })

describe('what a container is a replica of', () => {
  test('a Swarm service, by its id', () => {
    const labels = { 'com.docker.swarm.service.id': 'x1', 'com.docker.swarm.service.name': 'shop_web' }
    expect(service(labels)).toEqual({ key: 'swarm;x1', label: 'shop_web' })
  })

  test('a service of a Compose project, but not a project alone', () => {
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' }
    expect(service(labels)).toEqual({ key: 'compose;shop;web', label: 'shop-web' })
    expect(service({ 'com.docker.compose.project': 'shop' })).toBeUndefined()
  })

  test.each([
    ['web-7d4b9c6f5d-x2kqp', 'web', 'web'],
    ['node-exporter-zx4lp', 'node-exporter', 'node-exporter'],
    ['postgres-0', 'postgres', 'postgres'],
    ['backup-29384750-4hq7v', 'backup', 'backup'],
  ])('the controller of the pod %s', (name, container, label) => {
    expect(pod(name, container)).toEqual({ key: `kubernetes;prod;${label};${container}`, label })
  })

  test('the hash of the template tells where the name of a Deployment ends', () => {
    expect(pod('a-bcdfg-6f5d9-x2kqp', 'a', { 'pod-template-hash': '6f5d9' })?.label).toBe('a-bcdfg/a')
  })

  test('containers of a pod are told apart', () => {
    expect(pod('web-7d4b9c6f5d-x2kqp', 'proxy')?.label).toBe('web/proxy')
  })

  test('a pod that no controller made has none, and neither has a container without labels', () => {
    expect(pod('my-database', 'db')).toBeUndefined()
    expect(service({})).toBeUndefined()
  })
})
