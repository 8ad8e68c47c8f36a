import { expect, test } from 'vitest'
import { Rotation } from '../../../src/channel/mux/rotation.ts'

/** Members by name, and how many frames each has to send. */
const order = (rotation: Rotation<string>, left: Record<string, number>, most = 20): string => {
  let sent = ''
  const send = (member: string): boolean => {
    if ((left[member] ?? 0) === 0) return false
    left[member] = (left[member] ?? 0) - 1
    sent += member
    return true
  }
  while (sent.length < most && rotation.next(send));
  return sent
}

const rotationOf = (members: string): Rotation<string> => {
  const rotation = new Rotation<string>()
  for (const member of members) rotation.add(member)
  return rotation
}

test('all that have much to send take turns', () => {
  expect(order(rotationOf('abc'), { a: 4, b: 2, c: 3 })).toBe('abcabcaca')
})

test('who begins to send goes first, once', () => {
  const rotation = rotationOf('ab')
  const left: Record<string, number> = { a: 9, b: 9 }
  expect(order(rotation, left, 5)).toBe('ababa')
  rotation.add('k')
  left.k = 3
  expect(order(rotation, left, 8)).toBe('kbakbakb')
})

test('who has nothing more to send keeps no place, and nobody gets two by asking', () => {
  const rotation = rotationOf('ab')
  const left: Record<string, number> = { a: 9, b: 9, k: 0 }
  let sent = ''
  for (let i = 0; i < 6; i++) {
    rotation.add('k')
    rotation.add('k')
    left.k = 1
    sent += order(rotation, left, 1)
  }
  expect(sent.replaceAll('k', '')).toMatch(/^(ab)+a?$/)
  expect(sent.split('k')).toHaveLength(3)
})

test('who is removed has no turn', () => {
  const rotation = rotationOf('ab')
  const left = { a: 2, b: 2 }
  order(rotation, left, 1)
  rotation.remove('a')
  expect(order(rotation, left)).toBe('bb')
})
