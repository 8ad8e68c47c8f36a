import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KnownHosts } from '../../src/app/reports/unverified/known-hosts.ts'
import {
  knownHostsPath,
  readKnownHosts,
  writeKnownHosts,
} from '../../src/app/reports/unverified/known-hosts-file.ts'
import { forgetHost } from '../../src/cli/forget-host.ts'
import { CommandError, UsageError } from '../../src/cli/options/usage-error.ts'
import { ensureAppDir } from '../../src/state/app-dir.ts'

let stateDir: string
const path = () => knownHostsPath(join(stateDir, 'app'))
const binding = (probe: string, verified: boolean) => ({
  probe: probe.repeat(16),
  verified,
  seen: '2026-05-01',
})

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'scope-hosts-'))
  await ensureAppDir(stateDir)
  const hosts = { alpha: binding('a', true), beta: binding('b', false), gamma: binding('c', false) }
  await writeKnownHosts(path(), new KnownHosts(Object.entries(hosts)))
})
afterEach(() => rm(stateDir, { recursive: true, force: true }))

test('one host is forgotten, or all of unverified probes', async () => {
  expect((await stat(path())).mode & 0o777).toBe(0o600)
  expect(await forgetHost(stateDir, ['beta'])).toContain('beta: forgotten')
  expect([...readKnownHosts(path()).entries.keys()]).toEqual(['alpha', 'gamma'])
  expect(await forgetHost(stateDir, ['--unverified'])).toContain('gamma: forgotten')
  expect([...readKnownHosts(path()).entries.keys()]).toEqual(['alpha'])
  await expect(forgetHost(stateDir, ['--unverified'])).rejects.toThrow(CommandError)
  await expect(forgetHost(stateDir, ['beta'])).rejects.toThrow('no host beta is known')
  await expect(forgetHost(join(stateDir, 'none'), ['beta'])).rejects.toThrow(CommandError)
})

test.each([[[]], [['a', 'b']], [['--all']]])('%j is no use of it', async (args) => {
  await expect(forgetHost(stateDir, args)).rejects.toThrow(UsageError)
})

test('the launcher knows it', () => {
  const env = { ...process.env, SCOPE_STATE_DIR: stateDir }
  const launcher = join(import.meta.dirname, '../../scope')
  expect(execFileSync(launcher, ['forget-host', 'beta'], { env, encoding: 'utf8' })).toContain(
    'beta: forgotten',
  )
})
