import { expect, test } from 'vitest'
import { shortImageName } from '../../../../src/topology/nodes/naming/image-name.ts'
import { isSystemContainer } from '../../../../src/topology/nodes/system-container.ts'
import { containerNode, imageNode } from '../../../support/reports/reports.ts'

test.each([
  ['nginx', 'nginx'],
  ['nginx:1.27-alpine', 'nginx'],
  ['library/nginx:latest', 'library/nginx'],
  ['docker.io/library/nginx:latest', 'library/nginx'],
  ['registry.example:5000/cart', 'cart'],
  ['registry.example:5000/shop/cart:1.2', 'shop/cart'],
  ['localhost/cart:dev', 'cart'],
  ['ghcr.io/a/b/c@sha256:0123', 'a/b/c'],
  ['cart:1.2@sha256:0123', 'cart'],
])('%s is %s', (name, short) => {
  expect(shortImageName(name)).toBe(short)
})

test.each([
  ['its own label', containerNode('alpha', 'a', { labels: { 'io.scope.role': 'system' } }), undefined, true],
  [
    'the predecessor’s label',
    containerNode('alpha', 'a', { labels: { 'works.weave.role': 'system' } }),
    undefined,
    true,
  ],
  [
    'another role',
    containerNode('alpha', 'a', { labels: { 'io.scope.role': 'application' } }),
    undefined,
    false,
  ],
  [
    'a label of the image',
    containerNode('alpha', 'a'),
    imageNode('alpha', 'x:1', { labels: { 'works.weave.role': 'system' } }),
    true,
  ],
  ['a pause image', containerNode('alpha', 'a', { image: 'registry.k8s.io/pause:3.9' }), undefined, true],
  [
    'a mirrored pause image',
    containerNode('alpha', 'a', { image: 'rancher/mirrored-pause:3.6' }),
    undefined,
    true,
  ],
  [
    'an image that only sounds like it',
    containerNode('alpha', 'a', { image: 'shop/pauseless:1' }),
    undefined,
    false,
  ],
  [
    'a known image',
    containerNode('alpha', 'a', { image: 'docker.io/openshift/origin-pod:v3' }),
    undefined,
    true,
  ],
  ['a known name', containerNode('alpha', 'ecs-agent'), undefined, true],
  [
    'a pod sandbox',
    containerNode('alpha', 'a', { labels: { 'io.kubernetes.docker.type': 'podsandbox' } }),
    undefined,
    true,
  ],
  [
    'kube-system',
    containerNode('alpha', 'a', { labels: { 'io.kubernetes.pod.namespace': 'kube-system' } }),
    undefined,
    true,
  ],
  ['an application', containerNode('alpha', 'web', { image: 'nginx:1' }), undefined, false],
])('system container by %s', (_, container, image, expected) => {
  expect(isSystemContainer(container, image)).toBe(expected)
})
