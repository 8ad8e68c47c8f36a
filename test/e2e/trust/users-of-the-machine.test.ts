import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtPrograms } from '../../../src/checkout.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startHaproxy, startNginxProxy } from '../../support/machine/network/proxies.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type ScopeCommand, scopeCommand } from '../../support/scope/scope-command.ts'

interface Answer {
  readonly status: number
  readonly message: string
}

const run = (file: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(file, args, { cwd: '/', timeout: 60_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    )
  })

const curl = ['curl', '-s', '-w', '\n%{http_code}'] as const

/** Asks with curl, as a user of the machine by name, or by an id that no file lists. */
const askAs = async (user: string | number, url: string, ...options: string[]): Promise<Answer> => {
  const command = [...curl, ...options, url]
  const quoted = command.map((word) => `'${word}'`).join(' ')
  const output =
    typeof user === 'number'
      ? await run('setpriv', [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...command])
      : await run('su', [user, '-s', '/bin/sh', '-c', quoted])
  const end = output.lastIndexOf('\n')
  const status = Number(output.slice(end + 1))
  const message = status === 200 ? '' : JSON.parse(output.slice(0, end)).error.message
  return { status, message }
}

const mayView: Answer = { status: 200, message: '' }
const signIn = (user: string): Answer => ({
  status: 401,
  message: expect.stringContaining(
    `it comes from the user ${user}, who may not see the map without signing in`,
  ),
})

// SUDO_UID is the user daemon's.
const sudo = { SUDO_UID: '1' }

describeWith(['root'], 'Scope that daemon launched with sudo, for bin and the user 4711, too', () => {
  let scope: ScopeCommand
  let port: string
  const at = (host: string): string => `http://${host}:${port}/api/topology/hosts`

  beforeAll(async () => {
    scope = scopeCommand(sudo)
    // Another app listens at this port later.
    port = String(await freePort())
    const address = `--app.http.address=:${port}`
    const launched = await scope('launch', '--no-probe', address, '--app.local-users=bin,4711')
    expect(launched.stdout, launched.stderr).toContain(`http://localhost:${port}`)
  })
  afterAll(() => scope.dispose())

  describe.each(['localhost', '127.0.0.1', '[::1]'])('at %s', (host) => {
    it.each<[string, string | number, Answer]>([
      ['root', 'root', mayView],
      ['the user who called sudo', 'daemon', mayView],
      ['a user named', 'bin', mayView],
      ['a user named by id', 4711, mayView],
      ['nobody', 'nobody', signIn('nobody (uid 65534)')],
      ['the user of web servers', 'www-data', signIn('www-data (uid 33)')],
      [
        'a user without a name',
        4712,
        { status: 401, message: expect.stringContaining('it comes from the user with the id 4712,') },
      ],
    ])('%s', async (_name, user, expected) => {
      expect(await askAs(user, at(host))).toEqual(expected)
    })
  })

  it('the token opens it to any of them', async () => {
    const token = (await scope('token')).stdout.trim()
    expect(await askAs('nobody', at('localhost'), '-H', `Authorization: Bearer ${token}`)).toEqual(mayView)
  })

  it('what sends a header of proxies is asked, even root', async () => {
    expect(await askAs('root', at('localhost'), '-H', 'X-Forwarded-For: 10.0.0.1')).toEqual({
      status: 401,
      message: expect.stringContaining('x-forwarded-for'),
    })
  })

  it('it is the same after the app was started again', async () => {
    const pid = async (): Promise<number | null> =>
      JSON.parse((await scope('status', '--json')).stdout).app.pid
    const before = await pid()
    process.kill(Number(before), 'SIGKILL')
    await eventually('another app', async () => ![before, null].includes(await pid()))
    await eventually('its answer', async () => (await askAs('daemon', at('localhost'))).status === 200)
    expect(await askAs('nobody', at('localhost'))).toEqual(signIn('nobody (uid 65534)'))
  })

  describe('through a proxy on the machine, which sends a loopback Host and no header of proxies', () => {
    it('nginx as it is by default', async () => {
      const nginx = await startNginxProxy(`http://127.0.0.1:${port}`, 'www-data')
      try {
        expect(await askAs('root', `${nginx.url}/api/topology/hosts`)).toEqual(signIn('www-data (uid 33)'))
      } finally {
        await nginx.end()
      }
    })

    it('nginx over IPv6', async () => {
      const nginx = await startNginxProxy(`http://[::1]:${port}`, 'www-data')
      try {
        expect(await askAs('root', `${nginx.url}/api/topology/hosts`)).toEqual(signIn('www-data (uid 33)'))
      } finally {
        await nginx.end()
      }
    })

    it('nginx whose workers are root, when it says for whom', async () => {
      const header = 'proxy_set_header X-Forwarded-For $remote_addr;'
      const nginx = await startNginxProxy(`http://127.0.0.1:${port}`, 'root', header)
      try {
        expect((await askAs('root', `${nginx.url}/api/topology/hosts`)).status).toBe(401)
      } finally {
        await nginx.end()
      }
    })

    it.each(['http', 'tcp'] as const)('HAProxy in mode %s', async (mode) => {
      const haproxy = await startHaproxy(`http://127.0.0.1:${port}`, mode)
      const haproxyUid = (await run('id', ['-u', 'haproxy'])).trim()
      try {
        const answer = await askAs('root', `${haproxy.url}/api/topology/hosts`)
        expect(answer).toEqual(signIn(`haproxy (uid ${haproxyUid})`))
      } finally {
        await haproxy.end()
      }
    })
  })

  it('an unknown user is an error of the launch', async () => {
    const launched = await scope('launch', '--app.local-users=no-such-user')
    expect(launched.code).toBe(2)
    expect(launched.stderr).toContain('--app.local-users: there is no user "no-such-user" in /etc/passwd')
  })
})

describeWith(['root'], 'a demo that daemon started with sudo', () => {
  let demo: Program
  afterAll(() => demo.kill('SIGINT'))

  it('is for root and daemon', async () => {
    const command = [process.execPath, builtPrograms.main, 'demo', '--app.http.address=127.0.0.1:0']
    demo = startProgram(command, { env: { ...process.env, ...sudo } })
    await demo.ask('')
    const url = /http:\/\/\S+/.exec(await demo.ask(''))?.[0]
    expect(await askAs('root', `${url}/api/topology/hosts`)).toEqual(mayView)
    expect(await askAs('daemon', `${url}/api/topology/hosts`)).toEqual(mayView)
    expect(await askAs('nobody', `${url}/api/topology/hosts`)).toEqual(signIn('nobody (uid 65534)'))
  })
})
