import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { trimAllocator } from '../../src/native/trim-allocator.ts'
import { eventually } from '../support/eventually.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const residentBytes = (): number =>
  1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const BUFFERS = 2000
/** Less than what the C library takes from the system by itself, and gives back. */
const BUFFER_BYTES = 64 * 1024

it('memory that was freed between buffers that last is given back', async () => {
  const all = Array.from({ length: BUFFERS }, (_, index) => Buffer.alloc(BUFFER_BYTES, index))
  const lasting = all.filter((_, index) => index % 10 === 9)
  all.length = 0
  collectGarbage()
  const before = residentBytes()
  // Buffers are freed beside what runs.
  await eventually('memory that is given back', () => {
    trimAllocator()
    return before - residentBytes() > (BUFFERS * BUFFER_BYTES) / 2
  })
  expect(lasting.every((buffer, index) => buffer[0] === (10 * index + 9) % 256)).toBe(true)
})
