import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAuditLog } from '../../src/audit/audit-log.ts'
import { verifyChain } from '../../src/audit/files/verify.ts'
import { auditPath, openAppAudit } from '../../src/audit/places.ts'
import { runAudit } from '../../src/cli/audit/audit.ts'
import { describeEntries } from '../../src/cli/audit/describe.ts'
import { UsageError } from '../../src/cli/options/usage-error.ts'
import { createFaults } from '../../src/log/faults.ts'
import { createLogger } from '../../src/log/log.ts'
import { scopeCommand } from '../support/scope/scope-command.ts'

let stateDir: string
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-state-'))
  const log = openAppAudit(stateDir, faults)
  log.record({ who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done' })
  const reason = 'wrong password'
  for (let i = 0; i < 4; i++)
    log.record({ who: '', from: '2001:db8::1', action: 'sign-in', result: 'refused', reason })
  await log.stop()
  const probe = openAuditLog({ path: auditPath.probe(stateDir), faults })
  probe.record({ who: 'anna', from: '10.0.0.7', action: 'control:container', target: 'web', result: 'done' })
  await probe.stop()
})
afterEach(() => rmSync(stateDir, { recursive: true }))

const faults = createFaults({
  nowMs: () => 0,
  log: createLogger({ format: 'text', debug: false, write: () => undefined }),
})
const linesOf = (...args: string[]) =>
  runAudit(stateDir, args)
    .text.replace(/^\S{24}/gm, 'TIME')
    .split('\n')

describe('scope audit', () => {
  it('prints the newest entries, the newest last', () => {
    expect(linesOf()).toEqual([
      'TIME  anna  10.0.0.7     sign-in  done',
      'TIME  -     2001:db8::1  sign-in  refused: wrong password',
      'TIME  -     2001:db8::1  sign-in  refused: wrong password (3 times)',
    ])
    expect(linesOf('-n', '1')).toHaveLength(1)
    expect(linesOf('--probe')).toEqual(['TIME  anna  10.0.0.7  control:container web  done'])
    const { entries } = JSON.parse(runAudit(stateDir, ['--json', '-n2']).text)
    expect(entries).toMatchObject([{ count: 3 }, { who: '' }])
  })

  it('says when there are none', () => {
    const answer = runAudit(join(stateDir, 'other'), [])
    expect(answer).toEqual({ text: `no entries in ${stateDir}/other/app/audit.log`, code: 0 })
    expect(runAudit(join(stateDir, 'other'), ['--verify'])).toEqual(answer)
  })

  it('verifies, and says where the chain breaks', () => {
    const path = auditPath.app(stateDir)
    const hash = verifyChain(path).end?.hash
    const whole = runAudit(stateDir, ['--verify'])
    expect(whole.code).toBe(0)
    expect(whole.text).toContain(
      `all 3 entries are whole: ${path}, number 1 to 3\nSHA-256 of the last: ${hash}\n`,
    )
    writeFileSync(path, readFileSync(path, 'utf8').replace('anna', 'bert'))
    const broken = runAudit(stateDir, ['--verify'])
    expect(broken.code).toBe(1)
    expect(broken.text).toContain(
      `the chain of 3 entries is broken at 1 place: ${path}\n  audit.log line 2: entry 1 was changed, or entry 2 was\n`,
    )
    expect(JSON.parse(runAudit(stateDir, ['--verify', '--json']).text)).toMatchObject({ breakCount: 1 })
    expect(runAudit(stateDir, ['--verify', '--probe']).code).toBe(0)
  })

  it('says in one line that it cannot be read', () => {
    const path = auditPath.probe(stateDir)
    rmSync(path)
    mkdirSync(path)
    for (const more of [[], ['--verify']])
      expect(() => runAudit(stateDir, ['--probe', ...more])).toThrow(
        /is not a file that Scope has made; move it away\.$/,
      )
  })

  it('lets no entry control the terminal', () => {
    const entry = { at: 't', who: '\u001b[2J', from: 'a\nb', action: 'refused', result: 'refused' } as const
    expect(describeEntries([entry], '')).toBe('t  \ufffd[2J  a\\nb  refused  refused')
  })

  it('tells how long a terminal was open', () => {
    const entry = { at: 't', who: 'anna', from: 'f', action: 'host_exec:end', target: 'alpha' }
    const described = describeEntries([{ ...entry, result: 'done', durationMs: 62_000 }], '')
    expect(described).toBe('t  anna  f  host_exec:end alpha  done (after 1 min)')
  })

  it.each([
    [['--all'], '--all'],
    [['-n', '0'], '1 to 100000'],
    [['-n', 'x'], '1 to 100000'],
    [['-n'], '-n'],
    [['more'], 'more'],
    [['--verify', '-n', '3'], 'no use'],
  ])('refuses %j', (args, named) => {
    expect(() => runAudit(stateDir, args)).toThrow(UsageError)
    expect(() => runAudit(stateDir, args)).toThrow(named)
  })

  it('is a command', async () => {
    const scope = scopeCommand()
    const verified = await scope.in(stateDir, 'audit', '--verify')
    expect(verified).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('all 3 entries are whole'),
    })
    expect((await scope.in(stateDir, 'audit', '--no')).code).toBe(2)
    await scope.dispose()
  })
})

describe('what another user has put into the directory of the app', () => {
  it.each([
    ['a pipe', 'mkfifo "$1"'],
    ['a link', 'ln -s /etc/passwd "$1"'],
    ['a directory', 'mkdir "$1"'],
    ['a file that would fill the memory', 'truncate -s 20G "$1"'],
  ])(
    'neither holds up who reads the log, nor is read: %s',
    (_what, made) => {
      const path = `${auditPath.app(stateDir)}.9`
      execFileSync('sh', ['-c', made, 'sh', path])
      for (const args of [['-n', '1000'], ['--verify']]) {
        const { status, stdout, stderr } = spawnSync('./scope', ['audit', ...args], {
          encoding: 'utf8',
          env: { ...process.env, SCOPE_STATE_DIR: stateDir },
          timeout: 60_000,
        })
        expect({ status, stdout, stderr }).toEqual({
          status: 1,
          stdout: '',
          stderr: `scope: ${path} is not a file that Scope has made; move it away.\n`,
        })
      }
    },
    130_000,
  )
})
