import { setTimeout as sleep } from 'node:timers/promises'
import type { Chunk } from '../../../../channel/stream.ts'

/** How long output is collected after some was passed on. Nobody sees the difference on a screen. */
const COLLECTED_MS = 4

/**
 * The output of a terminal: all of it is `out`. What comes first is passed on at once, and what follows within a moment in one piece:
 * a program writes on a terminal in pieces of a few bytes to 4 kB, each of which would cost the same on all its way as a large one. So a
 * terminal carries about 64 kB, what its socket holds, each 4 ms.
 *
 * @param source waits while it is not read
 */
export async function* terminalOutput(source: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  for await (const bytes of source) {
    const passedMs = performance.now()
    yield { lane: 'out', bytes }
    const leftMs = COLLECTED_MS - (performance.now() - passedMs)
    if (leftMs > 0) await sleep(leftMs)
  }
}
