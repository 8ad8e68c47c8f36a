import type { Duplex } from 'node:stream'
import * as z from 'zod'

/**
 * What a chunk of a stream is. `in` goes to the process (its standard input, or what is typed into its terminal), `out` and `err`
 * come from it (of a terminal, all is `out`). `note` is a JSON object of {@link Note}, in either direction.
 */
export const lanes = ['in', 'out', 'err', 'note'] as const

/** See {@link lanes}. On the wire a lane is one byte: its place in that list. */
export type Lane = (typeof lanes)[number]

/** A chunk of a {@link ByteStream}. */
export interface Chunk {
  readonly lane: Lane
  readonly bytes: Uint8Array
}

/**
 * One terminal, or the lines of one log, between the person who looks at it and the process: a `Duplex` in object mode, whose
 * chunks are {@link Chunk}s in both directions. It keeps Node's contract: `write` returns false when the other end does not
 * keep up (then wait for `drain`), and what is not read stops the sender. `end()` says that no more comes from this end, and the
 * other end can still send. `destroy(error)` ends both directions, and the other end gets the error's message.
 */
export type ByteStream = Duplex

/** Most bytes of one direction of one stream that may be under way, not yet consumed by the reader. */
export const CREDIT_BYTES = 256 * 1024

/** Most bytes of the JSON of a note. */
export const MAX_NOTE_BYTES = 4096

const cells = z.int().min(1).max(1000)

/** How a process ended: by its own exit code, or by a signal (`SIGKILL`). */
export const exitSchema = z.union([
  z.strictObject({ code: z.int().min(0).max(255) }),
  z.strictObject({ signal: z.string().min(1).max(32) }),
])

/** See {@link exitSchema}. */
export type Exit = z.infer<typeof exitSchema>

/** What the ends of a stream tell each other beside its bytes: the size of the terminal, and how the process ended. */
export const noteSchema = z.union([
  z.strictObject({ resize: z.strictObject({ columns: cells, rows: cells }) }),
  z.strictObject({ exit: exitSchema }),
])

/** See {@link noteSchema}. */
export type Note = z.infer<typeof noteSchema>
