import { monotonicMs } from '../monotonic.ts'
import type { ConnectionSink, ConnectionSource, SourceStatus } from '../source.ts'
import type { TcpTracer } from './tracer.ts'

/** How often the tracer is read; times in milliseconds. */
export interface EbpfSourceOptions {
  readonly drainMs: number
  readonly countersMs: number
  readonly heldSocketsMs: number
}

/** Measured to be cheap: see the figures in `README.md`. */
export const defaultPace: EbpfSourceOptions = { drainMs: 100, countersMs: 3000, heldSocketsMs: 60_000 }

/** Connections as the eBPF programs tell of them. */
export class EbpfSource implements ConnectionSource {
  readonly mode = 'ebpf'
  readonly #tracer: TcpTracer
  readonly #pace: EbpfSourceOptions
  readonly #timers: NodeJS.Timeout[] = []
  #sink: ConnectionSink | undefined
  #lastWalkMs = 0
  #repairs = 0
  #missed = 0

  constructor(tracer: TcpTracer, pace: EbpfSourceOptions = defaultPace) {
    this.#tracer = tracer
    this.#pace = pace
  }

  start(sink: ConnectionSink): void {
    this.#sink = sink
    this.#walkHeldSockets()
    this.#timers.push(
      setInterval(() => this.flush(), this.#pace.drainMs),
      setInterval(() => this.#walkCounters(), this.#pace.countersMs),
      setInterval(() => this.#walkHeldSockets(), this.#pace.heldSocketsMs),
    )
  }

  flush(): void {
    this.#sink?.apply(this.#tracer.drain())
  }

  status(): SourceStatus {
    const counters = this.#tracer.counters()
    const { systemCallProblem } = this.#tracer
    return {
      state: systemCallProblem ? 'degraded' : 'ok',
      reason: systemCallProblem
        ? `accept() is not seen, so servers are known only by the walk over open files (is tracefs mounted at /sys/kernel/tracing?): ${systemCallProblem.message}`
        : '',
      counters: {
        ...counters,
        repairs: this.#repairs,
        secondsSinceSnapshot: Math.round((monotonicMs() - this.#lastWalkMs) / 1000),
      },
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#sink = undefined
    this.#tracer.close()
  }

  #walkCounters(): void {
    this.flush()
    this.#sink?.apply(this.#tracer.walkCounters())
    // what was lost is mended by a walk over all sockets, at once rather than within the minute
    const { lost, recursionMisses, stateFull } = this.#tracer.counters()
    const missed = lost + recursionMisses + stateFull
    if (missed > this.#missed) {
      this.#missed = missed
      this.#repairs += 1
      this.#walkHeldSockets()
    }
  }

  #walkHeldSockets(): void {
    this.flush()
    this.#lastWalkMs = monotonicMs()
    this.#sink?.reconcile(this.#tracer.walkHeldSockets())
    // what opened meanwhile is newer than the walk
    this.flush()
  }
}
