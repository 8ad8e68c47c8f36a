import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Role } from '../../../src/api/session.ts'
import type { Accounts } from '../../../src/app/accounts/accounts.ts'
import { openAccounts } from '../../../src/app/accounts/open-accounts.ts'
import { newestEntries } from '../../../src/audit/files/newest.ts'
import { auditPath } from '../../../src/audit/places.ts'
import { builtPrograms } from '../../../src/checkout.ts'
import { callerName } from '../../../src/cli/accounts/caller.ts'
import { parseUserCommand } from '../../../src/cli/accounts/user-command.ts'
import { ensureAppDir } from '../../../src/state/app-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { runCommand, testStateDir } from './run-command.ts'

const password = 'correct horse battery'
const oneLine = /^scope: [^\n]*\n$/

const accountsOf = async (stateDir: string, proxyRole?: Role): Promise<Accounts> => {
  const accounts = openAccounts({ directory: await ensureAppDir(stateDir), nowMs: Date.now, proxyRole })
  onTestFinished(() => accounts.close())
  return accounts
}

describe('the arguments of scope user', () => {
  it.each([
    [['add', 'anna'], { verb: 'add', name: 'anna', role: 'viewer' }],
    [['add', 'anna', '--role=admin'], { verb: 'add', name: 'anna', role: 'admin' }],
    [['add', '--role', 'operator', 'a@b.example'], { verb: 'add', name: 'a@b.example', role: 'operator' }],
    [['role', 'anna', 'operator'], { verb: 'role', name: 'anna', role: 'operator' }],
    [['remove', 'anna'], { verb: 'remove', name: 'anna' }],
    [['passwd', 'anna'], { verb: 'passwd', name: 'anna' }],
    [['list'], { verb: 'list', json: false }],
    [['list', '--json'], { verb: 'list', json: true }],
  ])('%j are understood', (args, command) => {
    expect(parseUserCommand(args)).toEqual(command)
  })

  it.each([
    [[], /scope user add NAME/],
    [['ad'], /unknown command "scope user ad"/],
    [['add'], /is used as/],
    [['add', 'anna', 'bob'], /is used as/],
    [['add', 'Anna'], /lower-case letters/],
    [['add', '-x'], /Unknown option/],
    [['add', 'a'.repeat(65)], /at most 64/],
    [['add', 'anna', '--role=root'], /expected viewer or operator or admin/],
    [['add', 'anna', '--password=secret'], /Unknown option/],
    [['role', 'anna'], /is used as/],
    [['role', 'anna', 'root'], /expected viewer or operator or admin/],
    [['remove', 'anna', '--role=admin'], /is used as/],
    [['list', 'anna'], /is used as/],
  ])('%j are refused', (args, message) => {
    expect(() => parseUserCommand(args)).toThrow(message)
  })
})

describe('who runs a command', () => {
  const users = { nameOf: (uid: number) => ({ 0: 'root', 1000: 'anna' })[uid] }
  it.each([
    [0, {}, 'uid 0 (root)'],
    [0, { SUDO_UID: '1000' }, 'uid 1000 (anna)'],
    [0, { SUDO_UID: '1001' }, 'uid 1001'],
    [0, { SUDO_UID: 'nonsense' }, 'uid 0 (root)'],
    [1000, {}, 'uid 1000 (anna)'],
    [1000, { SUDO_UID: '0' }, 'uid 1000 (anna)'],
  ])('as %j with %j is %j', (uid, env, name) => {
    expect(callerName({ env, getuid: () => uid }, users)).toBe(name)
  })
})

describe('scope user', () => {
  it('is noted in the audit log with who ran it, also what failed, and never a password', async () => {
    const stateDir = testStateDir()
    const env = { SUDO_UID: '0' }
    await runCommand(stateDir, ['user', 'add', 'anna', '--role=admin'], password, env)
    await runCommand(stateDir, ['user', 'add', 'anna'], password, env)
    await runCommand(stateDir, ['user', 'role', 'anna', 'viewer'], '', env)
    await runCommand(stateDir, ['user', 'passwd', 'anna'], 'another password', env)
    await runCommand(stateDir, ['user', 'remove', 'anna'], '', env)
    await runCommand(stateDir, ['user', 'list'], '', env)
    await runCommand(stateDir, ['token', '--link'], '', env)
    const text = readFileSync(auditPath.app(stateDir), 'utf8')
    expect(text).not.toMatch(/correct horse|another password|code=/)
    const who = process.getuid?.() === 0 ? 'uid 0 (root)' : expect.stringMatching(/^uid \d+/)
    const entry = { at: expect.any(String), who, from: 'command line', target: 'anna', result: 'done' }
    expect(newestEntries(auditPath.app(stateDir), 100).toReversed()).toEqual([
      { ...entry, action: 'user-add' },
      { ...entry, action: 'user-add', result: 'failed', reason: 'there is a user anna already' },
      { ...entry, action: 'user-role' },
      { ...entry, action: 'user-password' },
      { ...entry, action: 'user-remove' },
      { ...entry, action: 'link', target: 'http://localhost:4040' },
    ])
    expect((await runCommand(stateDir, ['audit', '--verify'])).code).toBe(0)
  })

  it('adds, lists, changes and removes a user; a running app sees each at once', async () => {
    const stateDir = testStateDir()
    const accounts = await accountsOf(stateDir)
    expect(await runCommand(stateDir, ['user', 'list'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('there are no users'),
    })
    expect(await runCommand(stateDir, ['user', 'add', 'anna', '--role=operator'], `${password}\n`)).toEqual({
      code: 0,
      stdout: 'user anna was added (operator)\n',
      stderr: '',
    })
    expect(await accounts.verifyPassword('anna', password)).toMatchObject({ name: 'anna', role: 'operator' })
    expect((await runCommand(stateDir, ['user', 'list'])).stdout).toMatch(
      /^anna {2}operator {2}added .* ago {2}never signed in {2}0 sessions\n$/,
    )
    expect(JSON.parse((await runCommand(stateDir, ['user', 'list', '--json'])).stdout)).toMatchObject([
      { name: 'anna', role: 'operator' },
    ])

    const ended: string[] = []
    accounts.onSessionsEnded((ids) => ended.push(...ids))
    const open = () =>
      accounts.sessions.open({ user: 'anna', by: 'password', from: '::1', agent: '', secure: true }).session
        .id
    const steps: [args: string[], input: string, says: RegExp][] = [
      [['passwd', 'anna'], 'another password', /new password; their session has ended/],
      [['role', 'anna', 'admin'], '', /is admin now, and was operator; their session has ended/],
      [['remove', 'anna'], '', /was removed; their session has ended/],
    ]
    for (const [args, input, says] of steps) {
      const id = open()
      const { stdout } = await runCommand(stateDir, ['user', ...args], input)
      expect(stdout).toMatch(says)
      expect(accounts.sessions.get(id)).toBeUndefined()
      await eventually('the app hears that the session has ended', () => ended.includes(id))
    }
    expect(accounts.users.list()).toEqual([])
  })

  it.each<[args: string[], input: string, code: number, says: RegExp]>([
    [['add', 'bob'], '', 1, /too short: use at least 10/],
    [['add', 'bob'], 'x'.repeat(1025), 1, /too long: use at most 1024/],
    [['add', 'bob'], 'x'.repeat(100_000), 1, /too long/],
    [['add', 'bob'], 'one password\nanother one', 1, /more than one line/],
    [['add', 'owner'], password, 1, /reserved/],
    [['add', 'anna'], password, 1, /there is a user anna already/],
    [['remove', 'bob'], '', 1, /there is no user bob/],
    [['passwd', 'owner'], password, 2, /scope token --link/],
    [['passwd', 'bob'], password, 1, /there is no user bob/],
    [['frobnicate'], '', 2, /scope user add NAME/],
  ])('%j is refused in one line', async (args, input, code, says) => {
    const stateDir = testStateDir()
    await (await accountsOf(stateDir)).users.add({ name: 'anna', role: 'viewer', password })
    const ended = await runCommand(stateDir, ['user', ...args], input)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(oneLine)
    expect(ended.stderr).toMatch(says)
    expect((await accountsOf(stateDir)).users.list()).toMatchObject([{ name: 'anna', role: 'viewer' }])
  })

  it('removes a name that only a proxy knows, which ends its sessions', async () => {
    const stateDir = testStateDir()
    const { sessions } = await accountsOf(stateDir, 'admin')
    for (const agent of ['one', 'two'])
      sessions.open({ user: 'Bob@example.com', by: 'proxy', from: '::1', agent, secure: true })
    expect((await runCommand(stateDir, ['user', 'list'])).stdout).toMatch(/^Bob@example.com +2 sessions\n$/)
    expect(await runCommand(stateDir, ['user', 'remove', 'Bob@example.com'])).toEqual({
      code: 0,
      stdout:
        'Bob@example.com is no user, but somebody whom a proxy named; their 2 sessions have ended; through the proxy they can sign in again\n',
      stderr: '',
    })
    expect(sessions.list()).toEqual([])
    expect(await runCommand(stateDir, ['user', 'remove', 'Bob@example.com'])).toMatchObject({
      code: 1,
      stderr: 'scope: there is no user Bob@example.com\n',
    })
  })

  it('tells in one line that the accounts are damaged', async () => {
    const stateDir = testStateDir()
    const directory = await ensureAppDir(stateDir)
    writeFileSync(join(directory, 'accounts.db'), 'x'.repeat(5000), { mode: 0o600 })
    const { code, stderr } = await runCommand(stateDir, ['user', 'list'])
    expect(code).toBe(1)
    expect(stderr).toMatch(oneLine)
    expect(stderr).toContain('is damaged')
  })

  it('may be run several times at once', async () => {
    const stateDir = testStateDir()
    const names = ['anna', 'anna', 'anna', 'bob', 'carla', 'dora']
    const all = await Promise.all(names.map((name) => runCommand(stateDir, ['user', 'add', name], password)))
    expect(all.filter(({ code }) => code === 0)).toHaveLength(4)
    for (const { stderr } of all.filter(({ code }) => code !== 0))
      expect(stderr).toBe('scope: there is a user anna already\n')
    expect((await accountsOf(stateDir)).users.list().map(({ name }) => name)).toEqual([
      'anna',
      'bob',
      'carla',
      'dora',
    ])
  })
})

/** Runs `scope user add anna` on a terminal of its own, and answers its questions. */
const addOnTerminal = (
  stateDir: string,
  ...answers: string[]
): Promise<{ code: number | null; screen: string }> =>
  new Promise((resolve) => {
    const command = `${process.execPath} ${builtPrograms.main} user add anna`
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, SCOPE_STATE_DIR: stateDir },
    })
    let screen = ''
    let asked = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text
      const questions = screen.match(/(New password for anna|The same again): /g)?.length ?? 0
      for (; asked < questions; asked++) child.stdin.write(answers[asked] ?? '')
    })
    child.once('close', (code) => resolve({ code, screen }))
  })

describe('a password that is asked for on a terminal', () => {
  it('is not shown, and must be given twice', async () => {
    const stateDir = testStateDir()
    const { code, screen } = await addOnTerminal(stateDir, 'Grüße aus x\u007fKöln\r', 'Grüße aus Köln\r')
    expect(code).toBe(0)
    expect(screen).toBe('New password for anna: \r\nThe same again: \r\nuser anna was added (viewer)\r\n')
    const accounts = await accountsOf(stateDir)
    expect(await accounts.verifyPassword('anna', 'Grüße aus Köln')).toMatchObject({ name: 'anna' })
  })

  it.each([
    ['differs', [`${password}\r`, `${password}!\r`], /the two passwords differ; nothing was changed/],
    ['is too short', ['short\r'], /too short/],
    ['is not given (Ctrl-C)', ['half of\u0003'], /no password was given; nothing was changed/],
    ['is not given (Ctrl-D)', ['\u0004'], /no password was given; nothing was changed/],
  ])('is refused when it %s', async (_how, answers, says) => {
    const stateDir = testStateDir()
    const { code, screen } = await addOnTerminal(stateDir, ...answers)
    expect(code).toBe(1)
    expect(screen).toMatch(says)
    expect(screen).not.toMatch(/correct|half/)
    expect((await accountsOf(stateDir)).users.list()).toEqual([])
  })
})

describeWith(['root'], 'the commands of root', () => {
  const nobody = 65534

  it('leave everything to the user whom the app runs as', async () => {
    const stateDir = testStateDir()
    chmodSync(stateDir, 0o711)
    const directory = join(stateDir, 'app')
    mkdirSync(directory, { mode: 0o700 })
    chownSync(directory, nobody, nobody)
    expect((await runCommand(stateDir, ['user', 'add', 'anna'], password)).stderr).toBe('')
    expect((await runCommand(stateDir, ['token', '--link'])).code).toBe(0)
    expect(readdirSync(directory)).toContain('accounts.db')
    for (const file of readdirSync(directory)) {
      const { uid, gid } = statSync(join(directory, file))
      expect({ file, uid, gid }).toEqual({ file, uid: nobody, gid: nobody })
    }
  })

  it('do not follow that user to where only root may write', async () => {
    const stateDir = testStateDir()
    chmodSync(stateDir, 0o711)
    const directory = join(stateDir, 'app')
    mkdirSync(directory, { mode: 0o700 })
    chownSync(directory, nobody, nobody)
    const rootsOwn = testStateDir()
    symlinkSync(join(rootsOwn, 'victim'), join(directory, 'accounts.db'))
    const { code, stderr } = await runCommand(stateDir, ['user', 'add', 'anna'], password)
    expect(code).toBe(1)
    expect(stderr).toMatch(/is no file; move it away/)
    expect(readdirSync(rootsOwn)).toEqual([])
  })
})
