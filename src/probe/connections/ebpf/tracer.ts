import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { LibbpfError } from '../../libbpf/error.ts'
import type { Libbpf } from '../../libbpf/library.ts'
import { BpfObject, type Iterator } from '../../libbpf/object.ts'
import { PerfBuffer } from '../../libbpf/perf-buffer.ts'
import type { ConnectionEvent } from '../events.ts'
import { monotonicMs } from '../monotonic.ts'
import { RECORD_BYTES, readRecord } from './records.ts'

/** How much kernel memory the tracer takes. */
export interface TracerSize {
  /** Pages of 4 KiB for each CPU's ring, a power of two. */
  readonly ringPages: number
  /** Sockets followed at most; those beyond are counted, and known only by the walks over open files. */
  readonly stateEntries: number
}

const STATE_ENTRIES = 65_536
const ALL_RINGS_PAGES = 4096
const MIN_RING_PAGES = 64
const MAX_RING_PAGES = 1024

/**
 * Rings of 16 MiB in all, of 256 kB to 4 MiB a CPU. One MiB a CPU holds what 10,000 connections a second make in 0.4 s; a busy
 * machine may let the probe wait longer than that.
 *
 * @param cpus of the machine
 * @returns pages for each CPU, a power of two
 */
export const ringPages = (cpus: number): number => {
  const share = 2 ** Math.floor(Math.log2(ALL_RINGS_PAGES / cpus))
  return Math.min(MAX_RING_PAGES, Math.max(MIN_RING_PAGES, share))
}

/** A program may be interrupted between taking the time and writing its record; by then it has been written. */
const SETTLED_MS = 5

/** `enum tcp_drop` in bpf/tcp.h */
const drops = { stateFull: 0, output: 1 } as const

const object = fileURLToPath(new URL('../../../../bpf/prebuilt/tcp.bpf.o', import.meta.url))

/** Running counts of what the kernel side saw and could not tell. */
export interface TracerCounters {
  /** Records read. */
  readonly events: number
  /** Records that found no room in a ring. */
  readonly lost: number
  /** State changes at which *both* twins might have been skipped: the smaller of their two counts. */
  readonly recursionMisses: number
  /** Sockets that found no room in the state map. */
  readonly stateFull: number
}

/**
 * The eBPF programs of `bpf/tcp.bpf.c`, loaded and attached.
 *
 * Order of use: construct (loads and attaches), `walkHeldSockets` once to learn what was there before, then `drain` often,
 * `walkCounters` every few seconds and `walkHeldSockets` about once a minute to repair what was missed.
 */
export class TcpTracer {
  readonly #object: BpfObject
  readonly #records: PerfBuffer
  readonly #heldSockets: Iterator
  readonly #movedCounters: Iterator
  #events = 0
  #tooNew: ConnectionEvent[] = []
  /** Why `accept()`, and `connect()` without a route, are not seen; undefined when they are. */
  readonly systemCallProblem: LibbpfError | undefined

  /**
   * @param pidNamespace inode of the pid namespace to report in
   * @throws {LibbpfError} when the programs cannot run here
   */
  constructor(libbpf: Libbpf, pidNamespace: number, size: Partial<TracerSize> = {}) {
    const pages = size.ringPages ?? ringPages(cpus().length)
    this.#object = BpfObject.open(libbpf, object)
    let records: PerfBuffer | undefined
    try {
      this.#object.setConstants(new Uint8Array(Uint32Array.of(pidNamespace).buffer))
      this.#object.setMaxEntries('states', size.stateEntries ?? STATE_ENTRIES)
      this.#object.load()
      records = new PerfBuffer(libbpf, this.#object.mapFd('records'), pages)
      this.#object.attach('set_state')
      this.#object.attach('set_state_twin')
      this.systemCallProblem = this.#attachSystemCalls()
      this.#heldSockets = this.#object.iterator('held_sockets')
      this.#movedCounters = this.#object.iterator('moved_counters', 'states')
      this.#records = records
    } catch (error) {
      records?.close()
      this.#object.close()
      throw error
    }
  }

  /**
   * What happened since the last drain, in order of time, up to a few milliseconds ago.
   *
   * The rings are read one after the other: what one CPU wrote meanwhile would be told before the older event that another
   * CPU wrote just after its ring was read (a close before its connect). So the newest events wait for the next drain.
   */
  drain(): readonly ConnectionEvent[] {
    const untilMs = monotonicMs() - SETTLED_MS
    const events = this.#tooNew
    this.#records.drain((view, offset) => {
      const event = readRecord(view, offset)
      if (!event || event.kind === 'stale') return
      this.#events += 1
      events.push(event)
    })
    events.sort((a, b) => a.timeMs - b.timeMs)
    const firstTooNew = events.findIndex((event) => event.timeMs > untilMs)
    this.#tooNew = firstTooNew < 0 ? [] : events.splice(firstTooNew)
    return events
  }

  /** Every TCP socket that a process holds. */
  walkHeldSockets(): readonly ConnectionEvent[] {
    return this.#read(this.#heldSockets)
  }

  /** The counters of every followed socket that moved since the last call, and the closes that were missed. */
  walkCounters(): readonly ConnectionEvent[] {
    return this.#read(this.#movedCounters)
  }

  counters(): TracerCounters {
    return {
      events: this.#events,
      lost: this.#object.perCpuSum('drops', drops.output),
      recursionMisses: Math.min(
        this.#object.recursionMisses('set_state'),
        this.#object.recursionMisses('set_state_twin'),
      ),
      stateFull: this.#object.perCpuSum('drops', drops.stateFull),
    }
  }

  close(): void {
    this.#records.close()
    this.#object.close()
  }

  #attachSystemCalls(): LibbpfError | undefined {
    try {
      for (const program of ['accept4_returned', 'accept_returned', 'connect_called', 'connect_returned'])
        this.#object.attach(program)
      return undefined
    } catch (error) {
      return error as LibbpfError
    }
  }

  #read(iterator: Iterator): readonly ConnectionEvent[] {
    const bytes = iterator.walk()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const events: ConnectionEvent[] = []
    for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
      const event = readRecord(view, at)
      if (!event) continue
      if (event.kind === 'stale') {
        this.#object.deleteElement('states', event.key)
        events.push({ kind: 'closed', timeMs: monotonicMs(), socket: event.socket })
      } else {
        events.push(event)
      }
    }
    return events
  }
}
