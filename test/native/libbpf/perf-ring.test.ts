import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LibbpfError } from '../../../src/native/libbpf/error.ts'
import { PerfRing } from '../../../src/native/libbpf/perf-ring.ts'
import { pageSizeBytes } from '../../../src/native/page-size.ts'

const SAMPLE = 9
const LOST = 2

/** Writes as the kernel does: a record of 8 bytes head and a body, padded to 8, around the end of the data where it must. */
class Kernel {
  readonly memory: ArrayBuffer
  readonly #pageBytes: number
  readonly #dataBytes: number
  #head = 0

  constructor(pageBytes: number, dataPages: number) {
    this.#pageBytes = pageBytes
    this.#dataBytes = pageBytes * dataPages
    this.memory = new ArrayBuffer(pageBytes + this.#dataBytes)
  }

  get #control(): BigUint64Array {
    return new BigUint64Array(this.memory, 0, this.#pageBytes / 8)
  }

  /** @returns false when there is no room */
  write(type: number, body: Uint8Array): boolean {
    const length = (8 + body.length + 7) & ~7
    const tail = Number(this.#control[129])
    if (this.#head + length - tail > this.#dataBytes) return false
    const record = new Uint8Array(length)
    const view = new DataView(record.buffer)
    view.setUint32(0, type, true)
    view.setUint16(6, length, true)
    record.set(body, 8)
    const data = new Uint8Array(this.memory, this.#pageBytes)
    record.forEach((byte, i) => {
      data[(this.#head + i) % this.#dataBytes] = byte
    })
    this.#head += length
    this.#control[128] = BigInt(this.#head)
    return true
  }

  sample(payload: Uint8Array): boolean {
    const body = new Uint8Array(4 + payload.length)
    new DataView(body.buffer).setUint32(0, payload.length, true)
    body.set(payload, 4)
    return this.write(SAMPLE, body)
  }

  damage(): void {
    this.write(SAMPLE, new Uint8Array(0))
    new Uint8Array(this.memory, this.#pageBytes)[(this.#head - 2) % this.#dataBytes] = 0
  }
}

const drained = (ring: PerfRing): string[] => {
  const samples: string[] = []
  ring.drain((view, offset, length) =>
    samples.push(Buffer.from(view.buffer, view.byteOffset + offset, length).toString('hex')),
  )
  return samples
}

describe.each([4096, 16_384, 65_536])('a ring of the kernel with pages of %i bytes', (pageBytes) => {
  it('gives every sample once, whole and in order, however often it goes around', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 40 }), fc.boolean(), (rounds, lossy) => {
        const kernel = new Kernel(pageBytes, 1)
        const ring = new PerfRing(kernel.memory, pageBytes)
        let seed = 0
        for (const round of rounds) {
          const written: string[] = []
          for (const size of round) {
            const payload = new Uint8Array(size).map((_, i) => (seed + i * 7) & 255)
            seed += 1
            if (kernel.sample(payload)) written.push(Buffer.from(payload).toString('hex'))
            if (lossy) kernel.write(LOST, new Uint8Array(16))
          }
          expect(drained(ring)).toEqual(written)
          expect(drained(ring)).toEqual([])
        }
      }),
      { numRuns: 30 },
    )
  })

  it('holds nothing before the first sample', () => {
    expect(drained(new PerfRing(new Kernel(pageBytes, 2).memory, pageBytes))).toEqual([])
  })

  it('tells of a record without length, and goes on behind it', () => {
    const kernel = new Kernel(pageBytes, 1)
    const ring = new PerfRing(kernel.memory, pageBytes)
    kernel.damage()
    expect(() => drained(ring)).toThrow(LibbpfError)
    kernel.sample(Uint8Array.of(1, 2, 3))
    expect(drained(ring)).toEqual(['010203'])
  })

  it('does not give a sample again that its reader has failed at', () => {
    const kernel = new Kernel(pageBytes, 1)
    const ring = new PerfRing(kernel.memory, pageBytes)
    kernel.sample(Uint8Array.of(1))
    kernel.sample(Uint8Array.of(2))
    expect(() =>
      ring.drain(() => {
        throw new Error('cannot read')
      }),
    ).toThrow('cannot read')
    expect(drained(ring)).toEqual(['02'])
  })
})

describe('the size of a page', () => {
  it('is what the kernel tells', () => {
    expect([4096, 8192, 16_384, 65_536]).toContain(pageSizeBytes())
  })
})
