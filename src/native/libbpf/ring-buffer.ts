import koffi from 'koffi'
import { pageSizeBytes } from '../page-size.ts'
import { LibbpfError } from './error.ts'

/** linux/mman.h; the same on every architecture that Node runs on. */
const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 1
const MAP_FAILED = 0xffff_ffff_ffff_ffffn

/** BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT and BPF_RINGBUF_HDR_SZ of linux/bpf.h. */
const BUSY = 0x8000_0000
const DISCARDED = 0x4000_0000
const HEADER_BYTES = 8

/** Called for each record, which is in `view` at `offset`. The data is valid only until the call returns. */
export type OnRecord = (view: DataView, offset: number, length: number) => void

const libc = () => {
  const library = koffi.load(null)
  return {
    mmap: library.func(
      'uintptr_t mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)',
    ),
    munmap: library.func('int munmap(uintptr_t address, size_t length)'),
  }
}

interface Mapping {
  readonly memory: ArrayBuffer
  readonly address: bigint
}

/**
 * Reads a BPF ring buffer from its mapped memory, without a call into libbpf or the kernel.
 *
 * All CPUs share one ring, and records come in the order in which the programs reserved room for them. A record that is
 * still being written holds back those after it until the next drain.
 *
 * The data is mapped once. libbpf maps it twice in a row, so that no record wraps around the end, but then it also
 * counts twice in the memory of the process. Here, a record that wraps is copied first.
 */
export class RingBuffer {
  readonly #libc = libc()
  readonly #mappings: Mapping[] = []
  readonly #pageBytes: number
  readonly #consumer: BigUint64Array
  readonly #producer: BigUint64Array
  readonly #headers: Uint32Array
  readonly #data: Uint8Array
  readonly #view: DataView
  #wrapped = new DataView(new ArrayBuffer(1024))
  #closed = false

  /**
   * @param mapFd file descriptor of a map of type ring buffer
   * @param sizeBytes size of its data, a power of two: `max_entries` of the map
   * @throws {LibbpfError} `not-attached` when it cannot be mapped
   */
  constructor(mapFd: number, sizeBytes: number) {
    this.#pageBytes = pageSizeBytes()
    this.#consumer = new BigUint64Array(this.#map(mapFd, this.#pageBytes, PROT_READ | PROT_WRITE, 0), 0, 1)
    const rest = this.#map(mapFd, this.#pageBytes + sizeBytes, PROT_READ, this.#pageBytes)
    this.#producer = new BigUint64Array(rest, 0, 1)
    this.#headers = new Uint32Array(rest, this.#pageBytes)
    this.#data = new Uint8Array(rest, this.#pageBytes)
    this.#view = new DataView(rest, this.#pageBytes)
  }

  /** Calls `onRecord` for each complete record, the oldest first. */
  drain(onRecord: OnRecord): void {
    if (this.#closed) return
    const size = this.#data.length
    const produced = Number(Atomics.load(this.#producer, 0))
    const from = Number(Atomics.load(this.#consumer, 0))
    let consumed = from
    while (consumed < produced) {
      const at = consumed % size
      const header = Atomics.load(this.#headers, at / 4)
      if (header & BUSY) break
      const length = header & ~DISCARDED
      if (!(header & DISCARDED)) {
        const start = at + HEADER_BYTES
        if (start + length <= size) onRecord(this.#view, start, length)
        else onRecord(this.#unwrapped(start, length), 0, length)
      }
      consumed += (HEADER_BYTES + length + 7) & ~7
    }
    if (consumed > from) Atomics.store(this.#consumer, 0, BigInt(consumed))
  }

  /** Unmaps the memory. Further drains do nothing. */
  close(): void {
    this.#closed = true
    for (const { memory, address } of this.#mappings.splice(0)) this.#libc.munmap(address, memory.byteLength)
  }

  #map(fd: number, bytes: number, protection: number, offset: number): ArrayBuffer {
    const address = BigInt(this.#libc.mmap(null, bytes, protection, MAP_SHARED, fd, offset))
    if (address === MAP_FAILED) {
      const error = koffi.errno()
      this.close()
      throw new LibbpfError('not-attached', `the ring buffer cannot be mapped (error ${error})`)
    }
    const memory = koffi.view(address, bytes) as ArrayBuffer
    this.#mappings.push({ memory, address })
    return memory
  }

  #unwrapped(start: number, length: number): DataView {
    if (this.#wrapped.byteLength < length) this.#wrapped = new DataView(new ArrayBuffer(length))
    const copy = new Uint8Array(this.#wrapped.buffer)
    // The end of the ring may hold only the header, so `first` may be empty.
    const first = this.#data.subarray(start)
    copy.set(first, 0)
    copy.set(this.#data.subarray(0, length - first.length), first.length)
    return this.#wrapped
  }
}
