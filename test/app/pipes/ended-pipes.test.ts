import { expect, it } from 'vitest'
import { EndedPipes } from '../../../src/app/pipes/ended-pipes.ts'

it('knows for ten minutes what has ended, and tells only its owner', () => {
  let nowMs = 0
  const ended = new EndedPipes(() => nowMs)
  ended.add('a', 'session 1', 'exit code 0')
  nowMs = 300_000
  ended.add('b', 'session 1', 'exit code 1')
  expect([ended.find('a', 'session 1'), ended.find('b', 'session 1')]).toEqual(['exit code 0', 'exit code 1'])
  expect([ended.find('a', 'session 2'), ended.find('c', 'session 1')]).toEqual([undefined, undefined])
  nowMs = 600_000
  expect([ended.find('a', 'session 1'), ended.find('b', 'session 1')]).toEqual([undefined, 'exit code 1'])
})

it('knows the newest 1024', () => {
  const ended = new EndedPipes(() => 0)
  for (let i = 0; i < 2000; i++) ended.add(`${i}`, 'x', 'words')
  expect(ended.find('975', 'x')).toBeUndefined()
  expect(ended.find('976', 'x')).toBe('words')
})
