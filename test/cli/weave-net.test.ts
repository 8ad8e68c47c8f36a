import { expect, it } from 'vitest'
import { registration } from '../../src/cli/run/weave-net.ts'

const found = 'http://scope.weave.local:4040'
const plain = { port: 4040, isTls: false }

it.each([
  [':4040', found, plain, { address: undefined }],
  ['0.0.0.0:4040', found, plain, { address: undefined }],
  ['[::]:4040', found, plain, { address: undefined }],
  ['10.32.0.1:4040', found, plain, { address: '10.32.0.1' }],
  ['127.0.0.1:4040', found, plain, { reason: expect.stringContaining('only on loopback') }],
  ['[::1]:4040', found, plain, { reason: expect.stringContaining('only on loopback') }],
  ['[fd00::5]:4040', found, plain, { reason: expect.stringContaining('IPv4') }],
  [
    ':80',
    found,
    { port: 80, isTls: false },
    { reason: expect.stringContaining('--weave.hostname=http://scope.weave.local:80 ') },
  ],
  [
    ':4040',
    found,
    { port: 4040, isTls: true },
    { reason: expect.stringContaining('--weave.hostname=https://scope.weave.local:4040 ') },
  ],
  [':80', 'http://maps.weave.local:80', { port: 80, isTls: false }, { address: undefined }],
  [':444', 'https://maps.weave.local:444', { port: 444, isTls: true }, { address: undefined }],
])('an app at %s that others look for at %s: %j', (appAddress, appUrl, app, expected) => {
  expect(registration(appAddress, appUrl, app)).toEqual(expected)
})
