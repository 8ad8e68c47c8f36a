import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/probe/collector.ts'
import { createConnectionsCollector } from '../../../src/probe/connections/collector.ts'
import { createNames, type Names, type NamesOptions } from '../../../src/probe/names/collector.ts'
import { createProcessCollector } from '../../../src/probe/process/collector.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { makeNetns, type Program, silent, start } from './support.ts'

const V4 = '198.51.100.7'
const V6 = '2001:db8::7'
const ALIASED = '198.51.100.8'
const PLANTED = '198.51.100.9'
const ownNetns = statSync('/proc/self/ns/net').ino
/** The kernel numbers namespaces from 0xf0000000 on. */
const NO_NETNS = 1

const zone = {
  'four.example.test': [{ name: 'four.example.test', type: 'A', ttl: 60, data: '198.51.100.10' }],
  'five.example.test': [{ name: 'five.example.test', type: 'A', ttl: 60, data: '198.51.100.11' }],
  'planted.example.test': [{ name: 'planted.example.test', type: 'A', ttl: 60, data: PLANTED }],
  'www.example.test': [{ name: 'www.example.test', type: 'A', ttl: 60, data: V4 }],
  'six.example.test': [{ name: 'six.example.test', type: 'AAAA', ttl: 60, data: V6 }],
  'shop.example.test': [
    { name: 'shop.example.test', type: 'CNAME', ttl: 300, data: 'edge.cdn.test' },
    { name: 'edge.cdn.test', type: 'A', ttl: 30, data: ALIASED },
  ],
}

const modes: readonly [string, Partial<NamesOptions>, object][] = [
  [
    'eBPF is turned off',
    { ebpf: false },
    { mode: 'reverse', state: 'degraded', reason: 'eBPF is turned off (--no-ebpf)' },
  ],
  [
    'libbpf is missing',
    { env: { SCOPE_LIBBPF: '/nonexistent/libbpf.so.1' } },
    { mode: 'reverse', state: 'degraded', reason: expect.stringContaining('libbpf') },
  ],
  ['names are turned off', { dns: false }, { mode: 'off', state: 'off', reason: 'switched off by --no-dns' }],
]

describe('names say how they run', () => {
  it.each(modes)('when %s', async (_, more, expected) => {
    const names = createNames({
      dns: true,
      ebpf: true,
      procRoot: '/proc',
      containerOf: () => undefined,
      tenancyOf: () => undefined,
      env: process.env,
      clock: { uptimeMs: () => performance.now(), nowMs: () => Date.now() },
      log: silent,
      ...more,
    })
    await names.start(() => {})
    try {
      expect(names.collect(0)).toMatchObject({ nodes: [], connections: [], status: expected })
    } finally {
      await names.stop()
    }
  })
})

describeWith(['root', 'ebpf', 'netns'], 'names that programs asked for', () => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-names-'))
  let skewMs = 0
  const clock: Clock = { uptimeMs: () => performance.now() + skewMs, nowMs: () => Date.now() }
  const processes = createProcessCollector({ procRoot: '/proc', clock, hostId: 'here', log: silent })
  let names: Names
  let netns: ReturnType<typeof makeNetns>
  let server: Program
  let client: Program
  const seenFrom = (netns: number) => ({ pid: 1, startTicks: 1, comm: 'any', cgroupId: 1, netns })
  const nameOf = (ip: string) => names.askedFor(seenFrom(client.netns()), ip)

  /**
   * Has the program resolve a name and connect, and waits until the answer has been taken note of. Answers to others on the machine are
   * counted, too.
   */
  const resolves = async (line: string, ip: string): Promise<void> => {
    const answers = () => names.collect(0).status.counters.answers ?? 0
    const before = answers()
    expect(await client.ask(line)).toBe(ip)
    await eventually('an answer', () => answers() > before && nameOf(ip) !== undefined)
  }

  beforeAll(async () => {
    netns = makeNetns(`names-${process.pid}`, [`${V4}/32`, `${ALIASED}/32`, `${V6}/128`])
    writeFileSync(join(dir, 'resolv.conf'), 'nameserver 127.0.0.1\n')
    server = start(netns.command, 'dns-server.ts', JSON.stringify(zone))
    expect(await server.nextLine()).toBe('ready')
    const ownResolver = [
      'unshare',
      '--mount',
      'sh',
      '-c',
      `mount --bind ${dir}/resolv.conf "$(readlink -f /etc/resolv.conf)" && exec "$@"`,
      'sh',
    ]
    client = start([...netns.command, ...ownResolver], 'dns-client.ts')
    names = createNames({
      dns: true,
      ebpf: true,
      procRoot: '/proc',
      containerOf: (at) => processes.containerOf(at),
      tenancyOf: (netns) => processes.tenancyOf(netns),
      env: process.env,
      clock,
      log: silent,
    })
    await processes.start(() => {})
    await names.start(() => {})
  })

  afterAll(async () => {
    await names?.stop()
    await processes.stop()
    await client?.end()
    await server?.end()
    netns?.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  it('runs by eBPF and says so', () => {
    expect(names.collect(0).status).toMatchObject({
      id: 'names',
      mode: 'ebpf+reverse',
      state: 'ok',
      reason: '',
    })
  })

  it('are known to the program, and nowhere else', async () => {
    await resolves('www.example.test', V4)
    expect(nameOf(V4)).toBe('www.example.test')
    expect(names.askedFor(seenFrom(NO_NETNS), V4)).toBeUndefined()
    expect(names.askedFor(seenFrom(ownNetns), V4)).toBeUndefined()
    expect(nameOf('198.51.100.99')).toBeUndefined()
  })

  it('are known of IPv6 addresses, from a server reached by IPv6', async () => {
    await resolves('six.example.test @[::1]:53', V6)
    expect(nameOf(V6)).toBe('six.example.test')
  })

  it('are those asked for, not what they stand for', async () => {
    await resolves('shop.example.test @127.0.0.1', ALIASED)
    expect(nameOf(ALIASED)).toBe('shop.example.test')
  })

  it('are lost when their time is over', async () => {
    await resolves('shop.example.test @127.0.0.1', ALIASED)
    expect(nameOf(ALIASED)).toBe('shop.example.test')
    skewMs += 31_000
    await eventually('it to be lost', () => nameOf(ALIASED) === undefined)
    await resolves('shop.example.test @127.0.0.1', ALIASED)
    expect(nameOf(ALIASED)).toBe('shop.example.test')
  })

  it.each([
    ['127.0.0.1', 'four.example.test', '198.51.100.10'],
    ['::1', 'five.example.test', '198.51.100.11'],
  ])(
    'are known of a program that connects no socket to ask %s, but not unasked',
    async (address, name, ip) => {
      const datagrams = start(netns.command, 'dns-datagrams.ts')
      try {
        const port = await datagrams.nextLine()
        expect(await server.ask(`planted.example.test ${port}`)).toBe('sent')
        // it came to the socket all the same
        expect(await datagrams.nextLine()).toBe('planted.example.test')
        expect(await datagrams.ask(`${name} ${address}`)).toBe(name)
        await eventually('the name', () => nameOf(ip) === name)
        expect(nameOf(PLANTED)).toBeUndefined()
      } finally {
        await datagrams.end()
      }
    },
  )

  it('are in the records of the connections made with them', async () => {
    const connections = createConnectionsCollector({
      procRoot: '/proc',
      ebpf: true,
      processes,
      clock,
      hostId: 'here',
      publishIntervalMs: 1000,
      names,
      log: silent,
    })
    await connections.start(() => {})
    try {
      await resolves('www.example.test:1', V4)
      const record = await eventually('a record with the name', () =>
        connections
          .collect(clock.uptimeMs())
          .connections.find(
            ({ serverName, serverPort }) => serverName === 'www.example.test' && serverPort === 1,
          ),
      )
      expect(record.client).toBe(`here;${client.child.pid}`)
      expect(record).toMatchObject({ failed: 1 })
    } finally {
      await connections.stop()
    }
  })

  it('are counted', async () => {
    const { counters } = names.collect(0).status
    expect(counters.answers).toBeGreaterThanOrEqual(5)
    expect(counters.names).toBeGreaterThanOrEqual(3)
  })
})
