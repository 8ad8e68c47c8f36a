import type { Chunk, Lane } from '../../../../channel/stream.ts'

const HEADER_BYTES = 8
/** Kinds of frames, by their first byte. What is written to the input is never sent back. */
const lanes: readonly (Lane | undefined)[] = ['out', 'out', 'err']

/**
 * Takes apart the output of a process without terminal, as Docker multiplexes it: frames with a header of one byte for the
 * kind, three that are 0, and four for the length. Passes on the parts of a frame as they come, so it holds no more than a
 * header. (dockerode's own function collects whole frames, and passes on output faster than it is taken.)
 *
 * @throws Error when it is no such stream
 */
export async function* demultiplex(source: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  let header = Buffer.alloc(0)
  let lane: Lane = 'out'
  let left = 0
  for await (const bytes of source) {
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left)
        left -= part.length
        rest = rest.subarray(part.length)
        yield { lane, bytes: part }
        continue
      }
      const missing = rest.subarray(0, HEADER_BYTES - header.length)
      header = Buffer.concat([header, missing])
      rest = rest.subarray(missing.length)
      if (header.length < HEADER_BYTES) continue
      const kind = lanes[header[0] as number]
      if (kind === undefined) throw new Error(`Docker sent output of an unknown kind (${header[0]})`)
      lane = kind
      left = header.readUInt32BE(4)
      header = Buffer.alloc(0)
    }
  }
}

/** The output of a terminal: all of it is `out`. */
export async function* asOutput(source: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  for await (const bytes of source) yield { lane: 'out', bytes }
}
