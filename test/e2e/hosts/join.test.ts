import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditDocument } from '../../../src/api/types.ts'
import { builtPrograms } from '../../../src/checkout.ts'
import { errorCode } from '../../../src/log/error-code.ts'
import { eventually } from '../../support/eventually.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../support/machine/hosts/network.ts'
import { type ScopeOnHost, scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { openPseudoTerminal } from '../../support/machine/pseudo-terminal.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const checkout = join(import.meta.dirname, '../../..')
const LEAN = ['--no-ebpf', '--no-dns', '--probe.docker=false', '--probe.conntrack=false']
const WAIT_MS = 60_000

describeWith(['root', 'hosts'], 'a second machine that joins', () => {
  let network: Network
  let hosts: [Host, Host, Host]
  let one: ScopeOnHost
  let line: string
  let token: string

  /** What a person pastes into a shell on a host, in the checkout. */
  const paste = (host: Host, text: string) =>
    host.run(['bash', '-c', text], { PATH: `/run/bin:${process.env.PATH}`, PWD: checkout })
  const pasteLine = (host: Host, ...options: string[]) =>
    paste(host, `cd ${checkout}\n${[line, ...LEAN, ...options].join(' ')}`)
  const files = (host: Host) => {
    const dir = host.path('/var/lib/scope')
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap(({ name }) => {
        const path = join(dir, name)
        try {
          return [{ name, mode: statSync(path).mode & 0o777, text: readFileSync(path, 'latin1') }]
        } catch (error) {
          // What replaces a file has another name for a moment.
          if (errorCode(error) === 'ENOENT') return []
          throw error
        }
      })
  }
  const hostsOnMap = async () => Object.keys((await one.view('hosts')).nodes).filter((id) => id.includes('~'))

  beforeAll(async () => {
    network = await startNetwork()
    hosts = [await startHost('one'), await startHost('two'), await startHost('three')]
    for (const [index, host] of hosts.entries()) {
      network.attach(host, { addresses: [`10.77.0.${index + 1}/24`] })
      host.write('/run/bin/sudo', '#!/bin/sh\nexec "$@"\n', 0o755)
      host.exec('chmod', '700', '/var/lib/scope')
    }
    one = await scopeOn(hosts[0], LEAN)
    await one.launch()
    line = (await one.scope('token', '--join')).stdout.replace(/\n$/, '')
    token = /scopejoin_[\w-]+/.exec(line)?.[0] ?? ''
  })
  afterAll(async () => {
    await one?.close()
    for (const host of hosts ?? []) await host.end()
    await network?.end()
  })

  it('is given one line, which the audit log of the first one tells of', async () => {
    expect(line).toMatch(
      /^ printf %s 'scopejoin_[\w-]{92}' \| sudo \.\/scope launch --probe-only --join=- 10\.77\.0\.1:4040$/,
    )
    const { stdout } = await one.scope('audit', '--json')
    const { entries } = JSON.parse(stdout) as AuditDocument
    expect(entries[0]).toMatchObject({
      action: 'join-token',
      target: 'http://10.77.0.1:4040',
      result: 'done',
    })
    expect(stdout).not.toContain(token)
  })

  it('is on the map at once, and a shell into it works', async () => {
    const { code, stdout, stderr } = await pasteLine(hosts[1], '--probe.controls=container,host')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('has joined')
    // The launch waits a while for an answer, and says that there is none yet where all takes its time.
    expect(stdout).toMatch(
      /http:\/\/10\.77\.0\.1:4040: it (takes the reports of this machine; whoever may act there|does not answer, and is tried again|has not answered yet)/,
    )
    await eventually(
      'its status',
      () =>
        /publishes to http:\/\/10\.77\.0\.1:4040: ok[,\n]/.test(
          hosts[1].exec('sh', '-c', `${checkout}/scope status || true`),
        ),
      WAIT_MS,
    )
    await eventually('both hosts', async () => (await hostsOnMap()).length === 2, WAIT_MS)
    const shell = await openPseudoTerminal([
      ...['nsenter', `--target=${hosts[0].pid}`, '--net', '--uts', '--mount', '--pid', '--wd=/', '--'],
      ...[join(checkout, 'scope'), 'shell', 'two'],
    ])
    try {
      await eventually('a prompt', () => /[#$] $/.test(shell.text()), WAIT_MS)
      shell.type('echo "on $(hostname), $(whoami)"\r')
      await eventually('the answer of two', () => shell.text().includes('on two, root'), WAIT_MS)
      shell.type('exit\r')
      expect(await shell.ended).toBe(0)
    } finally {
      shell.close()
    }
  })

  it('has the secret in no file but cluster.key, which is its own, and in no process', () => {
    const key = readFileSync(hosts[1].path('/var/lib/scope/cluster.key'), 'utf8').trim()
    const found = files(hosts[1])
    expect(found.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['plan.json', 'probe.log', 'supervisor.log', 'known-apps.json']),
    )
    for (const { name, mode, text } of found) {
      expect([name, mode & 0o077]).toEqual([name, 0])
      expect([name, text.includes(token)]).toEqual([name, false])
      expect([name, text.includes(key)]).toEqual([name, name === 'cluster.key'])
    }
    const told = hosts[1].exec('sh', '-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true')
    expect(told).toContain(builtPrograms.main)
    expect([told.includes(token), told.includes(key)]).toEqual([false, false])
  })

  it('can be given the line again, which changes nothing', async () => {
    const record = hosts[1].path('/var/lib/scope/probe.pid')
    const before = readFileSync(record, 'utf8')
    const again = await pasteLine(hosts[1])
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('This machine has joined already.'),
    })
    expect(readFileSync(record, 'utf8')).toBe(before)
  })

  it('stays in its own cluster when it has one, unless it is told to leave that', async () => {
    const three = await scopeOn(hosts[2], [...LEAN, '--probe.omit.cmd-args'])
    try {
      await three.launch()
      const own = readFileSync(hosts[2].path('/var/lib/scope/cluster.key'), 'utf8')
      const pids = [await three.pidOf('app'), await three.pidOf('probe')]
      const refused = await pasteLine(hosts[2])
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toMatch(
        /^scope: this machine has another cluster key already.*--join-replace.*\n$/,
      )
      expect(readFileSync(hosts[2].path('/var/lib/scope/cluster.key'), 'utf8')).toBe(own)
      expect([await three.pidOf('app'), await three.pidOf('probe')]).toEqual(pids)

      const joined = await pasteLine(hosts[2], '--join-replace')
      expect(joined).toMatchObject({ code: 0, stderr: '' })
      const [, aside = ''] = /the old cluster key is kept in (\S+)/.exec(joined.stdout) ?? []
      expect(readFileSync(hosts[2].path(aside), 'utf8')).toBe(own)
      await eventually('three hosts', async () => (await hostsOnMap()).length === 3, WAIT_MS)
      // Its own app goes on with the new key, its probe as it was told before.
      await eventually(
        'its own map',
        async () => Object.keys((await three.view('hosts')).nodes).length > 0,
        WAIT_MS,
      )
      await eventually('the status of both', async () => {
        const { stdout } = await three.scope('status')
        expect(stdout).toMatch(/publishes to http:\/\/127\.0\.0\.1:4040: ok[,\n]/)
        expect(stdout).toMatch(/publishes to http:\/\/10\.77\.0\.1:4040: ok[,\n]/)
        return true
      })
      expect(readFileSync(hosts[2].path('/var/lib/scope/plan.json'), 'utf8')).toContain(
        '--probe.omit.cmd-args',
      )
    } finally {
      await three.close()
    }
  })

  it('is told what is wrong with a line that was not copied whole, and nothing is launched', async () => {
    hosts[1].exec(join(checkout, 'scope'), 'stop')
    const torn = await paste(hosts[1], `cd ${checkout}; ${line.replace(token, token.slice(0, 70))}`)
    expect(torn).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^scope: the join token is not whole/),
    })
    const lost = await paste(hosts[1], `cd ${checkout}; ${line.replace(' 10.77.0.1:4040', '')}`)
    expect(lost).toMatchObject({ code: 2, stderr: expect.stringContaining('--join needs the address') })
    const empty = await paste(hosts[1], `cd ${checkout}; ${line.slice(line.indexOf('|') + 1)} </dev/null`)
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('no join token was given') })
    expect(hosts[1].exec('sh', '-c', `${checkout}/scope status || true`)).toContain('Scope is not running')
  })

  it('can be given the line by a pipe from the first one, so that it is in nobody’s sight', async () => {
    const { code, stdout } = await paste(
      hosts[1],
      `cd ${checkout} && sh <<'END'\n${line} ${LEAN.join(' ')}\nEND`,
    )
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('has joined') })
  })
})

describeWith(['root', 'hosts'], 'a machine that nobody can join', () => {
  it('says why', async () => {
    const host = await startHost('alone')
    const alone = await scopeOn(host, [...LEAN, '--app-only', '--app.http.address=127.0.0.1:4040'])
    try {
      expect(await alone.scope('token', '--join')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('no app runs here that others could join'),
      })
      await alone.launch()
      expect(await alone.scope('token', '--join')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('the app listens only on http://127.0.0.1:4040'),
      })
      expect(await alone.scope('token', '--join', 'localhost:5040')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/ localhost:5040\n$/),
      })
      expect(await alone.scope('token', '--join', '--link')).toMatchObject({ code: 2 })
    } finally {
      await alone.close()
      await host.end()
    }
  })
})
