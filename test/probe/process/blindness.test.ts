import { expect, it } from 'vitest'
import type { Privileges } from '../../../src/probe/privileges.ts'
import { blindnessOf } from '../../../src/probe/process/blindness.ts'

const both = ['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH'] as const
const may = (uid: number, ...names: (typeof both)[number][]): Privileges => ({
  uid,
  effective: new Set(names),
})

it.each<[string, number, Privileges, RegExp]>([
  ['root who reads all', 0, may(0, ...both), /^$/],
  ['root, but for pid 1', 1, may(0, ...both), /^$/],
  ['root, but for many', 30, may(0, ...both), /30 of 100 .* although the probe has all rights for it/],
  ['root without a capability', 1, may(0, 'CAP_DAC_READ_SEARCH'), /as root, but without CAP_SYS_PTRACE$/],
  ['a user who reads all', 0, may(7), /^$/],
  ['a user', 99, may(7), /run the probe as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH$/],
  ['a user with the one', 9, may(7, 'CAP_SYS_PTRACE'), /run the probe as root, or with CAP_DAC_READ_SEARCH$/],
])('what is said to %s', (_who, unreadable, privileges, said) => {
  expect(blindnessOf({ unreadable, processes: 100 }, privileges)).toMatch(said)
})
