import koffi from 'koffi'
import { LibbpfError } from './error.ts'
import type { Libbpf } from './library.ts'

// include/uapi/linux/perf_event.h
const PERF_TYPE_SOFTWARE = 1
const PERF_COUNT_SW_BPF_OUTPUT = 10
const PERF_SAMPLE_RAW = 1n << 10n
const FLAG_WATERMARK = 1n << 14n
const PERF_RECORD_SAMPLE = 9
const ATTR_BYTES = 136
/** u64 index of `data_head` in struct perf_event_mmap_page; `data_tail` follows. */
const DATA_HEAD = 128
const DATA_TAIL = 129
const PAGE_BYTES = 4096
const HEADER_BYTES = 8

/** Called for each sample; `view` at `offset` holds it, only until the call returns. */
export type OnSample = (view: DataView, offset: number, length: number) => void

interface Ring {
  readonly control: BigUint64Array
  readonly data: Uint8Array
  readonly view: DataView
}

/**
 * Reads a perf event array from its mapped memory, without a call into libbpf or the kernel.
 *
 * There is one ring per CPU; samples of one drain are in order per CPU, not over all. The watermark is set so high that the
 * kernel does not wake anyone: the caller drains on a timer. A sample that wraps around the end is copied first. The kernel's
 * own records of lost samples are passed over, since they only come with the next sample that fits: the program that sends
 * counts them itself.
 */
export class PerfBuffer {
  readonly #libbpf: Libbpf
  readonly #buffer: unknown
  #rings: readonly Ring[]
  #wrapped = new DataView(new ArrayBuffer(PAGE_BYTES))

  /**
   * @param mapFd of a map of type perf event array
   * @param pages per CPU, a power of two
   */
  constructor(libbpf: Libbpf, mapFd: number, pages: number) {
    this.#libbpf = libbpf
    const attr = Buffer.alloc(ATTR_BYTES)
    attr.writeUInt32LE(PERF_TYPE_SOFTWARE, 0)
    attr.writeUInt32LE(ATTR_BYTES, 4)
    attr.writeBigUInt64LE(BigInt(PERF_COUNT_SW_BPF_OUTPUT), 8)
    attr.writeBigUInt64LE(PERF_SAMPLE_RAW, 24)
    attr.writeBigUInt64LE(FLAG_WATERMARK, 40)
    attr.writeUInt32LE((pages * PAGE_BYTES) / 2, 48)
    this.#buffer = libbpf.perf_buffer__new_raw(mapFd, pages, attr, null, null, null)
    if (!this.#buffer)
      throw new LibbpfError('not-attached', `the perf buffer cannot be made (error ${koffi.errno()})`)
    const count = Number(libbpf.perf_buffer__buffer_cnt(this.#buffer))
    this.#rings = Array.from({ length: count }, (_, index) => this.#map(index))
  }

  /** Hands over all samples that are there. */
  drain(onSample: OnSample): void {
    for (const ring of this.#rings) this.#drainRing(ring, onSample)
  }

  /** The memory is gone after this; nothing may be drained any more. */
  close(): void {
    this.#rings = []
    this.#libbpf.perf_buffer__free(this.#buffer)
  }

  #map(index: number): Ring {
    const memory: [unknown] = [null]
    const size: [number] = [0]
    const result = this.#libbpf.perf_buffer__buffer(this.#buffer, index, memory, size) as number
    if (result !== 0) throw new LibbpfError('not-attached', `ring ${index} of the perf buffer has no memory`)
    // libbpf gives the size of the data; the control page lies before it
    const whole = koffi.view(memory[0], PAGE_BYTES + Number(size[0])) as ArrayBuffer
    return {
      control: new BigUint64Array(whole, 0, PAGE_BYTES / 8),
      data: new Uint8Array(whole, PAGE_BYTES),
      view: new DataView(whole, PAGE_BYTES),
    }
  }

  #drainRing({ control, data, view }: Ring, onSample: OnSample): void {
    const size = data.length
    const head = Number(Atomics.load(control, DATA_HEAD))
    let tail = Number(Atomics.load(control, DATA_TAIL))
    while (tail < head) {
      const at = tail % size
      const type = view.getUint32(at, true)
      const length = view.getUint16(at + 6, true)
      if (type === PERF_RECORD_SAMPLE) {
        if (at + length <= size)
          onSample(view, at + HEADER_BYTES + 4, view.getUint32(at + HEADER_BYTES, true))
        else this.#wrappedSample(data, at, length, onSample)
      }
      tail += length
    }
    Atomics.store(control, DATA_TAIL, BigInt(tail))
  }

  #wrappedSample(data: Uint8Array, at: number, length: number, onSample: OnSample): void {
    if (this.#wrapped.byteLength < length) this.#wrapped = new DataView(new ArrayBuffer(length))
    const copy = new Uint8Array(this.#wrapped.buffer)
    const first = data.length - at
    copy.set(data.subarray(at), 0)
    copy.set(data.subarray(0, length - first), first)
    onSample(this.#wrapped, HEADER_BYTES + 4, this.#wrapped.getUint32(HEADER_BYTES, true))
  }
}
