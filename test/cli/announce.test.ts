import { expect, it } from 'vitest'
import { announcement } from '../../src/cli/run/announce.ts'

it.each([
  [':4040', { address: undefined }],
  ['0.0.0.0:4040', { address: undefined }],
  ['[::]:4040', { address: undefined }],
  ['10.0.0.5:4040', { address: '10.0.0.5' }],
  ['127.0.0.1:4040', { reason: expect.stringContaining('only on loopback') }],
  ['[::1]:4040', { reason: expect.stringContaining('only on loopback') }],
  ['[fd00::5]:4040', { reason: expect.stringContaining('IPv4') }],
  ['box:4040', { reason: expect.stringContaining('IPv4') }],
])('where an app at %s is announced', (address, expected) => {
  expect(announcement(address)).toEqual(expected)
})
