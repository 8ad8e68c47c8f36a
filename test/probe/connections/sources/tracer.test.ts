import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { libraryCandidates, loadLibbpf } from '../../../../src/native/libbpf/library.ts'
import { BpfObject } from '../../../../src/native/libbpf/object.ts'
import { RingBuffer } from '../../../../src/native/libbpf/ring-buffer.ts'
import { defaultPace, EbpfSource } from '../../../../src/probe/connections/sources/ebpf/ebpf-source.ts'
import {
  HEAD_BYTES,
  readRecord,
  walkedBytes,
} from '../../../../src/probe/connections/sources/ebpf/records.ts'
import {
  ringBytes,
  TcpTracer,
  type TracerSize,
} from '../../../../src/probe/connections/sources/ebpf/tracer.ts'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import { monotonicMs } from '../../../../src/probe/connections/sources/monotonic.ts'
import { eventually } from '../../../support/eventually.ts'
import { startProgram } from '../../../support/machine/program.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { table } from '../support.ts'

const checkout = fileURLToPath(new URL('../../../..', import.meta.url))

it.each([
  [1, 4],
  [2, 4],
  [3, 8],
  [4, 8],
  [6, 16],
  [128, 16],
])('the ring for %i CPUs has %i MiB', (count, mebibytes) => {
  expect(ringBytes(count)).toBe(mebibytes * 2 ** 20)
})

const urlOf = (path: string): string => new URL(`../../../../src/${path}`, import.meta.url).href

/** Traces its own connections, in rounds, through a ring that all of them together go around many times. */
const rounds = `
  import { statSync } from 'node:fs'
  import { connect, createServer } from 'node:net'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { libraryCandidates, loadLibbpf } from '${urlOf('native/libbpf/library.ts')}'
  import { TcpTracer } from '${urlOf('probe/connections/sources/ebpf/tracer.ts')}'
  const { functions } = loadLibbpf(libraryCandidates(process.env, '${checkout}'))
  const tracer = new TcpTracer(functions, statSync('/proc/self/ns/pid').ino, { ringBytes: 2 ** 16 })
  const server = createServer((socket) => socket.resume().on('error', () => {}))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const connectOnce = () =>
    new Promise((resolve, reject) => {
      const socket = connect(server.address().port, '127.0.0.1', () => socket.end())
      socket.resume().on('close', resolve).on('error', reject)
    })
  const kinds = { connected: 0, accepted: 0 }
  let isInOrder = true
  const drain = () => {
    const events = tracer.drain()
    for (const { kind } of events) if (kind in kinds) kinds[kind]++
    isInOrder &&= events.every(({ timeMs }, i) => i === 0 || timeMs >= events[i - 1].timeMs)
  }
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 20; i++) await connectOnce()
    drain()
  }
  // the newest of them wait for the drain after
  await sleep(20)
  drain()
  console.log(JSON.stringify({ ...kinds, isInOrder, lost: tracer.counters().lost }))
  tracer.close()
  server.close()`

const [CLIENTS, EACH, WALKS] = [3, 2500, 100]

/** Traces short connections, and walks over counters all the while. */
const walks = `
  import { statSync } from 'node:fs'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { libraryCandidates, loadLibbpf } from '${urlOf('native/libbpf/library.ts')}'
  import { TcpTracer } from '${urlOf('probe/connections/sources/ebpf/tracer.ts')}'
  import { startResettingClient, startSink } from '${new URL('../../../support/machine/network/short-traffic.ts', import.meta.url).href}'
  const { functions } = loadLibbpf(libraryCandidates(process.env, '${checkout}'))
  // A walk visits each slot of the map, so there are more walks over a small one.
  const tracer = new TcpTracer(functions, statSync('/proc/self/ns/pid').ino, { stateEntries: 1024 })
  const sink = await startSink()
  const clients = Array.from({ length: ${CLIENTS} }, () => startResettingClient(sink.port))
  const pids = new Set(clients.map(({ pid }) => pid))
  const open = new Set()
  let connected = 0
  const take = (events) => {
    for (const event of events) {
      if (event.kind === 'closed') open.delete(event.socket)
      if (event.kind !== 'connected' || !pids.has(event.process.pid)) continue
      connected += 1
      open.add(event.socket)
    }
  }
  let isDone = false
  const done = Promise.all(clients.map((client) => client.ask('${EACH}'))).then(() => {
    isDone = true
  })
  // As often as it goes: a socket that closes, while the walk is at it, makes room for another one.
  while (!isDone) {
    for (let i = 0; i < ${WALKS}; i++) take(tracer.walkCounters().counters)
    take(tracer.drain())
    await new Promise(setImmediate)
  }
  await done
  await sleep(20)
  take(tracer.drain())
  const { lost, stateFull } = tracer.counters()
  console.log(JSON.stringify({ connected, open: open.size, lost, stateFull }))
  tracer.close()
  for (const client of clients) await client.end()
  await sink.kill()`

describeWith(['root', 'ebpf'], 'the tracer of a pid namespace', () => {
  /** What a program prints in a pid namespace of its own: what else runs on the machine would need room in its ring and its map. */
  const alone = async (program: string): Promise<unknown> => {
    const command = [
      ...['--pid', '--fork', '--mount-proc', '--kill-child'],
      ...[process.execPath, '--input-type=module', '-e', program],
    ]
    const { stdout } = await promisify(execFile)('unshare', command)
    return JSON.parse(stdout)
  }

  it('reads all that comes through a ring so small that it goes around many times', async () => {
    expect(await alone(rounds)).toEqual({ connected: 800, accepted: 800, isInOrder: true, lost: 0 })
  })

  it('loses none of many short connections to the walks over counters', async () => {
    expect(await alone(walks)).toEqual({ connected: CLIENTS * EACH, open: 0, lost: 0, stateFull: 0 })
  })
})

/** Prints its port, and accepts no connection before it is asked to: until then two wait, and others try again and again. */
const FULL = `use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die; print $l->sockport, "\\n";
<STDIN>; while (my $c = $l->accept) { push @held, $c }`

/** Listens with a backlog, and accepts as many as it is told. */
const FULL_OF = `use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(Listen => $ARGV[0], LocalAddr => '127.0.0.1') or die; print $l->sockport, "\\n";
while (my $n = <STDIN>) { push @held, $l->accept for 1 .. $n; print "accepted\\n" }`

/** The programs as they are loaded, attached by a test that lets them miss something. */
const loadPrograms = () => {
  const size = 2 ** 20
  const programs = BpfObject.open(
    loadLibbpf(libraryCandidates(process.env, checkout)).functions,
    fileURLToPath(new URL('../../../../bpf/prebuilt/tcp.bpf.o', import.meta.url)),
  )
  programs.setConstants(new Uint8Array(Uint32Array.of(statSync('/proc/self/ns/pid').ino).buffer))
  programs.setMaxEntries('records', size)
  programs.load()
  const ring = new RingBuffer(programs.mapFd('records'), size)
  const attach = () => ['set_state', 'set_state_twin'].map((name) => programs.attach(name))
  return { programs, ring, attach }
}

describeWith(
  ['root', 'ebpf'],
  'a connection of which the programs saw the beginning and the end, and not that it opened',
  () => {
    it('is told when it closes', async () => {
      const { programs, ring, attach } = loadPrograms()
      const attached = attach()
      const server = startProgram(['perl', '-e', FULL])
      const port = Number(await server.ask(''))
      const queued = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
      await Promise.all(queued.map((socket) => once(socket, 'connect')))
      const waiting = connect(port, '127.0.0.1')
      const synSent = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} 02 `)
      await eventually('it to wait', () => synSent.test(readFileSync('/proc/net/tcp', 'utf8')))
      for (const { detach } of attached) detach()
      void server.ask('accept').catch(() => {})
      const events: ConnectionEvent[] = []
      // The kernel may try again only after seconds, and others on the machine use the ring meanwhile.
      const take = (): void =>
        ring.drain((view, at, length) => {
          const event = readRecord(view, at, length)
          if (event !== undefined) events.push(event)
        })
      await eventually('it to be connected', () => {
        take()
        return !waiting.connecting
      })
      attach()
      const { localPort } = waiting
      waiting.destroy()
      // Another socket of the machine may have the same port.
      const isOurs = (event: ConnectionEvent): boolean =>
        'localPort' in event && event.localPort === localPort && event.remotePort === port
      await eventually('its end', () => {
        take()
        const opened = events.find(isOurs)
        return events.some(({ kind, socket }) => kind === 'closed' && socket === opened?.socket)
      })
      expect(events.filter(isOurs)).toMatchObject([
        { kind: 'held', role: 'client', remotePort: port, process: { pid: process.pid } },
      ])
      for (const socket of queued) socket.destroy()
      await server.kill()
      ring.close()
      programs.close()
    })
  },
)

describeWith(['root', 'ebpf'], 'a connection of which the programs did not see that it closed', () => {
  it('is told as closed by the walks over counters', async () => {
    const { programs, ring, attach } = loadPrograms()
    const attached = attach()
    const counters = programs.iterator('moved_counters', 'states')
    const server = createServer((socket) => socket.resume().on('error', () => {}))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = connect((server.address() as { port: number }).port, '127.0.0.1')
    await once(client, 'connect')
    const { localPort } = client
    const opened: ConnectionEvent[] = []
    await eventually('its beginning', () => {
      ring.drain((view, at, length) => {
        const event = readRecord(view, at, length)
        if (event?.kind === 'connected' && event.localPort === localPort) opened.push(event)
      })
      return opened.length > 0
    })
    for (const { detach } of attached) detach()
    client.end().resume()
    await once(client, 'close')
    const closed: ConnectionEvent[] = []
    await eventually('its end', () => {
      const bytes = counters.walk()
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let at = 0; at + HEAD_BYTES <= bytes.length; at += walkedBytes(view, at)) {
        const event = readRecord(view, at, walkedBytes(view, at))
        if (event?.kind === 'closed' && event.socket === opened[0]?.socket) closed.push(event)
      }
      return closed.length > 0
    })
    expect(closed).toHaveLength(1)
    server.close()
    ring.close()
    programs.close()
  })
})

describeWith(['root', 'ebpf'], 'the tracer', () => {
  let server: Server
  let port: number
  let accepted: number
  let tracer: TcpTracer

  const trace = (size: Partial<TracerSize> = {}): TcpTracer =>
    new TcpTracer(
      loadLibbpf(libraryCandidates(process.env, checkout)).functions,
      statSync('/proc/self/ns/pid').ino,
      size,
    )
  const ours = (events: readonly ConnectionEvent[], kind: 'connected' | 'accepted') =>
    events.filter((event) => event.kind === kind && event.process.pid === process.pid).length

  beforeEach(async () => {
    accepted = 0
    server = createServer((socket) => {
      accepted += 1
      socket.resume().on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as { port: number }).port
  })
  afterEach(() => {
    tracer.close()
    server.close()
  })

  it('tells the counters of all sockets that moved, of however many', async () => {
    const [SOCKETS, BYTES] = [800, 10]
    let received = 0
    server.on('connection', (socket) =>
      socket.on('data', ({ length }: Buffer) => {
        received += length
      }),
    )
    tracer = trace()
    const clients = Array.from({ length: SOCKETS }, () => connect(port, '127.0.0.1'))
    const opened: ConnectionEvent[] = []
    // Again and again: others on the machine use the ring, too.
    const take = () => {
      for (const event of tracer.drain())
        if (event.kind === 'connected' && event.remotePort === port) opened.push(event)
    }
    await eventually('all to be accepted', () => {
      take()
      return accepted === SOCKETS
    })
    await sleep(20)
    take()
    expect(opened).toHaveLength(SOCKETS)
    for (const client of clients) client.write(Buffer.alloc(BYTES))
    await eventually('all bytes', () => received === SOCKETS * BYTES)
    const sent = new Map(
      tracer
        .walkCounters()
        .counters.flatMap((event) =>
          event.kind === 'counters' ? [[event.socket, event.counters.bytesSent]] : [],
        ),
    )
    expect(opened.filter(({ socket }) => sent.get(socket) !== BYTES)).toEqual([])
    for (const client of clients) client.destroy()
  })

  it('tells the connections that wait to be accepted, and of a long queue the first', async () => {
    tracer = trace()
    const full = startProgram(['perl', '-e', FULL_OF, '300'])
    const fullPort = Number(await full.ask(''))
    const inQueue = () => tracer.walkCounters().waiting.filter(({ localPort }) => localPort === fullPort)
    expect(inQueue()).toEqual([])
    const clients = Array.from({ length: 250 }, () => connect(fullPort, '127.0.0.1').on('error', () => {}))
    await eventually('all to be connected', () => clients.every(({ connecting }) => !connecting))
    // The kernel takes in the last of them a moment later.
    const waitUntil = (count: number) =>
      eventually(`${count} to wait`, () => {
        const waiting = inQueue()
        return waiting.length === count && waiting
      })
    const listening = [...tracer.walkHeldSockets()].find(
      (event) => event.kind === 'listening' && event.localPort === fullPort,
    )
    const found = await waitUntil(200)
    expect(found[0]).toMatchObject({
      ...{ kind: 'waiting', socket: listening?.socket, process: { pid: full.pid, comm: 'perl' } },
      ...{ localIp: '127.0.0.1', localPort: fullPort, remoteIp: '127.0.0.1' },
    })
    const ports = new Set(clients.map(({ localPort }) => localPort))
    expect(found.filter(({ remotePort }) => !ports.has(remotePort))).toEqual([])
    expect(new Set(found.map(({ remotePort }) => remotePort)).size).toBe(200)
    expect(await full.ask('100')).toBe('accepted')
    await waitUntil(150)
    expect(await full.ask('150')).toBe('accepted')
    await waitUntil(0)
    for (const client of clients) client.destroy()
    await full.kill()
  })

  it('counts what found no room, and a walk over open files still finds the sockets', async () => {
    tracer = trace({ ringBytes: 2 ** 12 })
    const clients = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    await eventually(
      'all to be accepted',
      () => accepted === 100 && clients.every((client) => !client.connecting),
    )
    const read = tracer.drain()
    expect(tracer.counters().lost).toBeGreaterThan(0)
    expect(ours(read, 'connected')).toBeLessThan(100)
    const held = tracer.walkHeldSockets()
    const ends = held.filter(
      (event) =>
        event.kind === 'held' &&
        event.process.pid === process.pid &&
        (event.localPort === port || event.remotePort === port),
    )
    expect(ends).toHaveLength(200)
    for (const client of clients) client.destroy()
  })

  it('counts the sockets that its map has no room for; they are found again, and the source says that it is partial', async () => {
    tracer = trace({ stateEntries: 16 })
    const { table: t } = table()
    const source = new EbpfSource(tracer, defaultPace)
    source.start(t)
    const clients = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    await eventually('all to be accepted', () => accepted === 100)
    const open = () => {
      source.refresh()
      t.settle(monotonicMs())
      const ours = [...t.tallies].filter(
        (r) => r.identity.client?.pid === process.pid && r.identity.serverPort === port,
      )
      return ours.reduce((sum, { totals }) => sum + totals.open, 0)
    }
    await eventually('all to be found', () => open() === 100)
    expect(tracer.counters().stateFull).toBeGreaterThan(0)
    expect(source.status()).toMatchObject({ state: 'degraded', reason: expect.stringMatching(/partial/) })
    for (const client of clients) client.destroy()
    source.stop()
    tracer = trace()
  })

  it('can be started and stopped over and over without leaving anything', () => {
    const descriptors = () => statSync('/proc/self/fd').size
    tracer = trace()
    tracer.close()
    const before = descriptors()
    for (let i = 0; i < 5; i++) {
      tracer = trace()
      tracer.walkHeldSockets()
      tracer.close()
    }
    expect(descriptors()).toBe(before)
    tracer = trace()
  })
})
