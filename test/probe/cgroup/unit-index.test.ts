import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'
import { createUnitIndex } from '../../../src/probe/cgroup/unit-index.ts'

const CRON = '/system.slice/cron.service'
const ID = 'a1'.repeat(32)

let mount: string
beforeEach(() => {
  mount = mkdtempSync(join(tmpdir(), 'scope-cgroup-'))
  mkdirSync(join(mount, CRON), { recursive: true })
})
afterEach(() => rmSync(mount, { recursive: true }))

const inodeOf = (path: string) => statSync(join(mount, path)).ino
const index = (mounted = true) => {
  const units = createUnitIndex(mounted ? mount : undefined)
  return { find: units.find, learn: (text: string) => units.learn(parseMembership(text)) }
}
const cron = { systemdUnit: 'cron.service', systemdSlice: 'system.slice' }

test('finds a unit by the inode of its cgroup', () => {
  const { learn, find } = index()
  learn(`0::${CRON}\n`)
  expect(find(inodeOf(CRON))).toEqual(cron)
  expect(find(inodeOf('/system.slice'))).toBeUndefined()
  expect(find(0)).toBeUndefined()
})

test('finds it within a cgroup that the unit made for itself', () => {
  const { learn, find } = index()
  mkdirSync(join(mount, CRON, 'worker'))
  learn(`0::${CRON}/worker\n`)
  expect(find(inodeOf(`${CRON}/worker`))).toEqual(cron)
})

test('finds it after the unit was started anew', () => {
  const { learn, find } = index()
  learn(`0::${CRON}\n`)
  const before = inodeOf(CRON)
  // One more, so that the number is not given out again.
  mkdirSync(join(mount, 'other'))
  rmdirSync(join(mount, CRON))
  mkdirSync(join(mount, 'another'))
  mkdirSync(join(mount, CRON))
  learn(`0::${CRON}\n`)
  expect(find(inodeOf(CRON))).toEqual(cron)
  expect(before).toBeGreaterThan(0)
})

test('does not take the root of v2 for a unit that only v1 names', () => {
  const { learn, find } = index()
  learn(`1:name=systemd:${CRON}\n0::/\n`)
  expect(find(inodeOf('/'))).toBeUndefined()
})

test.each([
  ['before', 0],
  ['after', 1],
])('a cgroup that containers share with a unit names none, learned %s it', (_, at) => {
  const { learn, find } = index()
  const seen = [`0::${CRON}\n`, `0::${CRON}\n`]
  seen.splice(at, 1, `1:name=systemd:/docker/${ID}\n0::${CRON}\n`)
  for (const text of seen) learn(text)
  expect(find(inodeOf(CRON))).toBeUndefined()
})

test('without cgroup v2 nothing is known', () => {
  const { learn, find } = index(false)
  learn(`0::${CRON}\n`)
  expect(find(inodeOf(CRON))).toEqual(undefined)
})
