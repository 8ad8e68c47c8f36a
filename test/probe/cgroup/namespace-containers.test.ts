import { expect, test } from 'vitest'
import { NAMESPACE_LINGER_MS, NamespaceContainers } from '../../../src/probe/cgroup/namespace-containers.ts'

test('forgets the containers that ended in a namespace that another one holds', () => {
  let nowMs = 0
  const namespaces = new NamespaceContainers(() => nowMs)
  namespaces.enter(1, 7, 'holder')
  for (let i = 1; i <= 1000; i++) {
    namespaces.enter(100, 7, `job-${i}`)
    expect(namespaces.find(7)).toBeUndefined()
    namespaces.leave(100)
    nowMs += 10_000
    expect(namespaces.size).toBeLessThanOrEqual(2)
  }
  expect(namespaces.find(7)).toBe('holder')
})

test('a container that ended a moment ago in a namespace that another one holds is still known there', () => {
  let nowMs = 0
  const namespaces = new NamespaceContainers(() => nowMs)
  namespaces.enter(1, 7, 'holder')
  namespaces.enter(2, 7, 'first')
  namespaces.leave(2)
  nowMs += NAMESPACE_LINGER_MS - 1
  namespaces.enter(3, 7, 'second')
  namespaces.leave(3)
  expect(namespaces.size).toBe(3)
  nowMs += 1
  namespaces.enter(4, 7, 'third')
  expect(namespaces.size).toBe(3)
})
