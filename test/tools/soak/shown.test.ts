import { expect, test } from 'vitest'
import { differences } from '../../../tools/soak/simulated/shown.ts'

const shown = (nodes: Record<string, string>, edges: Record<string, string> = {}) => ({
  nodes: new Map(Object.entries(nodes)),
  edges: new Map(Object.entries(edges)),
})

test('what is missing, gone, or another is told, and nothing of what is right', () => {
  const right = shown({ a: 'web', b: 'db' }, { ab: 'a b 3' })
  expect(differences(right, right)).toEqual([])
  expect(differences(shown({ a: 'web', c: 'old' }, { ab: 'a b 2' }), right)).toEqual([
    'shows the node c, which is gone',
    'does not show the node b',
    'shows the edge ab as "a b 2" instead of "a b 3"',
  ])
})

test('of many differences it tells the first five, and how many more there are', () => {
  const all = shown(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`n${i}`, 'x'])))
  expect(differences(shown({}), all)).toHaveLength(6)
  expect(differences(shown({}), all).at(-1)).toBe('and differs in 4 more ways')
})
