import { cpus } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../../../checkout.ts'
import type { LibbpfError } from '../../../../native/libbpf/error.ts'
import type { Libbpf } from '../../../../native/libbpf/library.ts'
import { BpfObject, type Iterator } from '../../../../native/libbpf/object.ts'
import { RingBuffer } from '../../../../native/libbpf/ring-buffer.ts'
import type { ConnectionEvent, WaitingEvent } from '../events.ts'
import { monotonicMs } from '../monotonic.ts'
import { HEAD_BYTES, RECORD_BYTES, readRecord, walkedBytes } from './records.ts'

/** How much kernel memory the tracer takes. */
export interface TracerSize {
  /** Size of the ring buffer, a power of two and a multiple of the page size. */
  readonly ringBytes: number
  /**
   * How many sockets are followed at most. Further ones are counted in `stateFull` and found only by the walks over
   * open files.
   */
  readonly stateEntries: number
}

const STATE_ENTRIES = 65_536
const RING_BYTES_OF_CPU = 2 ** 21
const MIN_RING_BYTES = 2 ** 22
const MAX_RING_BYTES = 2 ** 24

/**
 * Size of the ring buffer: 2 MiB per CPU, at least 4 and at most 16 MiB. 4 MiB hold the records of one second at 10,000
 * connections a second, ten times what accumulates between two drains. The reserve is for a busy machine that keeps the
 * probe waiting.
 *
 * @param cpus number of CPUs of the machine
 */
export const ringBytes = (cpus: number): number => {
  const wanted = 2 ** Math.ceil(Math.log2(RING_BYTES_OF_CPU * cpus))
  return Math.min(MAX_RING_BYTES, Math.max(MIN_RING_BYTES, wanted))
}

/**
 * How old an event must be to be returned. An eBPF program may be interrupted between reading the clock and submitting
 * its record; after this time the record is there.
 */
const SETTLED_MS = 5

/** `enum tcp_drop` in bpf/tcp.h */
const drops = { stateFull: 0, output: 1 } as const

const object = join(checkout.bpf, 'tcp.bpf.o')

/** Running counts of what the eBPF programs recorded and of what they missed. */
export interface TracerCounters {
  /** Records read. */
  readonly events: number
  /** Records lost because the ring buffer was full. */
  readonly lost: number
  /**
   * Upper bound of the state changes missed because the kernel skipped *both* twin programs: the smaller of their two
   * counts of skipped runs.
   */
  readonly recursionMisses: number
  /** Sockets not followed because the state map was full. */
  readonly stateFull: number
  /** Records that this probe cannot decode, from programs of another version. */
  readonly unread: number
}

/** What one walk over the followed sockets found. */
export interface CounterWalk {
  /** Counters that moved, and closes that were missed. */
  readonly counters: readonly ConnectionEvent[]
  readonly waiting: readonly WaitingEvent[]
}

/**
 * The eBPF programs of `bpf/tcp.bpf.c`, loaded and attached.
 *
 * Order of use: construct (loads and attaches), `walkHeldSockets` once to learn what was there before, then `drain` often,
 * `walkCounters` every few seconds and `walkHeldSockets` about once a minute to repair what was missed.
 */
export class TcpTracer {
  readonly #object: BpfObject
  readonly #records: RingBuffer
  readonly #heldSockets: Iterator
  readonly #unheldSockets: Iterator
  readonly #movedCounters: Iterator
  #events = 0
  #unread = 0
  #tooNew: ConnectionEvent[] = []
  /** Why `accept()`, and `connect()` calls that fail for want of a route, are not seen; undefined when they are. */
  readonly systemCallProblem: LibbpfError | undefined

  /**
   * @param pidNamespace inode of the pid namespace to report in
   * @throws {LibbpfError} when the programs cannot run here
   */
  constructor(libbpf: Libbpf, pidNamespace: number, size: Partial<TracerSize> = {}) {
    const bytes = size.ringBytes ?? ringBytes(cpus().length)
    this.#object = BpfObject.open(libbpf, object)
    let records: RingBuffer | undefined
    try {
      this.#object.setConstants(new Uint8Array(Uint32Array.of(pidNamespace).buffer))
      this.#object.setMaxEntries('states', size.stateEntries ?? STATE_ENTRIES)
      this.#object.setMaxEntries('records', bytes)
      this.#object.load()
      records = new RingBuffer(this.#object.mapFd('records'), bytes)
      this.#object.attach('set_state')
      this.#object.attach('set_state_twin')
      this.systemCallProblem = this.#attachSystemCalls()
      this.#heldSockets = this.#object.iterator('held_sockets')
      this.#unheldSockets = this.#object.iterator('unheld_sockets', 'states')
      this.#movedCounters = this.#object.iterator('moved_counters', 'states')
      this.#records = records
    } catch (error) {
      records?.close()
      this.#object.close()
      throw error
    }
  }

  /**
   * Returns the events since the last drain in order of time, except for those of the last few milliseconds.
   *
   * The newest events wait for the next drain for two reasons. A program first reserves room in the ring and then reads
   * the clock, so records may be out of order. And the DNS answers that name an address come through another ring,
   * which is read less often.
   */
  drain(): readonly ConnectionEvent[] {
    const untilMs = monotonicMs() - SETTLED_MS
    const events = this.#tooNew
    this.#records.drain((view, offset, length) => {
      const event = readRecord(view, offset, length)
      if (!event) {
        this.#unread += 1
        return
      }
      this.#events += 1
      events.push(event)
    })
    events.sort((a, b) => a.timeMs - b.timeMs)
    const firstTooNew = events.findIndex((event) => event.timeMs > untilMs)
    this.#tooNew = firstTooNew < 0 ? [] : events.splice(firstTooNew)
    return events
  }

  /** Returns every TCP socket that a process holds, and those of the followed ones that are open though no process does. */
  walkHeldSockets(): readonly ConnectionEvent[] {
    const held = this.#read(this.#heldSockets, () => RECORD_BYTES)
    return [...held, ...this.#read(this.#unheldSockets, () => HEAD_BYTES)]
  }

  /**
   * Returns the counters of each followed socket that changed since the last call, and the closes that were missed; and
   * which connections wait to be accepted: all of them, or the first of a long queue.
   */
  walkCounters(): CounterWalk {
    const counters: ConnectionEvent[] = []
    const waiting: WaitingEvent[] = []
    for (const event of this.#read(this.#movedCounters, walkedBytes))
      if (event.kind === 'waiting') waiting.push(event)
      else counters.push(event)
    if (this.#tooNew.length === 0) return { counters, waiting }
    // The counters of a socket must not precede its opening event, which may still be held back.
    const unopened = new Set(this.#tooNew.map(({ socket }) => socket))
    this.#tooNew.push(...counters.filter(({ socket }) => unopened.has(socket)))
    return { counters: counters.filter(({ socket }) => !unopened.has(socket)), waiting }
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
      unread: this.#unread,
    }
  }

  close(): void {
    this.#records.close()
    this.#object.close()
  }

  #attachSystemCalls(): LibbpfError | undefined {
    try {
      for (const program of ['accept4_returned', 'accept_returned', 'connect_returned'])
        this.#object.attach(program)
      return undefined
    } catch (error) {
      return error as LibbpfError
    }
  }

  /** @param bytesOf length of the record at an offset */
  #read(iterator: Iterator, bytesOf: (view: DataView, at: number) => number): readonly ConnectionEvent[] {
    const bytes = iterator.walk()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const events: ConnectionEvent[] = []
    for (let at = 0; at + HEAD_BYTES <= bytes.length; at += bytesOf(view, at)) {
      const event = readRecord(view, at, bytesOf(view, at))
      if (event) events.push(event)
    }
    return events
  }
}
