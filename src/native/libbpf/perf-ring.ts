import { LibbpfError } from './error.ts'

// include/uapi/linux/perf_event.h
const PERF_RECORD_SAMPLE = 9
/** u64 index of `data_head` in struct perf_event_mmap_page; `data_tail` follows. */
const DATA_HEAD = 128
const DATA_TAIL = 129
const HEADER_BYTES = 8

/** Called for each sample, which is in `view` at `offset`. The data is valid only until the call returns. */
export type OnSample = (view: DataView, offset: number, length: number) => void

/** The ring of one CPU: a control page, followed by the data. A sample that wraps around the end is copied first. */
export class PerfRing {
  readonly #control: BigUint64Array
  readonly #data: Uint8Array
  readonly #view: DataView
  #wrapped = new DataView(new ArrayBuffer(4096))

  /**
   * @param memory the control page and the data, as the kernel maps them
   * @param pageBytes size of the control page
   */
  constructor(memory: ArrayBuffer, pageBytes: number) {
    this.#control = new BigUint64Array(memory, 0, pageBytes / 8)
    this.#data = new Uint8Array(memory, pageBytes)
    this.#view = new DataView(memory, pageBytes)
  }

  /**
   * Calls `onSample` for each available sample, the oldest first. The kernel's own records of lost samples are skipped.
   *
   * @throws {LibbpfError} `not-attached` when the ring contains an invalid record; its remaining content is dropped,
   *   and the next drain continues after it
   */
  drain(onSample: OnSample): void {
    const size = this.#data.length
    const head = Number(Atomics.load(this.#control, DATA_HEAD))
    let tail = Number(Atomics.load(this.#control, DATA_TAIL))
    try {
      while (tail < head) {
        const at = tail % size
        const type = this.#view.getUint32(at, true)
        const length = this.#view.getUint16(at + 6, true)
        if (length < HEADER_BYTES) {
          tail = head
          throw new LibbpfError('not-attached', `a perf ring holds a record of ${length} bytes`)
        }
        tail += length
        if (type === PERF_RECORD_SAMPLE) this.#hand(at, length, onSample)
      }
    } finally {
      Atomics.store(this.#control, DATA_TAIL, BigInt(tail))
    }
  }

  #hand(at: number, length: number, onSample: OnSample): void {
    const isWhole = at + length <= this.#data.length
    const view = isWhole ? this.#view : this.#unwrapped(at, length)
    const start = isWhole ? at : 0
    onSample(view, start + HEADER_BYTES + 4, view.getUint32(start + HEADER_BYTES, true))
  }

  #unwrapped(at: number, length: number): DataView {
    if (this.#wrapped.byteLength < length) this.#wrapped = new DataView(new ArrayBuffer(length))
    const copy = new Uint8Array(this.#wrapped.buffer)
    const first = this.#data.length - at
    copy.set(this.#data.subarray(at), 0)
    copy.set(this.#data.subarray(0, length - first), first)
    return this.#wrapped
  }
}
