import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appDir, asOwnerOf, ensureAppDir } from '../../src/state/app-dir.ts'
import { StateError } from '../../src/state/state-dir.ts'
import { describeWith } from '../support/machine/requirements.ts'

let root: string
let stateDir: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scope-app-dir-'))
  stateDir = join(root, 'state')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the directory of the app', () => {
  it('is made with the state directory, both with mode 0700, and found again', async () => {
    expect(await ensureAppDir(stateDir)).toBe(join(stateDir, 'app'))
    for (const dir of [stateDir, appDir(stateDir)]) expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(await ensureAppDir(stateDir)).toBe(appDir(stateDir))
  })

  it.each<[what: string, make: (dir: string) => void, says: RegExp]>([
    ['a file', (dir) => writeFileSync(dir, ''), /is no directory/],
    ['a link', (dir) => symlinkSync(root, dir), /is no directory/],
    [
      'open to others',
      (dir) => {
        mkdirSync(dir)
        chmodSync(dir, 0o777)
      },
      /other users may write .*chmod 700/,
    ],
  ])('is refused when it is %s', async (_what, make, says) => {
    mkdirSync(stateDir, { mode: 0o700 })
    make(appDir(stateDir))
    const refused = ensureAppDir(stateDir)
    await expect(refused).rejects.toThrow(StateError)
    await expect(refused).rejects.toThrow(says)
  })
})

describeWith(['root'], 'work as the owner of a directory', () => {
  const nobody = 65534

  it('has the rights of that user, and root has its own again after it, also after a failure', async () => {
    chmodSync(root, 0o755)
    const theirs = join(root, 'theirs')
    mkdirSync(theirs, { mode: 0o700 })
    chownSync(theirs, nobody, nobody)
    const groups = process.getgroups?.()
    await asOwnerOf(theirs, async () => {
      writeFileSync(join(theirs, 'file'), '')
      expect(() => writeFileSync(join(root, 'file'), '')).toThrow(/EACCES/)
      expect(process.getgroups?.()).toEqual([nobody])
    })
    await expect(asOwnerOf(theirs, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed')
    expect(statSync(join(theirs, 'file'))).toMatchObject({ uid: nobody, gid: nobody })
    expect([process.geteuid?.(), process.getegid?.(), process.getgroups?.()]).toEqual([0, 0, groups])
  })

  it('stays that of root when the directory is its own', async () => {
    mkdirSync(stateDir)
    await asOwnerOf(stateDir, () => writeFileSync(join(root, 'file'), ''))
    expect(existsSync(join(root, 'file'))).toBe(true)
  })
})
