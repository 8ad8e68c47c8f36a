import { readFileSync } from 'node:fs'
import { type Guard, unguarded } from '../../../../log/faults.ts'
import type { ProcessRef } from '../../../process/directory.ts'
import { createProcessReader, type ProcessReader } from '../../../process/reader.ts'
import { isKernelThread, isZombie } from '../../../process/stat.ts'
import type { ConnectionEvent, SocketCounters, SocketTuple } from '../events.ts'
import { cpuMs, monotonicMs } from '../monotonic.ts'
import type { ConnectionSink, ConnectionSource, SourceStatus } from '../source.ts'
import { parseNetTcp, type TcpLine } from './net-tcp.ts'
import { type Candidate, SocketOwners } from './socket-owners.ts'

/** `/proc` tells nothing of what a connection carried. */
const UNKNOWN: SocketCounters = { bytesSent: 0, bytesReceived: 0, retransmits: 0, rttUs: 0 }

const NETNS_READINGS = 10
const MAX_WAIT_MS = 10_000

/** How the polling runs. */
export interface PollingOptions {
  readonly procRoot: string
  /** Why there is nothing better; goes before what polling cannot see. */
  readonly because: string
  readonly intervalMs?: number
  /** Share of one core that polling may take. */
  readonly budget?: number
  /** Keeps what a poll throws that a timer has begun; by default nothing does. */
  readonly guard?: Guard
}

interface Socket {
  readonly line: TcpLine
  readonly netns: number
}

interface Process extends Candidate {
  readonly netns: number
  readonly comm: string
}

/**
 * Connections by polling `/proc/PID/net/tcp` and `tcp6`, once per network namespace and poll. What opens and closes between two
 * polls is not seen, and neither are bytes, failures and round trips.
 */
export class PollingSource implements ConnectionSource {
  readonly mode = 'proc'
  readonly #options: PollingOptions
  readonly #reader: ProcessReader
  readonly #owners: SocketOwners
  readonly #intervalMs: number
  readonly #budget: number
  #waitMs: number
  readonly #told = new Map<number, 'connected' | 'listening'>()
  readonly #netnsOfPid = new Map<string, { netns: number; readings: number }>()
  #sink: ConnectionSink | undefined
  #timer: NodeJS.Timeout | undefined
  #first = true
  #polls = 0
  #denied = 0
  #unattributed = 0
  #lastFullPassMs = 0

  constructor(options: PollingOptions) {
    this.#options = options
    this.#intervalMs = options.intervalMs ?? 1000
    this.#budget = options.budget ?? 0.02
    this.#waitMs = this.#intervalMs
    this.#reader = createProcessReader(options.procRoot)
    this.#owners = new SocketOwners(options.procRoot)
  }

  start(sink: ConnectionSink): void {
    this.#sink = sink
    this.#pollAndWait()
  }

  /** A poll is too dear to be made for each report. */
  flush(): void {}

  refresh(): void {}

  status(): SourceStatus {
    const blind = this.#denied > 0 ? `; the sockets of ${this.#denied} processes may not be read` : ''
    return {
      state: 'degraded',
      reason: `${this.#options.because}; polling /proc instead: connections shorter than ${(this.#waitMs / 1000).toFixed(0)} s, failures and bytes are not seen${blind}`,
      counters: {
        polls: this.#polls,
        unattributed: this.#unattributed,
        secondsSinceFullPass: Math.round((monotonicMs() - this.#lastFullPassMs) / 1000),
      },
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#sink = undefined
  }

  /** Where a poll is dear (large tables, many namespaces), the next one comes later, so that the budget holds. */
  #pollAndWait(): void {
    const { guard = unguarded } = this.#options
    const startedMs = cpuMs()
    try {
      this.#poll()
    } finally {
      const tookMs = cpuMs() - startedMs
      // the first poll looks at everything, and is no measure of those to come
      this.#waitMs = Math.min(
        MAX_WAIT_MS,
        Math.max(this.#intervalMs, this.#polls > 1 ? tookMs / this.#budget : 0),
      )
      this.#timer = setTimeout(() => guard('poll', () => this.#pollAndWait()), this.#waitMs)
    }
  }

  #poll(): void {
    const startedMs = monotonicMs()
    const processes = this.#processes()
    const sockets = this.#sockets(processes)
    const events: ConnectionEvent[] = []
    for (const [inode, state] of this.#told) {
      if (sockets.has(inode)) continue
      this.#told.delete(inode)
      events.push({ kind: state === 'connected' ? 'closed' : 'unlistened', timeMs: startedMs, socket: inode })
    }
    this.#owners.retain(new Set(sockets.keys()))
    this.#findOwners(sockets, processes)
    const byPid = new Map(processes.map((process) => [process.pid, process]))
    const doors = new Set<string>()
    for (const { line, netns } of sockets.values())
      if (line.state === 'listening') doors.add(door(netns, line.localPort))
    this.#unattributed = 0
    for (const [inode, socket] of sockets) {
      if (this.#told.has(inode)) continue
      const owner = this.#owners.ownerOf(inode)
      const process = owner && byPid.get(owner.pid)
      if (!process) {
        this.#unattributed += 1
        continue
      }
      this.#told.set(inode, socket.line.state)
      events.push(this.#event(inode, socket, process, doors, startedMs))
    }
    this.#polls += 1
    this.#first = false
    // who listens tells which side of a connection is the server's, so it comes first
    events.sort((a, b) => Number(b.kind === 'listening') - Number(a.kind === 'listening'))
    this.#sink?.apply(events)
  }

  #event(
    inode: number,
    { line, netns }: Socket,
    process: Process,
    doors: ReadonlySet<string>,
    timeMs: number,
  ): ConnectionEvent {
    const tuple: SocketTuple = {
      netns,
      localIp: line.localIp,
      localPort: line.localPort,
      remoteIp: line.remoteIp,
      remotePort: line.remotePort,
    }
    const ref: ProcessRef = {
      pid: process.pid,
      startTicks: process.startTicks,
      comm: process.comm,
      cgroupId: 0,
      netns,
    }
    const common = { timeMs, socket: inode, process: ref, ...tuple }
    if (line.state === 'listening') return { kind: 'listening', ...common }
    if (this.#first) return { kind: 'held', role: 'unknown', counters: UNKNOWN, ...common }
    const kind = doors.has(door(netns, line.localPort)) ? 'accepted' : 'connected'
    return { kind, counters: UNKNOWN, ...common }
  }

  /** Running programs, those first that most likely hold a new socket. */
  #processes(): Process[] {
    const processes: Process[] = []
    const seen = new Set<string>()
    for (const pid of this.#reader.pids()) {
      const stat = this.#reader.stat(pid)
      if (!stat || isKernelThread(stat) || isZombie(stat)) continue
      const identity = `${pid}:${stat.startTicks}`
      seen.add(identity)
      const netns = this.#netns(pid, identity)
      processes.push({ pid, startTicks: stat.startTicks, comm: stat.comm, netns })
    }
    for (const identity of this.#netnsOfPid.keys()) if (!seen.has(identity)) this.#netnsOfPid.delete(identity)
    return likeliestFirst(processes, this.#owners.countByPid())
  }

  /** A process enters its namespace, if another than its parent's, soon after it starts. */
  #netns(pid: number, identity: string): number {
    const known = this.#netnsOfPid.get(identity)
    if (known && known.readings >= NETNS_READINGS) return known.netns
    const netns = this.#reader.netns(pid) ?? known?.netns ?? 0
    this.#netnsOfPid.set(identity, { netns, readings: (known?.readings ?? 0) + 1 })
    return netns
  }

  #sockets(processes: readonly Process[]): Map<number, Socket> {
    const oneOfEach = new Map<number, number>()
    for (const { pid, netns } of processes) if (netns !== 0) oneOfEach.set(netns, pid)
    const sockets = new Map<number, Socket>()
    for (const [netns, pid] of oneOfEach)
      for (const file of ['tcp', 'tcp6'])
        for (const line of parseNetTcp(this.#read(`${this.#options.procRoot}/${pid}/net/${file}`)))
          sockets.set(line.inode, { line, netns })
    return sockets
  }

  #findOwners(sockets: ReadonlyMap<number, Socket>, processes: readonly Process[]): void {
    const startedMs = cpuMs()
    const wanted = new Set([...sockets.keys()].filter((inode) => !this.#owners.ownerOf(inode)))
    const budgetMs = this.#intervalMs * this.#budget
    // what was there before is worth one full pass at once
    const outOfTime = this.#first ? () => false : () => cpuMs() - startedMs > budgetMs
    const search = this.#owners.search(wanted, processes, outOfTime)
    this.#denied = search.denied
    if (search.complete) this.#lastFullPassMs = monotonicMs()
  }

  /** The process may have gone, or IPv6 be off. */
  #read(path: string): string {
    try {
      return readFileSync(path, 'latin1')
    } catch {
      return ''
    }
  }
}

const door = (netns: number, port: number): string => `${netns}:${port}`

/** As old as that, a process has made the connections that its start asks for. */
const YOUNG_TICKS = 3000

/** Young ones, then those with the most sockets; of those alike the newest. */
const likeliestFirst = (processes: readonly Process[], sockets: ReadonlyMap<number, number>): Process[] => {
  const newestTicks = processes.reduce((newest, { startTicks }) => Math.max(newest, startTicks), 0)
  const isYoung = ({ startTicks }: Process): boolean => newestTicks - startTicks < YOUNG_TICKS
  const held = ({ pid }: Process): number => sockets.get(pid) ?? 0
  return processes.toSorted(
    (a, b) => Number(isYoung(b)) - Number(isYoung(a)) || held(b) - held(a) || b.startTicks - a.startTicks,
  )
}
