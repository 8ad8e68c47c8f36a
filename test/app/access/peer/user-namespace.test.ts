import { expect, it } from 'vitest'
import { parseOverflowUid, readOverflowUid } from '../../../../src/app/access/peer/user-namespace.ts'

it.each<[string, string, number | undefined]>([
  ['that of the host', '         0          0 4294967295\n', undefined],
  ['all users in two parts', '0 1 4294967294\n4294967294 0 1\n', undefined],
  ['one user', '         0       1000          1\n', 65_534],
  ['that of Docker with userns-remap', '         0     100000      65536\n', 65_534],
  ['one without users yet', '', 65_534],
])('%s', (_name, uidMap, expected) => {
  expect(parseOverflowUid(uidMap, '65534\n')).toBe(expected)
})

it('is read of this process', () => {
  expect([undefined, 65_534]).toContain(readOverflowUid('/proc'))
  expect(readOverflowUid('/nowhere')).toBeUndefined()
})
