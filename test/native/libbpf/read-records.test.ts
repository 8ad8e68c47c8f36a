import { expect, test } from 'vitest'
import { readRecords } from '../../../src/native/libbpf/read-records.ts'

/** A reader that answers with these, one after the other: so many bytes of the value 7, or an error. */
const answering = (answers: readonly (number | string)[]) => {
  let asked = 0
  return (into: Buffer, offset: number, length: number): number => {
    const answer = answers[asked++] ?? 0
    if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer })
    const count = Math.min(answer, length)
    into.fill(7, offset, offset + count)
    return count
  }
}

test('reads to the end, however much there is', () => {
  const reads = Array.from({ length: 40 }, () => 32_768)
  expect(readRecords(answering(reads))).toHaveLength(40 * 32_768)
  expect(readRecords(answering([3, 4])).every((byte) => byte === 7)).toBe(true)
})

test.each([
  ['at first', ['EAGAIN', 3, 4]],
  ['in the middle, twice', [3, 'EAGAIN', 'EAGAIN', 4]],
  ['at the end', [3, 4, 'EAGAIN']],
])('reads on when the kernel asks for it %s', (_, answers) => {
  expect([...readRecords(answering(answers))]).toEqual([7, 7, 7, 7, 7, 7, 7])
})

test('throws what else goes wrong', () => {
  expect(() => readRecords(answering([3, 'EBADF']))).toThrow('EBADF')
})
