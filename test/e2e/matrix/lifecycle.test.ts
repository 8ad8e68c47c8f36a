import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Edge } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { startListeners } from '../../support/machine/network/short-traffic.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { takePid } from '../../support/machine/taken-pid.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const CALLS = 3
/** Seconds without a word after which an edge is told as resting. */
const RESTS_SECONDS = 15

const CONNECT = `use Socket; sub to { socket(my $s, PF_INET, SOCK_STREAM, 0) or die; connect($s, sockaddr_in($_[0], inet_aton('127.0.0.1'))) or die $!; $s }`

/** Connects, and exits with the connection open. */
const AT_ONCE = `${CONNECT} $s = to($ARGV[0]); exit`

/** Connects in as many children as told, each of which exits at once. */
const CHILDREN = `${CONNECT} for (1 .. $ARGV[1]) { if (!fork) { to($ARGV[0]); exit } wait }`

/** Connects, and becomes \`sleep\` with the connection open. */
const EXEC = `${CONNECT} use Fcntl; $s = to($ARGV[0]); fcntl($s, F_SETFD, 0); exec 'busybox', 'sleep', '1000'`

/** Connects, forks and ends: the child holds the connection. */
const FORKED = `${CONNECT} $| = 1; $s = to($ARGV[0]); if ($p = fork) { print "$p\\n"; exit } sleep 1000`

/** Connects by a name of its own, and exits. */
const EARLIER = `${CONNECT} $0 = 'earlier'; my $s = to($ARGV[0]); exit`

/** Connects by another name, and stays. */
const LATER = `${CONNECT} $0 = 'later'; my $s = to($ARGV[0]); sleep 1000`

/** A tick of 10 ms, in which the kernel tells start times, and some. */
const TICK_MS = 100

const lives = (mode: Mode) => () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix(mode)
  })
  afterAll(() => matrix?.close())

  it.concurrent('a process that becomes another program after it connected', async () => {
    const server = await startServer()
    const client = startProgram(['perl', '-e', EXEC, String(server.port)])
    const ends = { from: client.pid, to: server.pid, port: server.port }
    await matrix.edge({ ...ends, open: 1, opened: 1 })
    await eventually('its new name', async () => {
      const { nodes } = await matrix.scope.view('processes')
      return /busybox|sleep/.test(nodes[matrix.processId(client.pid)]?.label ?? '')
    })
    await matrix.edge({ ...ends, open: 1, opened: 1 })
    await client.kill('SIGKILL')
    await server.end()
  })

  it.concurrent('a process that leaves its connection to a child and ends', async () => {
    const server = await startServer()
    const client = startProgram(['perl', '-e', FORKED, String(server.port)])
    const child = Number(await client.ask(''))
    await matrix.edge({ from: child, to: server.pid, port: server.port, open: 1, opened: 1 }, 75_000)
    process.kill(child, 'SIGKILL')
    await server.end()
  })

  // Whoever only polls does not see connections that are as short.
  if (mode === 'proc') return

  it.concurrent('one that calls less often than edges rest is one edge with growing totals and a true beginning, that says when it rests, until the program ends', async () => {
    const server = await startServer()
    const client = await startClient()
    const ends = { from: client.pid, to: server.pid, port: server.port }
    const look = async (numbers: Partial<Edge>) => {
      const { found, sinceMs } = await matrix.reckoned(() => matrix.edge({ ...ends, ...numbers }))
      const { id, quietSeconds, firstSeen, lastSeen } = found
      return {
        id,
        quietSeconds,
        firstMs: Date.parse(firstSeen) - sinceMs,
        lastMs: Date.parse(lastSeen) - sinceMs,
      }
    }
    const seen: Awaited<ReturnType<typeof look>>[] = []
    for (let calls = 1; calls <= CALLS; calls++) {
      await client.ask(`burst 1 127.0.0.1 ${server.port}`)
      const edge = await look({ open: 0, opened: calls, closed: calls, failed: 0 })
      expect(edge.quietSeconds).toBeUndefined()
      seen.push(edge)
      if (calls === CALLS) break
      await eventually('the edge to rest', async () => {
        const now = await look({ opened: calls })
        return now.quietSeconds === RESTS_SECONDS && now.lastMs === edge.lastMs
      })
    }
    await matrix.edge({ ...ends, open: 0, opened: CALLS, closed: CALLS })
    expect(new Set(seen.map(({ firstMs }) => firstMs)).size).toBe(1)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
    await client.end()
    await eventually('the edge to go', async () => (await matrix.edgesOf(server.pid)).trim() === 'none')
    await server.end()
  })
}

const shortLives = () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix('ebpf')
  })
  afterAll(() => matrix?.close())

  it.concurrent('a client that exits at once', async () => {
    const server = await startServer()
    const client = startProgram(['perl', '-e', AT_ONCE, String(server.port)])
    await client.end()
    const numbers = { open: 0, opened: 1, closed: 1, failed: 0, bytesSent: 0, bytesReceived: 0 }
    const edge = await matrix.edge({ from: client.pid, to: server.pid, port: server.port, ...numbers })
    await eventually('its end', async () => {
      const { nodes } = await matrix.scope.view('processes')
      expect(nodes[edge.source]).toMatchObject({ label: 'perl', state: 'exited' })
      return true
    })
    await server.end()
  })

  it.concurrent('fifty that exit at once: each counted, few nodes', async () => {
    const { listeners, end } = await startListeners(1)
    const [listener] = listeners
    const client = startProgram(['perl', '-e', CHILDREN, String(listener?.port), '50'])
    await client.end()
    const endedMs = performance.now()
    const pid = listener?.pid ?? 0
    const target = matrix.processId(pid)
    const counted = async () => {
      const { edges, nodes } = await matrix.scope.view('processes')
      const found = Object.values(edges).filter((e) => e.target === target)
      const sum = (field: 'open' | 'opened' | 'closed' | 'failed') =>
        found.reduce((total, e) => total + e[field], 0)
      const names = new Set(found.map((e) => nodes[e.source]?.label))
      const total = {
        open: sum('open'),
        opened: sum('opened'),
        closed: sum('closed'),
        failed: sum('failed'),
      }
      return { ...total, names: [...names], areFew: found.length <= 9 }
    }
    const all = { open: 0, opened: 50, closed: 50, failed: 0, names: ['perl'], areFew: true }
    try {
      // One that is told as a half for a moment comes from an address.
      await eventually('all of them', async () => {
        expect(await counted()).toEqual(all)
        return true
      })
    } catch (cause) {
      // It tells where one was lost, by the kernel or by the probe, and for how long nothing has found it.
      const seconds = Math.round((performance.now() - endedMs) / 1000)
      const seen = [await matrix.edgesOf(pid), JSON.stringify(await matrix.tracing())].join('\n')
      throw new Error(`${seconds} s after they ended were seen\n${seen}`, { cause })
    }
    await end()
  })

  it.concurrent('one pid, two processes one after the other', async () => {
    const second = await startServer()
    /** Another program of the machine may get the pid between the two, and keep it. */
    const reuse = async () => {
      const first = await startServer()
      const earlier = startProgram(['perl', '-e', EARLIER, String(first.port)])
      try {
        expect(await earlier.ended).toBe(0)
        await sleep(TICK_MS)
        const later = await takePid(earlier.pid, ['perl', '-e', LATER, String(second.port)])
        return { first, later, pid: earlier.pid }
      } catch (error) {
        await first.end()
        throw error
      }
    }
    const { first, later, pid } = await eventually('a pid to be used again', reuse)
    const [former] = await Promise.all([
      // What has ended is told for 15 s, so it is looked for at once. It has another id from when the one that has its pid is known.
      eventually('the process before', async () => {
        const { edges, nodes } = await matrix.scope.view('processes')
        const found = Object.values(edges).filter((e) => e.target === matrix.processId(first.pid))
        const source = nodes[found[0]?.source ?? '']
        const isKnown = found.length === 1 && found[0]?.closed === 1 && source?.state === 'exited'
        return isKnown && source.id !== matrix.processId(pid) && source
      }),
      matrix.edge({ from: pid, to: second.pid, port: second.port, open: 1, opened: 1, closed: 0 }),
      eventually('its name', () => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('later')),
    ])
    expect(former).toMatchObject({ label: expect.stringMatching(/earlier|perl/), state: 'exited' })
    await later.end()
    await first.end()
    await second.end()
  })
}

describeWith(needsOf.ebpf, 'processes that change, traced', lives('ebpf'))
describeWith(needsOf.proc, 'processes that change, polled', lives('proc'))
describeWith(needsOf.ebpf, 'processes that end, traced', shortLives)
