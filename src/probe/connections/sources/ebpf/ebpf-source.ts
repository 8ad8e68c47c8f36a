import { type Guard, unguarded } from '../../../../log/faults.ts'
import { cpuMs, monotonicMs } from '../monotonic.ts'
import type { ConnectionSink, ConnectionSource, SourceStatus } from '../source.ts'
import type { TcpTracer, TracerCounters } from './tracer.ts'
import { type WalkPace, waitForWalkMs } from './walk-pace.ts'

/** How often the tracer walks over kernel objects. */
export interface EbpfSourceOptions {
  /** Walks over the counters of open sockets. */
  readonly counters: WalkPace
  /** Regular walks over all open files. */
  readonly heldSockets: WalkPace
  /** Walks over all open files that `lookAgain` asks for. */
  readonly heldSocketsAsked: WalkPace
}

/** A pace with little CPU use both on an idle machine and on one with 10,000 connections. */
export const defaultPace: EbpfSourceOptions = {
  counters: { everyMs: [900, 3000], budget: 0.003 },
  heldSockets: { everyMs: [10_000, 60_000], budget: 0.0005 },
  heldSocketsAsked: { everyMs: [1000, 60_000], budget: 0.005 },
}

/** As a guard is told of them. */
const jobs = {
  heldSockets: 'walk over all open files',
  counters: 'walk over the counters of open sockets',
  counts: 'read how many events were recorded and missed',
} as const

/** How long the status mentions that events were missed. */
const PARTIAL_MS = 60_000

/** Connections from the eBPF programs. The ring buffer is drained by `flush`, which the owner must call often. */
export class EbpfSource implements ConnectionSource {
  readonly mode = 'ebpf'
  readonly #tracer: TcpTracer
  readonly #pace: EbpfSourceOptions
  readonly #guard: Guard
  #sink: ConnectionSink | undefined
  /** When the last walk over open files succeeded; undefined before the first. */
  #lastWalkMs: number | undefined
  #repairs = 0
  #missed = 0
  #missedMs: number | undefined
  /** Something was missed since the last walk over open files. */
  #isRepairDue = false
  #walkTimer: NodeJS.Timeout | undefined
  /** The earliest time at which `lookAgain` may cause a walk over open files. */
  #walkAllowedMs = 0
  /** When the next walk over counters is due. */
  #countersDueMs = 0
  /** As last read; undefined when that has never succeeded. */
  #counts: TracerCounters | undefined

  /** @param guard catches what the walks throw, and reading counts: the next may succeed */
  constructor(tracer: TcpTracer, pace: EbpfSourceOptions = defaultPace, guard: Guard = unguarded) {
    this.#tracer = tracer
    this.#pace = pace
    this.#guard = guard
  }

  start(sink: ConnectionSink): void {
    this.#sink = sink
    this.#walkGuarded()
  }

  flush(): void {
    this.#sink?.apply(this.#tracer.drain())
  }

  /**
   * Reads the counters, and what waits to be accepted, just before a report is made, so that rates computed from reports
   * match the traffic.
   */
  refresh(): void {
    this.flush()
    const nowMs = monotonicMs()
    if (nowMs < this.#countersDueMs) return
    this.#guard(jobs.counters, () => this.#walkCounters(nowMs))
    this.#repair()
  }

  lookAgain(): void {
    this.#walkIn(Math.max(0, this.#walkAllowedMs - monotonicMs()))
  }

  status(): SourceStatus {
    this.#readCounts()
    const nowMs = monotonicMs()
    const problems = [this.#blindness(), this.#ignorance(), this.#partiality(nowMs)].filter(
      (text) => text !== '',
    )
    return {
      state: problems.length > 0 ? 'degraded' : 'ok',
      reason: [...problems, 'TCP is traced, UDP is not'].join('; '),
      counters: {
        ...this.#counts,
        repairs: this.#repairs,
        ...(this.#lastWalkMs !== undefined && {
          secondsSinceSnapshot: Math.round((nowMs - this.#lastWalkMs) / 1000),
        }),
      },
    }
  }

  stop(): void {
    clearTimeout(this.#walkTimer)
    this.#sink = undefined
    this.#tracer.close()
  }

  #blindness(): string {
    const { systemCallProblem } = this.#tracer
    return systemCallProblem
      ? `accept() is not seen, so servers are known only by the walk over open files (is tracefs mounted at /sys/kernel/tracing?): ${systemCallProblem.message}`
      : ''
  }

  #ignorance(): string {
    return this.#lastWalkMs === undefined
      ? 'connections that were open before are not known yet: the walk over all open files has not succeeded, and is tried again'
      : ''
  }

  #partiality(nowMs: number): string {
    if (this.#missedMs === undefined) return ''
    if (!this.#isRepairDue && this.#missedMs + PARTIAL_MS < nowMs) return ''
    const seconds = Math.round((nowMs - this.#missedMs) / 1000)
    const found = this.#isRepairDue ? 'has not been found again yet' : 'was found again since'
    return `the picture is partial: events were missed ${seconds} s ago (${this.#missed} in all); what is still open ${found}`
  }

  #walkCounters(nowMs: number): void {
    const startedMs = cpuMs()
    let movedBytes: number | undefined
    try {
      const { counters, waiting } = this.#tracer.walkCounters()
      this.#sink?.apply(counters)
      this.#sink?.waiting(waiting)
      movedBytes = counters.reduce(
        (sum, event) => sum + (event.kind === 'counters' ? (event.movedBytes ?? 0) : 0),
        0,
      )
    } finally {
      this.#countersDueMs = nowMs + waitForWalkMs(this.#pace.counters, cpuMs() - startedMs, movedBytes)
    }
  }

  /** When that fails, the counts stay as they are. */
  #readCounts(): void {
    this.#guard(jobs.counts, () => {
      this.#counts = this.#tracer.counters()
    })
  }

  /**
   * Makes the walk over all sockets that finds again what was missed since the last time, if anything was: at once, if the last one was
   * not just now, rather than at the time of the next regular one.
   */
  #repair(): void {
    this.#readCounts()
    if (this.#counts === undefined) return
    const { lost, recursionMisses, stateFull, unread } = this.#counts
    const missed = lost + recursionMisses + stateFull + unread - this.#missed
    if (missed <= 0) return
    this.#countMissed(missed)
    this.#isRepairDue = true
    if (monotonicMs() < this.#walkAllowedMs) this.lookAgain()
    else this.#walkGuarded()
  }

  #countMissed(missed: number): void {
    this.#missed += missed
    this.#missedMs = monotonicMs()
  }

  #stateFull(): number {
    this.#readCounts()
    return this.#counts?.stateFull ?? 0
  }

  #walkGuarded(): void {
    this.#guard(jobs.heldSockets, () => this.#walkHeldSockets())
  }

  /**
   * Walks over all open files. The walk is expensive when many files are open, so the longer it took, the later the
   * next one follows.
   */
  #walkHeldSockets(): void {
    clearTimeout(this.#walkTimer)
    const startedMs = cpuMs()
    try {
      this.flush()
      const stateFull = this.#stateFull()
      this.#sink?.reconcile(this.#tracer.walkHeldSockets())
      this.#lastWalkMs = monotonicMs()
      if (this.#isRepairDue) this.#repairs += 1
      this.#isRepairDue = false
      // The walk itself counts the sockets for which the map has no room, and has told of them: another one would find the same.
      const withoutRoom = this.#stateFull() - stateFull
      if (withoutRoom > 0) this.#countMissed(withoutRoom)
    } finally {
      // Plan the next walk even when this one failed: it may succeed. Until one has, what was there before is missing.
      const tookMs = cpuMs() - startedMs
      const askedMs = waitForWalkMs(this.#pace.heldSocketsAsked, tookMs)
      this.#walkAllowedMs = monotonicMs() + askedMs
      this.#walkIn(this.#lastWalkMs === undefined ? askedMs : waitForWalkMs(this.#pace.heldSockets, tookMs))
    }
    // Events of sockets that opened during the walk are newer than its results.
    this.flush()
  }

  #walkIn(waitMs: number): void {
    clearTimeout(this.#walkTimer)
    this.#walkTimer = setTimeout(() => this.#walkGuarded(), waitMs)
  }
}
