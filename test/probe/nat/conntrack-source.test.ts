import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { killLeftPrograms, type Program, startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { ips, makeRouter, type Router } from './router.ts'

const SOURCE = [process.execPath, join(import.meta.dirname, 'tell-translations.ts')]
const SERVER_PORT = 8000

interface Status {
  readonly mode: string
  readonly state: string
  readonly reason: string
  readonly counters: Record<string, number>
}

/** What `tell-translations.ts` answers. */
const teller = (program: Program) => ({
  ever: async () => JSON.parse(await program.ask('ever')) as string[],
  now: async () => JSON.parse(await program.ask('now')) as string[],
  status: async () => JSON.parse(await program.ask('status')) as Status,
})

/** Room for a few hundred events. */
const SMALL_BUFFER_BYTES = 65_536

describeWith(['root', 'netns'], 'translations told by connection tracking', () => {
  let router: Router
  let server: Program
  let server6: Program
  let client: Program
  let source: Program

  beforeAll(async () => {
    router = makeRouter(`scopenat-${process.pid}`)
    server = await startServer('0.0.0.0', router.server, SERVER_PORT)
    server6 = await startServer(ips.server6, router.server, SERVER_PORT)
    // connections are tracked only while a rule asks for it
    for (const iptables of ['iptables', 'ip6tables'])
      router.exec(iptables, '-w', '-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'ESTABLISHED')
    router.exec('sysctl', '-qw', 'net.netfilter.nf_conntrack_tcp_timeout_close=120')
  })

  beforeEach(async () => {
    client = await startClient(router.client)
  })

  afterEach(async () => {
    await client.end()
    await source?.end()
    for (const iptables of ['iptables', 'ip6tables']) router.exec(iptables, '-w', '-t', 'nat', '-F')
    router.exec('sysctl', '-qw', 'net.netfilter.nf_conntrack_events=1')
    router.exec('conntrack', '-F')
  })

  afterAll(async () => {
    await server?.end()
    await server6?.end()
    killLeftPrograms()
    router?.remove()
  })

  const rule = (iptables: string, ...words: string[]) =>
    router.exec(iptables, '-w', '-t', 'nat', '-A', ...words)

  const startSource = (before: readonly string[] = [], eventBufferBytes?: number) => {
    const size = eventBufferBytes === undefined ? [] : [String(eventBufferBytes)]
    source = startProgram([...before, ...SOURCE, ...size], { netns: router.router })
    return teller(source)
  }

  /** The local port of the client's only connection to an address. */
  const clientPort = (host: string, port: number): number => {
    const bracketed = host.includes(':') ? `[${host}]` : host
    const lines = execFileSync(
      'ip',
      ['netns', 'exec', router.client, 'ss', '-tnH', 'dst', `${bracketed}:${port}`],
      {
        encoding: 'utf8',
      },
    )
    return Number(/:(\d+)\s+\S+\s*$/m.exec(lines.trim())?.[1])
  }

  /** The originals of all translated connections, as the tool of the kernel's makers lists them. */
  const tracked = (): string[] =>
    [
      ...router
        .exec('conntrack', '-L', '-p', 'tcp', '--any-nat')
        .matchAll(/^tcp.*? src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/gm),
    ]
      .map(([, from, to, sourcePort, port]) => `${from} ${sourcePort} > ${to} ${port}`)
      .sort()

  const dnat = ['PREROUTING', '-p', 'tcp', '--dport', '8080', '-j', 'DNAT', '--to-destination']
  const fromClient = ['POSTROUTING', '-p', 'tcp', '-s', ips.client, '-j']

  it.each<[string, string[][], string, number, (port: number) => string]>([
    [
      'DNAT, as of a published port',
      [['iptables', ...dnat, `${ips.server}:${SERVER_PORT}`]],
      ips.towardsClient,
      8080,
      (p) => `${ips.server} ${SERVER_PORT} > ${ips.client} ${p}`,
    ],
    [
      'SNAT to an address and port',
      [['iptables', ...fromClient, 'SNAT', '--to-source', `${ips.towardsServer}:2222`]],
      ips.server,
      SERVER_PORT,
      () => `${ips.server} ${SERVER_PORT} > ${ips.towardsServer} 2222`,
    ],
    [
      'MASQUERADE',
      [['iptables', ...fromClient, 'MASQUERADE']],
      ips.server,
      SERVER_PORT,
      (p) => `${ips.server} ${SERVER_PORT} > ${ips.towardsServer} ${p}`,
    ],
    [
      'DNAT and SNAT at once',
      [
        ['iptables', ...dnat, `${ips.server}:${SERVER_PORT}`],
        ['iptables', ...fromClient, 'SNAT', '--to-source', `${ips.towardsServer}:3333`],
      ],
      ips.towardsClient,
      8080,
      () => `${ips.server} ${SERVER_PORT} > ${ips.towardsServer} 3333`,
    ],
    [
      'DNAT of the port alone',
      [['iptables', ...dnat, `${ips.server}:${SERVER_PORT}`]],
      ips.server,
      8080,
      (p) => `${ips.server} ${SERVER_PORT} > ${ips.client} ${p}`,
    ],
    [
      'DNAT of IPv6',
      [['ip6tables', ...dnat, `[${ips.server6}]:${SERVER_PORT}`]],
      ips.towardsClient6,
      8080,
      (p) => `${ips.server6} ${SERVER_PORT} > ${ips.client6} ${p}`,
    ],
    [
      'MASQUERADE of IPv6',
      [['ip6tables', 'POSTROUTING', '-p', 'tcp', '-s', ips.client6, '-j', 'MASQUERADE']],
      ips.server6,
      SERVER_PORT,
      (p) => `${ips.server6} ${SERVER_PORT} > ${ips.towardsServer6} ${p}`,
    ],
  ])('are exact for %s', async (_, rules, host, port, reply) => {
    for (const [iptables = '', ...words] of rules) rule(iptables, ...words)
    const { ever, status } = startSource()
    expect(await status()).toMatchObject({ mode: 'conntrack', state: 'ok', reason: '' })
    await client.ask(`open ${host} ${port}`)
    const own = clientPort(host, port)
    const from = host.includes(':') ? ips.client6 : ips.client
    const told = await eventually('a translation', async () => {
      const all = await ever()
      return all.length > 0 && all
    })
    expect(told).toEqual([`${from} ${own} > ${host} ${port}, ${reply(own)}`])
  })

  it('tell of those there before, and of none that is not translated or not of TCP', async () => {
    rule('iptables', ...dnat, `${ips.server}:${SERVER_PORT}`)
    rule('iptables', 'POSTROUTING', '-p', 'udp', '-j', 'MASQUERADE')
    await client.ask(`open ${ips.towardsClient} 8080`)
    await client.ask(`open ${ips.server} ${SERVER_PORT}`)
    const { ever, now } = startSource()
    await now()
    execFileSync('ip', ['netns', 'exec', router.client, 'bash', '-c', `echo x > /dev/udp/${ips.server}/53`])
    await client.ask(`open ${ips.server} ${SERVER_PORT}`)
    await client.ask(`open ${ips.towardsClient} 8080`)
    const told = await eventually('both translations', async () => {
      const all = await ever()
      return all.length >= 2 && all
    })
    expect(told).toHaveLength(2)
    for (const line of told) expect(line).toContain(` > ${ips.towardsClient} 8080, `)
  })

  it('tell of the end', async () => {
    rule('iptables', ...dnat, `${ips.server}:${SERVER_PORT}`)
    const { now } = startSource()
    await client.ask(`open ${ips.towardsClient} 8080`)
    await eventually('the translation', async () => (await now()).length === 1)
    router.exec('conntrack', '-F')
    // the client has gone silent, so nothing makes the entry anew
    await eventually('its end', async () => (await now()).length === 0)
  })

  it('are complete again after more came, and went, than could be read', async () => {
    rule('iptables', ...dnat, `${ips.server}:${SERVER_PORT}`)
    const { now, status } = startSource([], SMALL_BUFFER_BYTES)
    await status()
    process.kill(source.pid, 'SIGSTOP')
    await client.ask(`burst 1000 ${ips.towardsClient} 8080`)
    process.kill(source.pid, 'SIGCONT')
    await eventually('all of them', async () => (await now()).sort().join('\n') === tracked().join('\n'))
    expect(tracked().length).toBeGreaterThan(900)
    const after = await status()
    expect(after.counters).toMatchObject({ translated: tracked().length, malformed: 0 })
    expect(after.counters.overflows).toBeGreaterThan(0)
    process.kill(source.pid, 'SIGSTOP')
    router.exec('conntrack', '-F')
    process.kill(source.pid, 'SIGCONT')
    await eventually('the end of all', async () => (await now()).length === 0)
    expect((await status()).counters.overflows).toBeGreaterThan(after.counters.overflows ?? 0)
    await eventually('a status without loss', async () => (await status()).state === 'ok')
  })

  it('say so when events are off, are found all the same, and come at once when they are on again', async () => {
    rule('iptables', ...dnat, `${ips.server}:${SERVER_PORT}`)
    router.exec('sysctl', '-qw', 'net.netfilter.nf_conntrack_events=0')
    const { now, status } = startSource()
    expect(await status()).toMatchObject({
      mode: 'conntrack',
      state: 'degraded',
      reason: expect.stringContaining('sysctl -w net.netfilter.nf_conntrack_events=1'),
    })
    await client.ask(`open ${ips.towardsClient} 8080`)
    await eventually('the translation', async () => (await now()).length === 1)
    router.exec('sysctl', '-qw', 'net.netfilter.nf_conntrack_events=1')
    await eventually('a status without complaint', async () => (await status()).state === 'ok')
  })

  it('say what is missing without CAP_NET_ADMIN', async () => {
    const { status } = startSource([
      'setpriv',
      ...['--bounding-set', '-net_admin', '--inh-caps', '-net_admin'],
    ])
    expect(await status()).toMatchObject({
      mode: 'off',
      state: 'degraded',
      reason: expect.stringContaining('CAP_NET_ADMIN'),
    })
  })
})
