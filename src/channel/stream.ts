import type { Duplex } from 'node:stream'
import * as z from 'zod'

export { type Chunk, CREDIT_BYTES, type Lane, lanes, MAX_NOTE_BYTES } from './lanes.ts'

/**
 * One terminal, or the lines of one log, between the person who looks at it and the process: a `Duplex` in object mode, whose
 * chunks are `Chunk`s in both directions. It keeps Node's contract: `write` returns false when the other end does not
 * keep up (then wait for `drain`), and what is not read stops the sender. `end()` says that no more comes from this end, and the
 * other end can still send. `destroy(error)` ends both directions, and the other end gets the error's message.
 */
export type ByteStream = Duplex

const cells = z.int().min(1).max(1000)

/** How a process ended: by its own exit code, or by a signal (`SIGKILL`). */
export const exitSchema = z.union([
  z.strictObject({ code: z.int().min(0).max(255) }),
  z.strictObject({ signal: z.string().min(1).max(32) }),
])

/** See {@link exitSchema}. */
export type Exit = z.infer<typeof exitSchema>

export const resizeSchema = z.strictObject({ resize: z.strictObject({ columns: cells, rows: cells }) })

/** What the ends of a stream tell each other beside its bytes: the size of the terminal, and how the process ended. */
export const noteSchema = z.union([resizeSchema, z.strictObject({ exit: exitSchema })])

/** See {@link noteSchema}. */
export type Note = z.infer<typeof noteSchema>
