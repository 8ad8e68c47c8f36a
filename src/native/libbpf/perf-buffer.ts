import koffi from 'koffi'
import { pageSizeBytes } from '../page-size.ts'
import { LibbpfError } from './error.ts'
import type { Libbpf } from './library.ts'
import { type OnSample, PerfRing } from './perf-ring.ts'

// include/uapi/linux/perf_event.h
const PERF_TYPE_SOFTWARE = 1
const PERF_COUNT_SW_BPF_OUTPUT = 10
const PERF_SAMPLE_RAW = 1n << 10n
const FLAG_WATERMARK = 1n << 14n
const ATTR_BYTES = 136

/**
 * Reads a perf event array from its mapped memory, without a call into libbpf or the kernel.
 *
 * There is one ring per CPU. The samples of one drain are in order for each CPU, but not across CPUs. The watermark is
 * so high that the kernel does not wake the process: the caller drains on a timer. The eBPF program must count lost
 * samples itself: the kernel reports them only with the next sample that fits.
 */
export class PerfBuffer {
  readonly #libbpf: Libbpf
  readonly #buffer: unknown
  #rings: readonly PerfRing[]

  /**
   * @param mapFd of a map of type perf event array
   * @param ringBytes size of each CPU's ring, a power of two; at least a page
   * @throws {LibbpfError} `not-attached` when the buffer cannot be created
   */
  constructor(libbpf: Libbpf, mapFd: number, ringBytes: number) {
    this.#libbpf = libbpf
    const pageBytes = pageSizeBytes()
    const pages = Math.max(1, ringBytes / pageBytes)
    const attr = Buffer.alloc(ATTR_BYTES)
    attr.writeUInt32LE(PERF_TYPE_SOFTWARE, 0)
    attr.writeUInt32LE(ATTR_BYTES, 4)
    attr.writeBigUInt64LE(BigInt(PERF_COUNT_SW_BPF_OUTPUT), 8)
    attr.writeBigUInt64LE(PERF_SAMPLE_RAW, 24)
    attr.writeBigUInt64LE(FLAG_WATERMARK, 40)
    attr.writeUInt32LE((pages * pageBytes) / 2, 48)
    this.#buffer = libbpf.perf_buffer__new_raw(mapFd, pages, attr, null, null, null)
    if (!this.#buffer)
      throw new LibbpfError('not-attached', `the perf buffer cannot be made (error ${koffi.errno()})`)
    const count = Number(libbpf.perf_buffer__buffer_cnt(this.#buffer))
    this.#rings = Array.from({ length: count }, (_, index) => this.#map(index, pageBytes))
  }

  /** Calls `onSample` for each available sample. */
  drain(onSample: OnSample): void {
    for (const ring of this.#rings) ring.drain(onSample)
  }

  /** Unmaps the memory. Further drains do nothing. */
  close(): void {
    this.#rings = []
    this.#libbpf.perf_buffer__free(this.#buffer)
  }

  #map(index: number, pageBytes: number): PerfRing {
    const memory: [unknown] = [null]
    const size: [number] = [0]
    const result = this.#libbpf.perf_buffer__buffer(this.#buffer, index, memory, size) as number
    if (result !== 0) throw new LibbpfError('not-attached', `ring ${index} of the perf buffer has no memory`)
    // libbpf returns the size of the data only; the control page precedes it.
    return new PerfRing(koffi.view(memory[0], pageBytes + Number(size[0])) as ArrayBuffer, pageBytes)
  }
}
