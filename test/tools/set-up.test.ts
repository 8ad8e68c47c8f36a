import { execFileSync, spawnSync } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeWith } from '../support/machine/requirements.ts'

/** Nobody's. */
const OWNER = 61_041

describeWith(['root'], 'the checkout of a user in which root has run Scope', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'scope-checkout-'))
    for (const part of ['src', 'tools', 'bpf', 'scope', 'package.json', 'package-lock.json'])
      cpSync(part, join(root, part), { recursive: true })
    for (const part of ['tsconfig.base.json', 'vite.program.config.ts']) cpSync(part, join(root, part))
    mkdirSync(join(root, 'node_modules'))
    for (const name of readdirSync('node_modules').filter((one) => !one.startsWith('.vite')))
      symlinkSync(resolve('node_modules', name), join(root, 'node_modules', name))
    execFileSync('chown', ['--recursive', '--no-dereference', `${OWNER}:${OWNER}`, root])
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const env = (): NodeJS.ProcessEnv => {
    const { NODE_COMPILE_CACHE: _, ...others } = process.env
    return { ...others, SCOPE_RUNTIME: 'native', SCOPE_STATE_DIR: join(root, 'state'), SCOPE_LIBBPF: 'any' }
  }
  const as = (uid: number, ...command: string[]) =>
    spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...command], {
      ...{ cwd: root, encoding: 'utf8', env: env() },
    })
  const ownerOf = (path: string) => lstatSync(join(root, path)).uid

  it("is still the user's, who goes on with it", () => {
    expect(as(0, 'tools/setup', '--probe')).toMatchObject({ status: 0 })
    for (const made of ['.runtime', '.runtime/program-built', 'dist/program/main.js', 'dist/program/chunks'])
      expect([made, ownerOf(made)]).toEqual([made, OWNER])
    expect(ownerOf('node_modules')).toBe(OWNER)
    expect(lstatSync(resolve('node_modules/vite')).uid).toBe(0)
    const ready = () => {
      const { status, stdout, stderr } = as(OWNER, 'tools/setup', '--probe', '--is-ready')
      return { status, said: stdout + stderr }
    }
    expect(ready()).toEqual({ status: 0, said: '' })
    const later = Date.now() / 1000 + 60
    utimesSync(join(root, 'src/main.ts'), later, later)
    expect(ready()).toEqual({ status: 1, said: '' })
    expect(as(OWNER, 'tools/setup', '--probe')).toMatchObject({
      status: 0,
      stderr: 'setup: building the program\n',
    })
    // What an older Scope has left as root's is given back, too.
    chownSync(join(root, '.runtime'), 0, 0)
    utimesSync(join(root, '.runtime/program-built'), later, later)
    expect(ready()).toEqual({ status: 1, said: '' })
    expect(as(0, 'tools/setup', '--probe')).toMatchObject({ status: 0, stderr: '' })
    expect(ownerOf('.runtime')).toBe(OWNER)
  })

  it("is the user's also where root has only run a command", () => {
    expect(as(0, './scope', 'status')).toMatchObject({ status: 3 })
    expect(existsSync(join(root, '.runtime/compile-cache'))).toBe(true)
    for (const made of ['.runtime', '.runtime/compile-cache'])
      expect([made, ownerOf(made)]).toEqual([made, OWNER])
    expect(as(OWNER, './scope', 'version')).toMatchObject({ status: 0 })
  })

  it('looks at options before it makes anything, and starts Node once where there is nothing to make', () => {
    const [bin, starts] = [join(root, 'bin'), join(root, 'starts')]
    mkdirSync(bin)
    // As the machine's own Node, it is taken before the one of the packages.
    const log = `[ "$1" = --version ] || echo started >>${starts}\nexec ${process.execPath} "$@"\n`
    writeFileSync(join(bin, 'node'), `#!/bin/sh\n${log}`, { mode: 0o755 })
    const scope = (...args: string[]) => {
      rmSync(starts, { force: true })
      const { status, stderr } = as(0, 'env', `PATH=${bin}:${process.env.PATH}`, './scope', ...args)
      return { status, stderr, starts: readFileSync(starts, 'utf8').match(/started/g)?.length }
    }
    const misused = { status: 2, stderr: expect.stringContaining('unknown option --nonsense'), starts: 1 }
    expect(scope('launch', '--nonsense')).toEqual(misused)
    expect(existsSync(join(root, 'dist'))).toBe(false)
    expect(as(0, 'tools/setup', '--probe')).toMatchObject({ status: 0 })
    mkdirSync(join(root, 'dist/web'))
    writeFileSync(join(root, 'dist/web/index.html'), '')
    expect(scope('launch', '--nonsense')).toEqual(misused)
    expect(scope('launch', '--dry-run')).toEqual({ status: 0, stderr: '', starts: 1 })
  })

  it('gives nothing away to which it has a link', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'scope-elsewhere-'))
    try {
      writeFileSync(join(elsewhere, 'file'), '')
      mkdirSync(join(root, 'dist'))
      symlinkSync(elsewhere, join(root, 'dist/link'))
      symlinkSync(elsewhere, join(root, '.runtime'))
      expect(as(0, 'tools/setup', '--probe')).toMatchObject({ status: 0 })
      expect(ownerOf('dist/program')).toBe(OWNER)
      for (const path of [elsewhere, join(elsewhere, 'file')]) expect(lstatSync(path).uid).toBe(0)
    } finally {
      rmSync(elsewhere, { recursive: true })
    }
  })
})
