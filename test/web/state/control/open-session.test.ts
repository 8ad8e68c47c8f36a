import { afterEach, expect, it } from 'vitest'
import {
  closeSession,
  openSession,
  openSessions,
  shownSession,
  showSession,
} from '../../../../web/state/control/open-session.ts'
import type { SessionToOpen } from '../../../../web/state/control/session-to-open.ts'

const source = (name: string, more: Partial<SessionToOpen> = {}): SessionToOpen => ({
  kind: 'terminal',
  pipe: `pipe of ${name}`,
  tty: true,
  nodeId: `${name};<container>`,
  label: name,
  probeId: 'probe',
  ...more,
})
const labels = () => openSessions().map((session) => session.sources().map(({ label }) => label))

afterEach(() => {
  for (const { id } of openSessions()) closeSession(id)
})

it('opens each terminal in a tab of its own, in front', () => {
  openSession(source('a'))
  const second = openSession(source('a'))
  expect(labels()).toEqual([['a'], ['a']])
  expect(shownSession()).toBe(second.id)
})

it('tells tabs of the same name apart, by the lowest number that is free', () => {
  const [first, , third] = ['a', 'a', 'a'].map((name) => openSession(source(name)))
  openSession(source('b'))
  openSession(source('a', { kind: 'logs' }))
  openSession(source('a', { probeId: 'another', nodeId: 'of another host' }))
  const numbers = () => openSessions().map(({ number }) => number)
  expect(numbers()).toEqual([1, 2, 3, 1, 1, 4])
  closeSession(first?.id ?? '')
  expect(third?.number).toBe(3)
  expect(openSession(source('a')).number).toBe(1)
})

it('shows the logs of one group together, each node once', () => {
  const logs = openSession(source('a', { kind: 'logs', group: 'shop' }))
  openSession(source('t'))
  expect(openSession(source('b', { kind: 'logs', group: 'shop' }))).toBe(logs)
  openSession(source('a', { kind: 'logs', group: 'shop', pipe: 'newer' }))
  openSession(source('c', { kind: 'logs' }))
  openSession(source('d', { kind: 'logs' }))
  expect(labels()).toEqual([['b', 'a'], ['t'], ['c'], ['d']])
  expect(logs.sources()[1]?.pipe).toBe('newer')
})

it('brings the neighbour of a closed tab to the front, and keeps minimised what is', () => {
  const [first, second, third] = ['a', 'b', 'c'].map((name) => openSession(source(name)))
  showSession(second?.id)
  closeSession(second?.id ?? '')
  expect(shownSession()).toBe(third?.id)
  closeSession(third?.id ?? '')
  expect(shownSession()).toBe(first?.id)
  showSession(undefined)
  openSession(source('d'))
  showSession(undefined)
  closeSession(first?.id ?? '')
  expect(shownSession()).toBeUndefined()
  closeSession('of another page')
  expect(labels()).toEqual([['d']])
})
