const CHUNK_BYTES = 256 * 1024

const mayBeReadOn = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN'

let buffer: Buffer = Buffer.alloc(CHUNK_BYTES)

const grown = (before: Buffer): Buffer => {
  const larger = Buffer.alloc(before.length * 2)
  before.copy(larger)
  return larger
}

/**
 * Reads what an iterator writes, to its end.
 *
 * The kernel answers EAGAIN when it has visited a million objects (`MAX_ITER_OBJECTS`) without a record for any. The next read goes on from
 * there.
 *
 * @param read reads into a buffer as `readSync` does, and returns 0 at the end
 * @returns bytes that are valid only until the next call
 */
export const readRecords = (read: (into: Buffer, offset: number, length: number) => number): Uint8Array => {
  let used = 0
  for (;;) {
    if (buffer.length - used < CHUNK_BYTES / 2) buffer = grown(buffer)
    let count: number
    try {
      count = read(buffer, used, buffer.length - used)
    } catch (error) {
      if (!mayBeReadOn(error)) throw error
      continue
    }
    if (count === 0) return buffer.subarray(0, used)
    used += count
  }
}
