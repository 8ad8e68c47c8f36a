import { expect, test } from 'vitest'
import { parseLimits } from '../../../src/probe/process/limits.ts'

const text = (
  files: string,
  space: string,
) => `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            ${files.padEnd(20)} 1048576              files     
Max address space         ${space.padEnd(20)} unlimited            bytes     
`

test.each([
  [text('1024', 'unlimited'), { openFiles: 1024 }],
  [text('unlimited', '8589934592'), { addressSpaceBytes: 8589934592 }],
  ['', {}],
])('soft limits %#', (limits, expected) => {
  expect(parseLimits(limits)).toEqual(expected)
})
