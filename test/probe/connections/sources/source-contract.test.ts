import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { chooseSource } from '../../../../src/probe/connections/sources/choose-source.ts'
import { defaultPace } from '../../../../src/probe/connections/sources/ebpf/ebpf-source.ts'
import { monotonicMs } from '../../../../src/probe/connections/sources/monotonic.ts'
import type { ConnectionSource } from '../../../../src/probe/connections/sources/source.ts'
import { eventually } from '../../../support/eventually.ts'
import { freePort } from '../../../support/machine/free-port.ts'
import { startInFlightClient } from '../../../support/machine/network/in-flight.ts'
import { startMptcpClient, startMptcpServer } from '../../../support/machine/network/mptcp.ts'
import {
  makeNetns,
  startClient,
  startServer,
  type TrafficProcess,
} from '../../../support/machine/network/traffic.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { table } from '../support.ts'
import { type CloseFollower, startCloseFollower } from './close-follower.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })

/** What both sources must tell of the same traffic. */
const contract = (ebpf: boolean): void => {
  let source: ConnectionSource
  let made: ReturnType<typeof table>
  const ending: (() => Promise<void> | void)[] = []

  const ended = <T extends TrafficProcess>(process: T): T => {
    ending.push(() => process.end())
    return process
  }
  const follow = async (): Promise<void> => {
    source = await chooseSource({ ebpf, procRoot: '/proc', env: process.env, log })
    source.start(made.table)
  }
  const followClosely = async (): Promise<CloseFollower> => {
    const follower = await startCloseFollower(ebpf, made.table)
    source = follower.source
    return follower
  }
  /** The record from one process to another, once it is there and as described. */
  const record = (
    client: number,
    server: number,
    has: (totals: Record<string, number>) => boolean = () => true,
  ) =>
    eventually(`a record from ${client} to ${server}`, () => {
      source.refresh()
      made.table.settle(monotonicMs())
      return [...made.table.tallies].find(
        ({ identity, totals }) =>
          identity.client?.pid === client && identity.server?.pid === server && has(totals),
      )
    })

  beforeEach(() => {
    made = table()
  })
  afterEach(async () => {
    source?.stop()
    for (const end of ending.splice(0).reverse()) await end()
  })

  it('says how it runs', async () => {
    await follow()
    expect(source.mode).toBe(ebpf ? 'ebpf' : 'proc')
    if (ebpf) expect(source.status()).toMatchObject({ state: 'ok', reason: 'TCP is traced, UDP is not' })
    else expect(source.status().reason).toMatch(/polling \/proc/)
  })

  it('goes on after what it tells was not taken in, and says what failed', async () => {
    const failures: string[] = []
    source = await chooseSource({
      ebpf,
      procRoot: '/proc',
      env: process.env,
      log,
      pace: { ...defaultPace, heldSockets: { everyMs: [100, 100], budget: 1 } },
      guard: (doing, job) => {
        try {
          job()
        } catch (error) {
          failures.push(`${doing}: ${(error as Error).message}`)
        }
      },
    })
    let isBroken = false
    const take = (job: () => void): void => {
      if (isBroken) throw new Error('out of order')
      job()
    }
    source.start({
      apply: (events) => take(() => made.table.apply(events)),
      reconcile: (sockets) => take(() => made.table.reconcile(sockets)),
      waiting: (events) => take(() => made.table.waiting(events)),
    })
    isBroken = true
    const failed = ebpf ? 'walk over all open files: out of order' : 'poll: out of order'
    await eventually('failures', () => failures.length >= 2 && failures.includes(failed))
    isBroken = false
    const server = ended(await startServer())
    const client = ended(await startClient())
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await record(client.pid, server.pid)
  })

  it.each(['127.0.0.1', '::1'])('finds both processes of a connection over %s', async (host) => {
    await follow()
    const server = ended(await startServer(host))
    const client = ended(await startClient())
    await client.ask(`open ${host} ${server.port}`)
    const found = await record(client.pid, server.pid, (totals) => totals.open === 1)
    expect(found.identity).toMatchObject({ serverIp: host, serverPort: server.port })
    expect(found.totals).toMatchObject({ open: 1, opened: 1, closed: 0 })
    await client.ask('close')
    await record(client.pid, server.pid, (totals) => totals.open === 0 && totals.closed === 1)
  })

  it('finds a client over IPv4 of a server that listens on IPv6', async () => {
    await follow()
    const server = ended(await startServer('::'))
    const client = ended(await startClient())
    await client.ask(`open 127.0.0.1 ${server.port}`)
    const found = await record(client.pid, server.pid)
    expect(found.identity.serverIp).toBe('127.0.0.1')
  })

  it('finds connections older than itself, counted from zero', async () => {
    const server = ended(await startServer())
    const client = ended(await startClient())
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 5000')
    await follow()
    const found = await record(client.pid, server.pid)
    expect(found.totals).toMatchObject({ open: 1, opened: 0, bytesSent: 0, bytesReceived: 0 })
  })

  if (!ebpf)
    it('counts from zero also a connection whose client is found later than the connection', async () => {
      const server = ended(await startServer())
      const client = ended(await startClient())
      await client.ask(`open 127.0.0.1 ${server.port}`)
      // The server, which may take a while to accept it, has it by then.
      await client.ask('send 1')
      // A /proc in which the client is not seen at first.
      const procRoot = mkdtempSync(join(tmpdir(), 'scope-proc-'))
      ending.push(async () => rmSync(procRoot, { recursive: true }))
      symlinkSync(`/proc/${server.pid}`, join(procRoot, String(server.pid)))
      source = await chooseSource({ ebpf, procRoot, env: process.env, log })
      source.start(made.table)
      await eventually('the first poll', () => {
        source.refresh()
        return Number(source.status().counters.unattributed) > 0
      })
      symlinkSync(`/proc/${client.pid}`, join(procRoot, String(client.pid)))
      const found = await record(client.pid, server.pid)
      expect(found.totals).toMatchObject({ open: 1, opened: 0 })
    })

  it('keeps the loopback of two network namespaces apart', async () => {
    await follow()
    const names = [0, 1].map(() => makeNetns(randomBytes(3).toString('hex')))
    for (const { remove } of names) ending.push(remove)
    const pairs: { client: number; server: number }[] = []
    for (const { name } of names) {
      const server = ended(await startServer('127.0.0.1', name))
      const client = ended(await startClient(name))
      await client.ask(`open 127.0.0.1 ${server.port}`)
      pairs.push({ client: client.pid, server: server.pid })
    }
    for (const { client, server } of pairs) await record(client, server)
    const netns = new Set(
      [...made.table.tallies]
        .filter((r) => pairs.some((p) => p.client === r.identity.client?.pid))
        .map((r) => r.identity.netns),
    )
    expect(netns.size).toBe(2)
    for (const { client } of pairs)
      expect([...made.table.tallies].filter((r) => r.identity.client?.pid === client)).toHaveLength(1)
  })

  it('keeps a connection that only the kernel holds, and counts what it carries', async () => {
    const BYTES = 5000
    const follower = await followClosely()
    const open: Socket[] = []
    const server = createServer((socket) => open.push(socket.on('error', () => {})))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ending.push(() => {
      for (const socket of open) socket.destroy()
      server.close()
    })
    const client = ended(startInFlightClient())
    await client.ask(`open 127.0.0.1 ${(server.address() as AddressInfo).port}`)
    await record(client.pid, process.pid, (totals) => totals.open === 1)
    await client.ask('away')
    await follower.severalLooks()
    for (const socket of open) socket.write(Buffer.alloc(BYTES))
    const bytesReceived = ebpf ? BYTES : 0
    const found = await record(client.pid, process.pid, (totals) => totals.bytesReceived === bytesReceived)
    expect(found.totals).toMatchObject({ open: 1, opened: 1, closed: 0 })
    await client.ask('back')
    await client.ask('close')
    const closed = await record(client.pid, process.pid, (totals) => totals.closed === 1)
    expect(closed.totals).toMatchObject({ open: 0, bytesReceived })
  })

  describeWith(['mptcp'], 'over MPTCP', () => {
    const MPTCP_BYTES = 5000
    /** A namespace has one address only, so each connection has one subflow. */
    const namespace = (): string => {
      const { name, remove } = makeNetns(randomBytes(3).toString('hex'))
      ending.push(remove)
      return name
    }
    const openOf = (client: number): number =>
      [...made.table.tallies]
        .filter(({ identity }) => identity.client?.pid === client)
        .reduce((sum, { totals }) => sum + totals.open, 0)

    it('finds who listens, since before it or not, for as long as that is', async () => {
      const netns = namespace()
      const before = ended(await startMptcpServer(netns))
      const follower = await followClosely()
      const after = ended(await startMptcpServer(netns))
      const listening = (server: { readonly pid: number; readonly port: number }): boolean =>
        [...made.table.listeners].some(
          ({ process, ip, port }) => process.pid === server.pid && ip === '127.0.0.1' && port === server.port,
        )
      await eventually('both to be found', () => {
        source.flush()
        return listening(before) && listening(after)
      })
      await follower.severalLooks()
      expect([listening(before), listening(after)]).toEqual([true, true])
      await before.end()
      await after.end()
      await eventually('none to listen', () => {
        source.flush()
        return !listening(before) && !listening(after)
      })
    })

    it.each(['TCP', 'MPTCP'])(
      'finds both processes of a connection whose client speaks %s',
      async (protocol) => {
        const netns = namespace()
        const follower = await followClosely()
        const server = ended(await startMptcpServer(netns))
        const client = ended(protocol === 'TCP' ? await startClient(netns) : startMptcpClient(netns))
        await client.ask(`open 127.0.0.1 ${server.port}`)
        await record(client.pid, server.pid, ({ open, opened }) => open === 1 && opened === 1)
        await client.ask(`send ${MPTCP_BYTES}`)
        await follower.severalLooks()
        const bytes = ebpf ? MPTCP_BYTES : 0
        const isWhole = ({ bytesSent, bytesReceived }: Record<string, number>): boolean =>
          bytesSent === bytes && bytesReceived === bytes
        const found = await record(client.pid, server.pid, isWhole)
        expect(found.totals).toMatchObject({ open: 1, opened: 1, closed: 0 })
        expect(openOf(client.pid)).toBe(1)
        await client.ask('close')
        const closed = await record(client.pid, server.pid, (totals) => totals.closed === 1)
        expect(closed.totals).toMatchObject({ open: 0, opened: 1, bytesSent: bytes, bytesReceived: bytes })
      },
    )

    it('finds a connection that is older, and tells what it carries from then on', async () => {
      const netns = namespace()
      const server = ended(await startMptcpServer(netns))
      const client = ended(startMptcpClient(netns))
      await client.ask(`open 127.0.0.1 ${server.port}`)
      await client.ask('send 3000')
      const follower = await followClosely()
      const found = await record(client.pid, server.pid, ({ open }) => open === 1)
      // Which gives each socket that it lists a cookie.
      execFileSync('ip', ['netns', 'exec', netns, 'ss', '--tcp', '--all', '--numeric'])
      await follower.severalLooks()
      expect(found.totals).toMatchObject({ open: 1, opened: 0, closed: 0, bytesSent: 0, bytesReceived: 0 })
      expect(openOf(client.pid)).toBe(1)
      await client.ask(`send ${MPTCP_BYTES}`)
      await client.ask('close')
      const closed = await record(client.pid, server.pid, (totals) => totals.closed === 1)
      const bytes = ebpf ? MPTCP_BYTES : 0
      expect(closed.totals).toMatchObject({ open: 0, opened: 0, bytesSent: bytes, bytesReceived: bytes })
    })

    if (ebpf)
      it('finds a subflow that joined later, with both processes', async () => {
        const netns = namespace()
        const inNetns = (...command: string[]): string =>
          execFileSync('ip', ['netns', 'exec', netns, ...command], { encoding: 'utf8' })
        inNetns('ip', 'mptcp', 'limits', 'set', 'subflows', '2')
        inNetns('ip', 'mptcp', 'endpoint', 'add', '127.0.0.2', 'dev', 'lo', 'subflow')
        const follower = await followClosely()
        const server = ended(await startMptcpServer(netns))
        const client = ended(startMptcpClient(netns))
        await client.ask(`open 127.0.0.1 ${server.port}`)
        await client.ask('send 10')
        const subflows = `ss --tcp --numeric --no-header state established '( dport = :${server.port} )' | wc -l`
        await eventually('the second subflow', () => inNetns('sh', '-c', subflows).trim() === '2')
        await record(client.pid, server.pid, ({ open }) => open === 2)
        await follower.severalLooks()
        expect(openOf(client.pid)).toBe(2)
        const openers = follower.told.flatMap((event) =>
          event.kind === 'connected' && event.remotePort === server.port ? [event.process.pid] : [],
        )
        expect(openers).toEqual([client.pid, client.pid])
        await client.ask('close')
        await record(client.pid, server.pid, ({ open, closed }) => open === 0 && closed === 2)
      })
  })

  if (!ebpf) return

  it('counts every one of 500 short connections and their bytes', async () => {
    await follow()
    const servers = await Promise.all(Array.from({ length: 5 }, async () => ended(await startServer())))
    const client = ended(await startClient())
    await client.ask(`burst 500 127.0.0.1 ${servers.map((s) => s.port).join(',')}`)
    for (const server of servers) {
      const found = await record(client.pid, server.pid, (totals) => totals.closed === 100)
      expect(found.totals).toMatchObject({ opened: 100, open: 0, failed: 0 })
    }
  })

  it('counts the bytes of an open connection exactly', async () => {
    await follow()
    const server = ended(await startServer())
    const client = ended(await startClient())
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 1000000')
    // The counters of its two ends are read one after the other, and may move meanwhile.
    const found = await record(client.pid, server.pid, ({ bytesSent = 0, bytesReceived = 0 }) =>
      [bytesSent, bytesReceived].every((bytes) => bytes >= 1_000_000),
    )
    expect(found.totals).toMatchObject({ open: 1, bytesSent: 1_000_000, bytesReceived: 1_000_000 })
    await client.ask('close')
    const closed = await record(client.pid, server.pid, (totals) => totals.closed === 1)
    expect(closed.totals).toMatchObject({ bytesSent: 1_000_000, bytesReceived: 1_000_000 })
  })

  it('tells who failed to connect, and to what', async () => {
    await follow()
    const port = await freePort()
    const client = ended(await startClient())
    expect(await client.ask(`fail 127.0.0.1 ${port}`)).toBe('ECONNREFUSED')
    const found = await eventually('the failed connection', () => {
      source.flush()
      return [...made.table.tallies].find((r) => r.identity.client?.pid === client.pid)
    })
    expect(found.identity).toMatchObject({ serverIp: '127.0.0.1', serverPort: port })
    expect(found.identity.server).toBeUndefined()
    expect(found.totals).toMatchObject({ failed: 1, abandoned: 0, opened: 0 })
  })

  it.each([
    ['203.0.113.7', 'ENETUNREACH'],
    ['2001:db8::7', 'ENETUNREACH'],
  ])('tells who had no way to %s', async (ip, error) => {
    await follow()
    const { name, remove } = makeNetns(randomBytes(3).toString('hex'))
    ending.push(remove)
    const client = ended(await startClient(name))
    expect(await client.ask(`fail ${ip} 443`)).toBe(error)
    const found = await eventually('the failed connection', () => {
      source.flush()
      return [...made.table.tallies].find((r) => r.identity.client?.pid === client.pid)
    })
    expect(found.identity).toMatchObject({ serverIp: ip, serverPort: 443 })
    expect(found.totals).toMatchObject({ failed: 1, opened: 0 })
  })
}

describeWith(['root', 'ebpf', 'netns'], 'connections by eBPF', () => contract(true))
describeWith(['root', 'netns'], 'connections by polling /proc', () => contract(false))
