import { expect, it } from 'vitest'
import { launchingUsers, viewingUsers } from '../../src/cli/launch/launching-users.ts'
import { defaultOptions } from '../../src/cli/options/options.ts'

const run = (uid: number, sudoUid?: string) => ({ getuid: () => uid, env: { SUDO_UID: sudoUid } })

it.each<[number, string | undefined, readonly number[]]>([
  [0, undefined, [0]],
  [1000, undefined, [1000]],
  [0, '1000', [0, 1000]],
  [0, '0', [0]],
  [1001, '1000', [1001, 1000]],
  [0, '', [0]],
  [0, 'anna', [0]],
  [0, '-1', [0]],
  [0, '1000,33', [0]],
  [0, ' 1000', [0]],
  [0, '4294967295', [0]],
  [0, '99999999999', [0]],
])('of the process %i with SUDO_UID=%s it is %j', (uid, sudoUid, expected) => {
  expect(launchingUsers(run(uid, sudoUid))).toEqual(expected)
})

it('an app that was launched does not believe its own environment', () => {
  const options = { ...defaultOptions, launchedBy: [0, 1000], localUsers: [33] }
  expect(viewingUsers(options, run(0, '65534'))).toEqual([33, 0, 1000])
})

it('an app in the foreground is that of who runs it', () => {
  expect(viewingUsers({ ...defaultOptions, localUsers: [33] }, run(0, '1000'))).toEqual([33, 0, 1000])
})
