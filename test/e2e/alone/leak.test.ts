import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, openMatrix } from '../../support/scope/matrix.ts'

/** At most 8,000 at a time: the kernel's queues and the state map are given time to empty. */
const ROUND = 8000
const TOTAL = 100_000
const CLIENTS = 4

/** Accepts and reads until the other side closes. */
const SERVER = `
use strict; use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(Listen => 1024, LocalAddr => '127.0.0.1') or die; print $l->sockport, "\\n";
while (1) { my $c = $l->accept or next; sysread($c, my $b, 1); close $c }`

/** Makes as many connections as a line says. Each is reset when it is closed, so that it leaves no TIME_WAIT. */
const CLIENT = `
use strict; use Socket; $| = 1; my $to = sockaddr_in($ARGV[0], inet_aton('127.0.0.1'));
while (my $count = <STDIN>) {
  for (1 .. $count) {
    socket(my $s, PF_INET, SOCK_STREAM, 0) or die; setsockopt($s, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die;
    connect($s, $to) or die "connect: $!"; close $s;
  }
  print "done\\n";
}`

describeWith(['root', 'ebpf'], 'a hundred thousand connections', () => {
  let matrix: Matrix
  let server: Program
  let port: number
  let clients: Program[]

  beforeAll(async () => {
    matrix = await openMatrix('ebpf')
    server = startProgram(['perl', '-e', SERVER])
    port = Number(await server.ask(''))
    clients = Array.from({ length: CLIENTS }, () => startProgram(['perl', '-e', CLIENT, String(port)]))
  })
  afterAll(async () => {
    await Promise.all(clients?.map((client) => client.end()) ?? [])
    await server?.kill()
    await matrix?.close()
  })

  const status = async () => {
    const [probe] = await matrix.scope.get<ProbeSummary[]>('/api/probes')
    const connections = probe?.collectors.find(({ id }) => id === 'connections')
    if (!connections) throw new Error('no collector of connections')
    return { ...connections.counters, reason: connections.reason } as Record<string, number> & {
      reason: string
    }
  }
  const held = async () => {
    const pid = await matrix.scope.pidOf('probe')
    const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
    return {
      files: readdirSync(`/proc/${pid}/fd`).length,
      pssBytes: 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(memory)?.[1]),
    }
  }
  /** The sum over all clients. */
  const counted = async () => {
    const { edges } = await matrix.scope.view('processes')
    const found = Object.values(edges).filter((e) => e.target === matrix.processId(server.pid))
    const sum = (field: 'open' | 'opened' | 'closed' | 'failed') =>
      found.reduce((total, e) => total + e[field], 0)
    return { edges: found.length, open: sum('open'), opened: sum('opened'), closed: sum('closed') }
  }
  let made = 0
  const round = async (count: number) => {
    await Promise.all(clients.map((client) => client.ask(String(count / CLIENTS))))
    made += count
    let now = await counted()
    try {
      return await eventually('all of them', async () => {
        now = await counted()
        return now.closed >= made && now
      })
    } catch (cause) {
      const seen = `${JSON.stringify(now)}, ${JSON.stringify(await status())}`
      throw new Error(`of ${made} connections were counted ${seen}`, { cause })
    }
  }

  it('are counted to the last, and leave nothing behind', async () => {
    await round(ROUND)
    const [before, atFirst] = [await held(), await status()]
    while (made < TOTAL) {
      const now = await round(Math.min(ROUND, TOTAL - made))
      expect(now).toEqual({ edges: CLIENTS, open: 0, opened: made, closed: made })
    }
    const after = await eventually('the table to let go of them', async () => {
      const now = await status()
      return (now.tracked ?? 0) <= Math.max(200, (atFirst.tracked ?? 0) * 1.5) && now
    })
    expect(after).toMatchObject({ lost: 0, stateFull: 0 })
    const now = await held()
    expect(now.files).toBeLessThanOrEqual(before.files + 5)
    expect(now.pssBytes / before.pssBytes).toBeLessThan(1.5)
  })
})
