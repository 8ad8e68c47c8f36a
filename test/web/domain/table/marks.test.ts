import { describe, expect, it } from 'vitest'
import {
  markAllOrNone,
  markBetween,
  markedWords,
  noMarks,
  presentMarks,
  toggleMark,
} from '../../../../web/domain/table/marks.ts'

const order = [...'abcdef']
const marked = (text: string) => new Set(text)
const textOf = (marks: ReadonlySet<string>) => [...marks].sort().join('')

describe('marks', () => {
  it('marks a row and unmarks it, and leaves what was there as it was', () => {
    const one = toggleMark(noMarks, 'b')
    expect(textOf(one)).toBe('b')
    expect(textOf(toggleMark(one, 'b'))).toBe('')
    expect(textOf(one)).toBe('b')
    expect(noMarks.size).toBe(0)
  })

  it.each([
    ['downwards', 'b', 'd', '', 'bcd'],
    ['upwards', 'd', 'b', 'f', 'bcdf'],
    ['from one that is gone', 'x', 'c', '', 'c'],
    ['to one that is gone', 'a', 'x', 'f', 'f'],
  ])('marks a range %s', (_, from, to, before, expected) => {
    expect(textOf(markBetween(marked(before), order, from, to))).toBe(expected)
  })

  it.each([
    ['some are', 'ab', 'abcdef'],
    ['none is', '', 'abcdef'],
    ['all are', 'abcdef', ''],
    ['some that are not shown are', 'axy', 'abcdefxy'],
    ['all are, and some that are not shown', 'abcdefxy', 'xy'],
  ])('marks all or none when %s', (_, before, expected) => {
    expect(textOf(markAllOrNone(marked(before), order))).toBe(expected)
  })

  it('forgets those that are gone', () => {
    const marks = marked('ab')
    expect(textOf(presentMarks(marks, (id) => id !== 'a'))).toBe('b')
    expect(presentMarks(marks, () => true)).toBe(marks)
  })

  it.each([
    [3, 3, '3 marked'],
    [3, 1, '3 marked, 2 not shown'],
    [1, 0, '1 marked, 1 not shown'],
  ])('tells of %i of which %i are shown', (marked, shown, words) => {
    expect(markedWords(marked, shown)).toBe(words)
  })
})
