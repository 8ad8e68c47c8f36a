import { expect, test } from 'vitest'
import { createCursor } from '../../../web/map/cursor.ts'

const onNode = { kind: 'node', id: 'a' } as const

test('a node may be under the pointer until the last question is answered', () => {
  const cursor = createCursor(() => {})
  expect(cursor.mayBeOnNode).toBe(false)
  cursor.asked()
  cursor.asked()
  cursor.answered(undefined, true)
  cursor.answered(undefined, false)
  expect(cursor.mayBeOnNode).toBe(true)
  cursor.answered(undefined, true)
  expect(cursor.mayBeOnNode).toBe(false)
  cursor.asked()
  cursor.answered(onNode, true)
  expect(cursor.mayBeOnNode).toBe(true)
})

test('the pointer shows what it is on, and while something is dragged, that', () => {
  const shown: string[] = []
  const cursor = createCursor((name) => shown.push(name))
  cursor.answered(onNode, false)
  cursor.grab()
  cursor.answered(undefined, false)
  cursor.release()
  cursor.answered({ kind: 'edge', id: 'e', at: { x: 0, y: 0 } }, false)
  expect(shown).toEqual(['node', 'grabbing', 'none', 'edge'])
})
