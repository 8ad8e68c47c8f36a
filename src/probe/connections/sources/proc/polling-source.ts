import { type Guard, unguarded } from '../../../../log/faults.ts'
import type { TcpLine } from '../../../../sockets/net-tcp.ts'
import { isSameProcess } from '../../../process/directory.ts'
import type { ConnectionEvent, SocketCounters } from '../events.ts'
import { cpuMs, monotonicMs } from '../monotonic.ts'
import type { ConnectionSink, ConnectionSource, SourceStatus } from '../source.ts'
import { type OpenSocket, openSockets, serverSides } from './open-sockets.ts'
import { likeliestFirst, type RunningProgram, RunningPrograms } from './running-programs.ts'
import { type SocketOwner, SocketOwners } from './socket-owners.ts'

/** `/proc` does not show how many bytes a connection carried. */
const UNKNOWN: SocketCounters = {
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  rttUs: 0,
  smoothedRttUs: 0,
}

const MAX_WAIT_MS = 10_000

/** Options for polling. */
export interface PollingOptions {
  readonly procRoot: string
  /** Why eBPF is not used; the status gives it before what polling cannot see. */
  readonly because: string
  readonly intervalMs?: number
  /** Share of one CPU core that polling may use. */
  readonly budget?: number
  /** Catches and records what a poll throws that a timer started; by default nothing is caught. */
  readonly guard?: Guard
}

/** What was last reported about a socket. */
interface Told {
  readonly state: TcpLine['state']
  readonly owner: SocketOwner
}

/**
 * Connections found by polling `/proc/PID/net/tcp` and `tcp6`, once per network namespace and poll. Connections that
 * open and close between two polls are not seen; neither are bytes, failures and round trips.
 */
export class PollingSource implements ConnectionSource {
  readonly mode = 'proc'
  readonly #options: PollingOptions
  readonly #programs: RunningPrograms
  readonly #owners: SocketOwners
  readonly #intervalMs: number
  readonly #budget: number
  #waitMs: number
  readonly #told = new Map<number, Told>()
  #sink: ConnectionSink | undefined
  #timer: NodeJS.Timeout | undefined
  #first = true
  /** Sockets that were open at the first poll, and whose holder has not been found yet. */
  readonly #older = new Set<number>()
  #polls = 0
  #denied = 0
  #unattributed = 0
  #lastFullPassMs = 0

  constructor(options: PollingOptions) {
    this.#options = options
    this.#intervalMs = options.intervalMs ?? 1000
    this.#budget = options.budget ?? 0.02
    this.#waitMs = this.#intervalMs
    this.#programs = new RunningPrograms(options.procRoot)
    this.#owners = new SocketOwners(options.procRoot)
  }

  start(sink: ConnectionSink): void {
    this.#sink = sink
    this.#pollAndWait()
  }

  /** Does nothing: a poll is too expensive to be made for each report. */
  flush(): void {}

  refresh(): void {}

  /** Does nothing: each poll looks for new holders of the listening sockets of ended processes anyway. */
  lookAgain(): void {}

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

  /**
   * Polls, and plans the next poll. When a poll is expensive (large tables, many namespaces), the next one comes later,
   * to stay within the CPU budget.
   */
  #pollAndWait(): void {
    const { guard = unguarded } = this.#options
    const startedMs = cpuMs()
    try {
      this.#poll()
    } finally {
      const tookMs = cpuMs() - startedMs
      // The first poll reads every process, so its cost says nothing about later ones.
      this.#waitMs = Math.min(
        MAX_WAIT_MS,
        Math.max(this.#intervalMs, this.#polls > 1 ? tookMs / this.#budget : 0),
      )
      this.#timer = setTimeout(() => guard('poll', () => this.#pollAndWait()), this.#waitMs)
    }
  }

  #poll(): void {
    const timeMs = monotonicMs()
    const programs = this.#programs.read()
    const byPid = new Map(programs.map((program) => [program.pid, program]))
    const sockets = openSockets(this.#options.procRoot, programs)
    const gone = this.#gone(sockets, timeMs)
    const found: ConnectionEvent[] = []
    this.#forgetEndedListeners(sockets, byPid)
    this.#findOwners(sockets, programs)
    const isServerSide = serverSides(sockets.values())
    this.#unattributed = 0
    for (const [inode, socket] of sockets) {
      const { state } = socket.line
      const told = this.#told.get(inode)
      if (told && state !== 'listening') continue
      const owner = this.#owners.ownerOf(inode)
      const program = owner && byPid.get(owner.pid)
      if (!program) {
        if (this.#first) this.#older.add(inode)
        this.#unattributed += 1
        continue
      }
      if (told && isSameProcess(told.owner, program)) continue
      this.#told.set(inode, { state, owner: program })
      found.push(this.#event(inode, socket, program, isServerSide(socket), timeMs))
    }
    this.#polls += 1
    this.#first = false
    // Listening sockets show which side of a connection is the server's, so they come before connections. Those that are gone come
    // first: a namespace may have got the inode of one that has ended.
    found.sort((a, b) => Number(b.kind === 'listening') - Number(a.kind === 'listening'))
    this.#sink?.apply([...gone, ...found])
  }

  #gone(sockets: ReadonlyMap<number, OpenSocket>, timeMs: number): ConnectionEvent[] {
    const events: ConnectionEvent[] = []
    for (const [socket, { state }] of this.#told) {
      if (sockets.has(socket)) continue
      this.#told.delete(socket)
      events.push({ kind: state === 'connected' ? 'closed' : 'unlistened', timeMs, socket })
    }
    for (const socket of this.#older) if (!sockets.has(socket)) this.#older.delete(socket)
    this.#owners.retain(new Set(sockets.keys()))
    return events
  }

  #event(
    socket: number,
    { line, netns }: OpenSocket,
    { pid, startTicks, comm }: RunningProgram,
    isServerSide: boolean,
    timeMs: number,
  ): ConnectionEvent {
    const { localIp, localPort, remoteIp, remotePort } = line
    const process = { pid, startTicks, comm, cgroupId: 0, netns }
    const common = { timeMs, socket, process, netns, localIp, localPort, remoteIp, remotePort }
    if (line.state === 'listening') return { kind: 'listening', ...common }
    if (this.#older.delete(socket) || this.#first)
      return { kind: 'held', role: 'unknown', counters: UNKNOWN, ...common }
    return { kind: isServerSide ? 'accepted' : 'connected', counters: UNKNOWN, ...common }
  }

  /**
   * Forgets the owners of listening sockets that have ended, so that the next holder is found: a daemon may start to
   * listen, then fork, and the parent exits.
   */
  #forgetEndedListeners(
    sockets: ReadonlyMap<number, OpenSocket>,
    byPid: ReadonlyMap<number, RunningProgram>,
  ): void {
    for (const [inode, { line }] of sockets) {
      const owner = line.state === 'listening' ? this.#owners.ownerOf(inode) : undefined
      const program = owner && byPid.get(owner.pid)
      if (owner && !(program && isSameProcess(program, owner))) this.#owners.forget(inode)
    }
  }

  #findOwners(sockets: ReadonlyMap<number, OpenSocket>, programs: readonly RunningProgram[]): void {
    const startedMs = cpuMs()
    const wanted = new Set([...sockets.keys()].filter((inode) => !this.#owners.ownerOf(inode)))
    const budgetMs = this.#intervalMs * this.#budget
    // The first poll makes one full pass regardless of the budget, to find what was open before.
    const outOfTime = this.#first ? () => false : () => cpuMs() - startedMs > budgetMs
    const candidates = likeliestFirst(programs, this.#owners.countByPid())
    const search = this.#owners.search(wanted, candidates, outOfTime)
    this.#denied = search.denied
    if (search.complete) this.#lastFullPassMs = monotonicMs()
    const found = [...wanted].filter((inode) => sockets.get(inode)?.line.state === 'listening')
    this.#owners.preferParents(found, programs)
  }
}
