import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { giveAppDir, giveFile } from '../../src/state/give-app-dir.ts'
import { StateError } from '../../src/state/state-dir.ts'
import { describeWith } from '../support/machine/requirements.ts'

const root = { uid: 0, gid: 0 }
const daemon = { uid: 1, gid: 2 }

describeWith(['root'], 'the directory of the app', () => {
  let dir: string
  let outside: string
  const at = (name: string): string => join(dir, 'app', name)
  const access = (path: string): string => {
    const { uid, gid, mode } = lstatSync(path)
    return `${uid}:${gid} ${(mode & 0o777).toString(8)}`
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'scope-give-'))
    outside = `${dir}.outside`
    writeFileSync(outside, 'root’s own')
  })
  afterEach(() => {
    rmSync(dir, { recursive: true })
    rmSync(outside)
  })

  it('is made for a user, who gets to it, and to nothing else', async () => {
    await giveAppDir(dir, daemon)
    expect(access(dir)).toBe('0:2 710')
    expect(access(join(dir, 'app'))).toBe('1:2 700')
  })

  it('is given with all in it, to another user as well, and taken back', async () => {
    mkdirSync(join(dir, 'app'), { mode: 0o700 })
    writeFileSync(at('accounts.db'), 'users', { mode: 0o600 })
    await giveAppDir(dir, daemon)
    expect([access(join(dir, 'app')), access(at('accounts.db'))]).toEqual(['1:2 700', '1:2 600'])
    await giveAppDir(dir, { uid: 33, gid: 33 })
    expect([access(join(dir, 'app')), access(at('accounts.db'))]).toEqual(['33:33 700', '33:33 600'])
    await giveAppDir(dir, root)
    expect([access(join(dir, 'app')), access(at('accounts.db'))]).toEqual(['0:0 700', '0:0 600'])
    expect(readFileSync(at('accounts.db'), 'utf8')).toBe('users')
    expect(access(dir)).toBe('0:0 700')
  })

  it('leaves the state directory as it is where nobody else was let through', async () => {
    chownSync(dir, 0, 3)
    chmodSync(dir, 0o750)
    await giveAppDir(dir, root)
    expect(access(dir)).toBe('0:3 750')
  })

  it.each<[string, (path: string) => void]>([
    ['a symbolic link', (path) => symlinkSync(outside, path)],
    ['a second name of a file', (path) => linkSync(outside, path)],
    ['a directory', (path) => mkdirSync(path)],
  ])('that holds %s is not given, and what that leads to stays as it is', async (_name, make) => {
    await giveAppDir(dir, daemon)
    make(at('planted'))
    await expect(giveAppDir(dir, { uid: 33, gid: 33 })).rejects.toThrow(StateError)
    expect(access(outside)).toBe('0:0 644')
    expect(readFileSync(outside, 'utf8')).toBe('root’s own')
  })

  it('that is a link itself is not given', async () => {
    const other = mkdtempSync(join(tmpdir(), 'scope-give-other-'))
    symlinkSync(other, join(dir, 'app'))
    await expect(giveAppDir(dir, daemon)).rejects.toThrow(StateError)
    expect(access(other)).toBe('0:0 700')
    rmSync(other, { recursive: true })
  })

  it('a single file is made and given, and keeps what it has', () => {
    const path = join(dir, 'app.log')
    giveFile(path, daemon)
    expect(access(path)).toBe('1:2 600')
    writeFileSync(path, 'a line\n')
    chownSync(path, 0, 0)
    chmodSync(path, 0o600)
    giveFile(path, daemon)
    expect(access(path)).toBe('1:2 600')
    expect(readFileSync(path, 'utf8')).toBe('a line\n')
  })
})
