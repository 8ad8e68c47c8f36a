import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandsOf } from '../../support/docs/commands.ts'
import { documents } from '../../support/docs/documents.ts'
import { eventually } from '../../support/eventually.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../support/machine/hosts/network.ts'
import { type ScopeOnHost, scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { openPseudoTerminal } from '../../support/machine/pseudo-terminal.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const checkout = join(import.meta.dirname, '../../..')
const LEAN = ['--no-ebpf', '--no-dns', '--probe.docker=false', '--probe.conntrack=false']
const LIMIT_MS = 600_000
const WAIT_MS = 90_000

/** The commands of docs/many-hosts.md, in its order. */
const commands = documents()
  .filter(({ path }) => path === 'docs/many-hosts.md')
  .flatMap(commandsOf)

describeWith(['root', 'hosts'], 'the commands of docs/many-hosts.md', () => {
  let network: Network
  let hosts: Host[]
  let scopes: [ScopeOnHost, ScopeOnHost, ScopeOnHost]

  beforeAll(async () => {
    network = await startNetwork()
    const names = ['one', 'two', 'three']
    const addresses = names.map((_name, index) => [`192.168.0.${11 + index}`, `fd00::${11 + index}`])
    hosts = []
    for (const [index, name] of names.entries()) {
      const host = await startHost(name)
      hosts.push(host)
      network.attach(host, { addresses: [`${addresses[index]?.[0]}/24`, `${addresses[index]?.[1]}/64`] })
      const known = names.map((other, at) => `${addresses[at]?.[0]} ${other}\n`)
      host.write('/etc/hosts', ['127.0.0.1 localhost\n::1 localhost\n', ...known].join(''))
      host.write('/run/bin/sudo', '#!/bin/sh\nexec "$@"\n', 0o755)
    }
    scopes = (await Promise.all(hosts.map((host) => scopeOn(host, LEAN)))) as typeof scopes
  })
  afterAll(async () => {
    await Promise.all(scopes?.map((scope) => scope.close()) ?? [])
    await Promise.all(hosts?.map((host) => host.end()) ?? [])
    await network?.end()
  })

  /** Gives a line to a shell in the checkout, as a person does. */
  const type = async ({ host }: ScopeOnHost, line: string): Promise<string> => {
    const path = { PATH: `/run/bin:${process.env.PATH}` }
    const { code, stdout, stderr } = await host.run(['bash', '-c', `cd ${checkout}\n${line}`], path)
    expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
    return stdout
  }
  const launch = (scope: ScopeOnHost, line: string, ...options: string[]) =>
    type(scope, [line, ...LEAN, ...options].join(' '))
  const probesOf = async (scope: ScopeOnHost) => {
    const probes = await scope.probes()
    return probes
      .map(({ hostname, verified }) => `${hostname} ${verified ? 'verified' : 'unverified'}`)
      .sort()
  }
  const sees = (what: string, scope: ScopeOnHost, probes: readonly string[]) =>
    eventually(what, async () => (await probesOf(scope)).join() === probes.join(), WAIT_MS)

  it('do what it says', { timeout: LIMIT_MS }, async () => {
    const [one, two, three] = scopes
    const [here, see, print, shell, several, announce, look, status, ...more] = commands as [
      ...[string, string, string, string],
      ...[string, string, string, string],
    ]
    expect(more).toEqual([])

    await launch(one, here)
    await launch(two, see)
    await sees('two, unverified', one, ['one verified', 'two unverified'])

    const line = (await type(one, print)).trimEnd()
    expect(line).toMatch(
      /^ printf %s '\S+' \| sudo \.\/scope launch --probe-only --join=- 192\.168\.0\.11:4040$/,
    )
    // Nobody has that machine's own key but its probe, so it is no loss.
    expect(await launch(two, line, '--probe.controls=container,host')).toContain('has joined')
    await sees('two, verified', one, ['one verified', 'two verified'])

    const inNamespaces = [
      'nsenter',
      `--target=${hosts[0]?.pid}`,
      '--net',
      '--uts',
      '--mount',
      '--pid',
      '--wd=/',
      '--',
    ]
    const terminal = await openPseudoTerminal([
      ...inNamespaces,
      'sh',
      '-c',
      `cd ${checkout}; PATH=/run/bin:$PATH ${shell}`,
    ])
    try {
      await eventually('a prompt', () => /[#$] $/.test(terminal.text()), WAIT_MS)
      terminal.type('echo "on $(hostname)"\r')
      await eventually('the answer of two', () => terminal.text().includes('on two'), WAIT_MS)
      terminal.type('exit\r')
      expect(await terminal.ended).toBe(0)
    } finally {
      terminal.close()
    }

    await launch(three, here, '--app.http.address=:4030')
    await type(two, './scope stop')
    await launch(two, several)
    const told = await eventually(
      'all apps',
      async () => {
        const text = await type(two, status)
        const states = [...text.matchAll(/publishes to .*: (ok|duplicate)/g)].map(([, state]) => state)
        return states.sort().join() === 'duplicate,ok,ok,ok' && text
      },
      WAIT_MS,
    )
    for (const words of [
      /publishes to http:\/\/127\.0\.0\.1:4040: ok/,
      /publishes to http:\/\/one:4040 \(192\.168\.0\.11\): ok/,
    ])
      expect(told).toMatch(words)
    const thirds =
      told.match(/publishes to http:\/\/(192\.168\.0\.13|\[fd00::13\]):4030: (ok|duplicate)/g) ?? []
    expect(thirds.map((text) => text.split(': ')[1]).sort()).toEqual(['duplicate', 'ok'])

    for (const scope of scopes) await type(scope, './scope stop')
    await launch(one, announce)
    await launch(two, look)
    await sees('two, found on the network', one, ['one verified', 'two verified'])
    // Another cluster: what is found on the network gets nothing of it.
    await launch(three, look)
    await eventually(
      'three to be told',
      async () => /192\.168\.0\.11:4040.*unproven/.test((await three.scope('status')).stdout),
      WAIT_MS,
    )
    expect(await probesOf(one)).toEqual(['one verified', 'two verified'])
  })
})
