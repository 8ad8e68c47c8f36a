import { execFile, execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { version } from '../../../src/version.ts'
import { eventually } from '../../support/eventually.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = (
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> =>
  new Promise((settle) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }
    execFile(file, args, options, (error, stdout, stderr) => {
      settle({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
  })

/** Compressing takes most of it, on a machine that does other things besides. */
const RELEASE_LIMIT_MS = 600_000

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'
const tarball = `scope-${version}-linux-${architecture}.tar.gz`

const scratch = mkdtempSync(join(tmpdir(), 'scope-release-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** The checkout as it is now, committed, with a changelog that knows the version. */
const checkout = join(scratch, 'checkout')
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { cwd: checkout })

const makeCheckout = (): void => {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  execFileSync('git', ['init', '--quiet', checkout])
  const there = files
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(file))
  execFileSync(
    'sh',
    ['-c', 'tar --create --null --files-from=- | tar --extract --directory "$1"', 'sh', checkout],
    {
      input: there.join('\0'),
    },
  )
  const changelog = join(checkout, 'CHANGELOG.md')
  const text = readFileSync(changelog, 'utf8')
  if (!text.includes(`\n## ${version}`))
    writeFileSync(changelog, text.replace('## Unreleased', `## Unreleased\n\n## ${version} - 2026-01-31`))
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'))
  appendFileSync(join(checkout, '.git/info/exclude'), 'node_modules\n')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'All of it')
}

const release = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run('tools/release', args, checkout, env)

/** A release of what depends on no Docker. */
const makeRelease = (name: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  release(
    ['--only=script,tarball', `--arch=${architecture}`, '--use-installed', `--out=${join(scratch, name)}`],
    env,
  )

describe('a release', () => {
  const first = join(scratch, 'first')
  const second = join(scratch, 'second')
  beforeAll(async () => {
    makeCheckout()
    const elsewhere = join(scratch, 'a place with blanks')
    execFileSync('mkdir', [elsewhere])
    const ends = await Promise.all([
      makeRelease('first'),
      makeRelease('second', { TZ: 'Asia/Tokyo', LC_ALL: 'C', TMPDIR: elsewhere }),
    ])
    for (const { code, stderr } of ends) expect([code, stderr]).toEqual([0, expect.any(String)])
  }, RELEASE_LIMIT_MS)

  it('has the same bytes when it is made again, elsewhere and with other settings', async () => {
    const files = ['SHA256SUMS', 'scope', tarball]
    expect(readdirSync(first).sort()).toEqual(files)
    for (const file of files) {
      const { code, stdout } = await run('cmp', [join(first, file), join(second, file)], scratch)
      expect([code, stdout]).toEqual([0, ''])
    }
    expect((await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], first)).code).toBe(0)
  })

  it('has a script that knows its version wherever it is copied to', async () => {
    const alone = join(scratch, 'alone')
    execFileSync('install', ['-D', join(first, 'scope'), join(alone, 'scope')])
    expect((await run('./scope', ['version'], alone)).stdout).toBe(`scope ${version}\n`)
    const { code, stderr } = await run('./scope', ['launch'], alone, { SCOPE_RUNTIME: 'native' })
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no checkout of Scope')])
  })

  describe('unpacked', () => {
    const root = join(scratch, `scope-${version}`)
    beforeAll(() => {
      execFileSync('tar', ['--extract', '--gzip', '--file', join(first, tarball), '--directory', scratch])
    })

    it('has what runs, and nothing that is for developing', () => {
      for (const path of ['web', 'test', 'tools/bench', 'Dockerfile', 'node_modules/vitest', '.git'])
        expect([path, existsSync(join(root, path))]).toEqual([path, false])
      for (const path of [
        'dist/web/index.html',
        'bpf/prebuilt/tcp.bpf.o',
        'tools/deploy/compose.yaml',
        'docs',
      ])
        expect([path, existsSync(join(root, path))]).toEqual([path, true])
    })

    it('tells its version, its help, and takes data of the machine out of reports', async () => {
      expect((await run('./scope', ['version'], root)).stdout).toBe(`scope ${version}\n`)
      expect((await run('./scope', ['help'], root)).stdout).toContain('scope launch [options]')
      expect((await run('tools/sanitise-report', ['--help'], root)).code).toBe(0)
    })

    it('runs natively, and installs nothing for that', async () => {
      const stateDir = mkdtempSync(join(tmpdir(), 'scope-release-state-'))
      onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }))
      const scope = (...args: string[]) =>
        run('./scope', args, root, { SCOPE_RUNTIME: 'native', SCOPE_STATE_DIR: stateDir })
      onTestFinished(async () => {
        expect((await scope('stop')).code).toBe(0)
      })
      const launched = await scope('launch', '--app.http.address=127.0.0.1:0', '--probe.docker=false')
      expect([launched.code, launched.stderr]).toEqual([0, ''])
      const url = /page\s+(http:\S+)/.exec(launched.stdout)?.[1]
      await eventually('the map to have this machine', async () => {
        const { nodes } = (await (await fetch(`${url}/api/topology/hosts`)).json()) as { nodes: object }
        return Object.keys(nodes).length > 0
      })
      expect(await (await fetch(`${url}/`)).text()).toContain('<title>')
      const status = JSON.parse((await scope('status', '--json')).stdout) as { version: string }
      expect(status.version).toBe(version)
    })
  })
})

describe('a release is refused', () => {
  it('when the checkout has changes', async () => {
    writeFileSync(join(checkout, 'new.txt'), '')
    const { code, stderr } = await release(['--dry-run'])
    rmSync(join(checkout, 'new.txt'))
    expect([code, stderr]).toEqual([3, expect.stringContaining('?? new.txt')])
  })

  it('when the changelog does not know the version, and with all that is in its way', async () => {
    git('tag', `v${version}`)
    const changelog = join(checkout, 'CHANGELOG.md')
    writeFileSync(changelog, readFileSync(changelog, 'utf8').replace(`## ${version}`, '## 0.0.1'))
    git('commit', '--all', '--quiet', '--message', 'Another changelog')
    const { code, stderr } = await release(['--dry-run'])
    git('reset', '--quiet', '--hard', 'HEAD~1')
    git('tag', '--delete', `v${version}`)
    expect(code).toBe(3)
    expect(stderr).toContain(`no section "## ${version}"`)
    expect(stderr).toContain(`v${version} is the tag of`)
  })
})

it('tells what cannot be made on a machine without Docker, and what would be made', async () => {
  const { code, stderr } = await release(['--dry-run'], { DOCKER_HOST: `unix://${scratch}/docker.sock` })
  expect(code).toBe(4)
  for (const name of ['x86_64', 'arm64']) {
    expect(stderr).toContain(
      `scope-${version}-image-${name}.tar.gz cannot be made here: no Docker engine answers`,
    )
    expect(stderr).toContain(`would make scope-${version}-linux-${name}.tar.gz`)
  }
})
