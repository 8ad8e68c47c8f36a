import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { createOwnershipCheck, type Owner, ownerOf } from '../../../src/cli/supervisor/ownership.ts'
import { createLogger } from '../../../src/log/log.ts'

describe('the owner of a state directory', () => {
  let stateDir: string
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'scope-owner-'))
  })
  afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

  const record = (pid: number) =>
    writeLaunchRecord(stateDir, 'supervisor', {
      pid,
      startTicks: 1,
      bootId: '',
      launchedAt: '2026-01-01T00:00:00Z',
    })
  const path = () => join(stateDir, 'supervisor.pid')

  it.each<[string, () => void, Owner]>([
    ['its own record', () => record(7), 'own'],
    ['the record of another', () => record(8), 'not own'],
    ['no record', () => {}, 'not own'],
    ['no state directory', () => rmSync(stateDir, { recursive: true }), 'not own'],
    ['half a record', () => writeFileSync(path(), '{"pid":'), { unreadable: 'the record is incomplete' }],
    ['what is no file', () => mkdirSync(path()), { unreadable: expect.stringContaining('EISDIR') as string }],
    [
      'what the system does not open',
      () => symlinkSync('supervisor.pid', path()),
      { unreadable: expect.stringContaining('ELOOP') as string },
    ],
  ])('by %s', (_, make, owner) => {
    make()
    expect(ownerOf(stateDir, 7)).toEqual(owner)
  })
})

describe('a supervisor', () => {
  const unreadable = { unreadable: 'EIO: i/o error, read' }

  it.each<[string, Owner[], boolean[], string[]]>([
    ['goes on with its own', ['own', 'own'], [false, false], []],
    ['ends at once with that of another', ['own', 'not own'], [false, true], []],
    [
      'goes on when it cannot be read for less than a minute, each time',
      [...Array(20).fill(unreadable), 'own', ...Array(20).fill(unreadable), 'own'],
      Array(42).fill(false),
      ['cannot be read', 'can be read again', 'cannot be read', 'can be read again'],
    ],
    [
      'ends when it cannot be read for a minute',
      Array(22).fill(unreadable),
      [...Array(20).fill(false), true, true],
      ['cannot be read'],
    ],
    [
      'ends when it can be read that it is of another',
      [unreadable, 'not own'],
      [false, true],
      ['cannot', 'can be'],
    ],
  ])('%s', (_, owners, lost, told) => {
    let looks = 0
    const lines: string[] = []
    const isLost = createOwnershipCheck({
      owner: () => owners[looks] ?? 'own',
      nowMs: () => looks * 3000,
      log: createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) }),
    })
    const found = owners.map(() => {
      const is = isLost()
      looks++
      return is
    })
    expect(found).toEqual(lost)
    expect(lines).toEqual(told.map((text) => expect.stringContaining(text)))
    expect(lines.filter((line) => line.includes('WARN')).every((line) => line.includes('EIO'))).toBe(true)
  })
})
