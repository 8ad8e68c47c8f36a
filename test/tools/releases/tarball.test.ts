import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeTarball } from '../../../tools/releases/make-tarball.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const scratch = mkdtempSync(join(tmpdir(), 'scope-tarball-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const EPOCH_SECONDS = 1_769_860_800

/** A tarball of this checkout with a few of its packages: all of them would take a minute. */
const make = async (name: string, umask: number): Promise<string> => {
  const before = process.umask(umask)
  const modules = join(scratch, name, 'node_modules')
  for (const one of ['zod', 'hono', 'vitest'])
    cpSync(join('node_modules', one), join(modules, one), { recursive: true })
  const source = join(scratch, name, 'source')
  execFileSync('git', ['clone', '--quiet', '--no-local', '--depth=1', `file://${resolve('.')}`, source])
  for (const part of ['web', 'program']) mkdirSync(join(source, 'dist', part), { recursive: true })
  cpSync('web/index.html', join(source, 'dist/web/index.html'))
  cpSync('dist/program/main.js', join(source, 'dist/program/main.js'))
  const file = join(scratch, `${name}.tar.gz`)
  const stage = join(scratch, name, 'stage')
  mkdirSync(stage)
  const parts = { source, stage, name: 'scope-1.2.3', installed: modules, epochSeconds: EPOCH_SECONDS, file }
  await makeTarball({ ...parts, architecture: 'x86_64' })
  process.umask(before)
  return file
}

let first: string
let second: string
const root = join(scratch, 'scope-1.2.3')
beforeAll(async () => {
  first = await make('first', 0o022)
  second = await make('second', 0o077)
  execFileSync('tar', ['--extract', '--gzip', '--file', first, '--directory', scratch])
})

it('has the same bytes when it is made again, at another time, elsewhere, by somebody with another umask', () => {
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true)
})

it('has what runs, readable by everybody, and of the time that it is given', () => {
  for (const path of [
    'scope',
    'src/main.ts',
    'dist/web/index.html',
    'dist/program/main.js',
    'bpf/prebuilt/tcp.bpf.o',
    'node_modules/zod/package.json',
  ]) {
    const { mode, mtimeMs } = statSync(join(root, path))
    expect([path, mode & 0o044, mtimeMs / 1000]).toEqual([path, 0o044, EPOCH_SECONDS])
  }
})

it('has nothing that is for developing', () => {
  for (const path of [
    'web',
    'test',
    'tools/bench',
    'tools/reports/stage',
    'Dockerfile',
    '.git',
    'node_modules/vitest',
  ])
    expect([path, existsSync(join(root, path))]).toEqual([path, false])
})

it('has set-up find nothing to do but for libbpf', () => {
  execFileSync('tools/setup', ['--packages'], { cwd: root })
  expect(existsSync(join(root, '.runtime'))).toBe(false)
})

describeWith(['root'], 'where nothing may be written, and the system has no libbpf', () => {
  /** Runs set-up there. @param missing files of the release that are not there */
  const setUp = (...missing: string[]) => {
    const script = [
      'for library in /usr/lib/*-linux-gnu /lib/*-linux-gnu /usr/lib64 /lib64 /usr/lib /lib /usr/local/lib; do',
      '  [ ! -s "$library/libbpf.so.1" ] || mount --bind /dev/null "$library/libbpf.so.1"',
      'done',
      'mount --bind . . && mount -o remount,bind,ro . && cd "$PWD"',
      'for file; do mount --bind /dev/null "$file"; done',
      'exec tools/setup',
    ].join('\n')
    const { SCOPE_LIBBPF: _, ...env } = process.env
    return spawnSync('unshare', ['--mount', 'sh', '-ec', script, 'sh', ...missing], {
      ...{ cwd: root, encoding: 'utf8', env },
    })
  }

  it('goes on without libbpf, and says so', () => {
    expect(setUp()).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(
        /^setup: no libbpf 1\.0 or newer \(.*may not be written to\); .* poll \/proc/,
      ),
    })
  })

  it('refuses to go on without what else is missing', () => {
    expect(setUp('dist/program/main.js')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^setup: cannot write to .*\n$/),
    })
  })
})

it('tells its version and its help', () => {
  const scope = (command: string) => execFileSync('./scope', [command], { cwd: root, encoding: 'utf8' })
  expect(scope('version')).toMatch(/^scope \d+\.\d+\.\d+\n$/)
  expect(scope('help')).toContain('scope launch [options]')
})
