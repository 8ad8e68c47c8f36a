import { setTimeout as sleep } from 'node:timers/promises'
import type { Chunk } from '../../../../channel/stream.ts'

/** How long output is collected after a small piece was passed on. Nobody sees the difference on a screen. */
const COLLECTED_MS = 4
/** A piece from this size on is worth its way. */
const LARGE_BYTES = 16 * 1024

/**
 * The output of a terminal: all of it is `out`. What comes first is passed on at once, and what follows a small piece within a moment in
 * one piece: a program writes on a terminal in pieces of a few bytes to 4 kB, each of which would cost as much on all its way as one of
 * 64 kB.
 *
 * @param source collects what comes while it is not read, and slows its sender
 */
export async function* terminalOutput(source: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  for await (const bytes of source) {
    const passedMs = performance.now()
    yield { lane: 'out', bytes }
    const leftMs = COLLECTED_MS - (performance.now() - passedMs)
    if (bytes.length < LARGE_BYTES && leftMs > 0) await sleep(leftMs)
  }
}
