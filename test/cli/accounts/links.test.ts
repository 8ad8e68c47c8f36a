import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openAccounts } from '../../../src/app/accounts/open-accounts.ts'
import { describeLinks, linkableUrls, linkTo } from '../../../src/cli/accounts/links.ts'
import { identifyProcess } from '../../../src/cli/parts/processes/process-identity.ts'
import { writeAppStatus } from '../../../src/cli/parts/state-files.ts'
import { writePlan } from '../../../src/cli/supervisor/plan.ts'
import { appDir, ensureAppDir } from '../../../src/state/app-dir.ts'
import { startProgram } from '../../support/machine/program.ts'
import { type ScopeCommand, scopeCommand } from '../../support/scope/scope-command.ts'
import { runCommand, testStateDir } from './run-command.ts'

const codesOf = (stateDir: string) => {
  const accounts = openAccounts({ directory: appDir(stateDir), nowMs: Date.now })
  onTestFinished(() => accounts.close())
  return accounts.codes
}

const codeIn = (link = ''): string => /^\S+\/#code=([\w-]{22})$/.exec(link)?.[1] ?? `no link: ${link}`

const statusWith = (urls: readonly string[], pid = process.pid) => ({
  ...identifyProcess(pid),
  pid,
  port: 4040,
  urls,
  localUrl: 'http://localhost:4040',
  startedAt: '',
})

describe('the addresses of links', () => {
  it.each([
    [['http://localhost:4040', 'http://10.0.0.5:4040'], ['http://localhost:4040']],
    [
      ['https://localhost:4040', 'https://10.0.0.5:4040', 'https://[2001:db8::5]:4040'],
      ['https://localhost:4040', 'https://10.0.0.5:4040', 'https://[2001:db8::5]:4040'],
    ],
    [['http://127.0.0.1:4040'], ['http://127.0.0.1:4040']],
    [['http://[::1]:4040'], ['http://[::1]:4040']],
    [
      ['http://10.0.0.5:4040', 'http://localhost.example.com:4040', 'http://127.0.0.1.example:4040'],
      ['http://local:4040'],
    ],
  ])('of an app at %j are %j', (urls, linkable) => {
    expect(linkableUrls({ urls, localUrl: 'http://local:4040' })).toEqual(linkable)
  })

  it('have the code where no server sees it', () => {
    const link = new URL(linkTo('http://localhost:4040', 'abc'))
    expect({ path: link.pathname, query: link.search, hash: link.hash }).toEqual({
      path: '/',
      query: '',
      hash: '#code=abc',
    })
  })

  it('are told with what they are good for', () => {
    const links = ['http://localhost:1/#code=a', 'https://10.0.0.5/#code=b']
    expect(describeLinks({ links, onlyHere: false })).toEqual([
      ['link', 'http://localhost:1/#code=a'],
      ['link', 'https://10.0.0.5/#code=b'],
      ['link', 'each signs one browser in, within 10 minutes; another: scope token --link'],
    ])
    expect(describeLinks({ links: links.slice(0, 1), onlyHere: true })).toEqual([
      ['link', 'http://localhost:1/#code=a'],
      ['link', 'signs one browser on this machine in, within 10 minutes; another: scope token --link'],
    ])
  })
})

describe('scope token --link', () => {
  it('prints a link for each address of the running app, each with a code of its own', async () => {
    const stateDir = testStateDir()
    await ensureAppDir(stateDir)
    writeAppStatus(stateDir, statusWith(['https://localhost:4040', 'https://10.0.0.5:4040']))
    const { code, stdout, stderr } = await runCommand(stateDir, ['token', '--link'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const links = stdout.trim().split('\n')
    expect(links.map((link) => link.replace(/[\w-]{22}$/, ''))).toEqual([
      'https://localhost:4040/#code=',
      'https://10.0.0.5:4040/#code=',
    ])
    const codes = codesOf(stateDir)
    for (const link of links) expect(codes.redeem(codeIn(link))).toBe('owner')
    for (const link of links) expect(codes.redeem(codeIn(link))).toBeUndefined()
  })

  it('works before the app runs, and says that it does not', async () => {
    const stateDir = testStateDir()
    await ensureAppDir(stateDir)
    const first = await runCommand(stateDir, ['token', '--link'])
    expect(first.stdout).toMatch(/^http:\/\/localhost:4040\/#code=[\w-]{22}\n$/)
    expect(first.stderr).toMatch(/^scope: the app does not run; [^\n]*\n$/)
    writePlan(stateDir, { app: { args: ['--app.http.address=127.0.0.1:5050'], env: {} } })
    writeAppStatus(stateDir, statusWith(['http://localhost:1'], 4_194_304))
    const second = await runCommand(stateDir, ['token', '--link'])
    expect(second.stdout).toMatch(/^http:\/\/127\.0\.0\.1:5050\/#code=/)
    const codes = codesOf(stateDir)
    for (const { stdout } of [first, second]) expect(codes.redeem(codeIn(stdout.trim()))).toBe('owner')
  })

  it('is for the address by which this machine reaches an app that listens on no other', async () => {
    const stateDir = testStateDir()
    await ensureAppDir(stateDir)
    writeAppStatus(stateDir, { ...statusWith(['http://10.0.0.5:4040']), localUrl: 'http://10.0.0.5:4040' })
    const { code, stdout } = await runCommand(stateDir, ['token', '--link'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^http:\/\/10\.0\.0\.5:4040\/#code=[\w-]{22}\n$/)
  })

  it('gives a code that only one of several processes can redeem', async () => {
    const stateDir = testStateDir()
    const directory = await ensureAppDir(stateDir)
    const { stdout } = await runCommand(stateDir, ['token', '--link'])
    const script = `
      import { openAccounts } from '${new URL('../../../src/app/accounts/open-accounts.ts', import.meta.url).href}'
      import { createInterface } from 'node:readline'
      const accounts = openAccounts({ directory: process.argv[1], nowMs: Date.now, busyTimeoutMs: 60_000 })
      console.log('ready')
      for await (const code of createInterface({ input: process.stdin })) console.log(accounts.codes.redeem(code) ?? 'nobody')
    `
    const programs = Array.from({ length: 4 }, () =>
      startProgram([process.execPath, '--input-type=module', '-e', script, directory]),
    )
    await Promise.all(programs.map((program) => program.ask('')))
    const answers = await Promise.all(programs.map((program) => program.ask(codeIn(stdout.trim()))))
    await Promise.all(programs.map((program) => program.end()))
    expect(answers.sort()).toEqual(['nobody', 'nobody', 'nobody', 'owner'])
  })
})

describe('scope launch', () => {
  let scope: ScopeCommand
  beforeEach(() => {
    scope = scopeCommand()
  })
  afterEach(() => scope.dispose())

  it('prints a link that signs in, and logs it nowhere', async () => {
    const args = ['launch', '--no-probe', '--app.http.address=127.0.0.1:0']
    const [first, again] = [await scope(...args), await scope(...args)]
    expect(first.code).toBe(0)
    const [one, other] = [first, again].map(({ stdout }) => codeIn(/http\S+#code=\S+/.exec(stdout)?.[0]))
    expect(one).not.toBe(other)
    const log = readFileSync(join(scope.stateDir, 'app.log'), 'utf8')
    const codes = codesOf(scope.stateDir)
    for (const code of [one ?? '', other ?? '']) {
      expect(log).not.toContain(code)
      expect(codes.redeem(code)).toBe('owner')
    }
  })
})
