/**
 * What streams are made of. Apart from `stream.ts`, because the page shares it, whose bundle has neither zod nor anything of Node.
 */

/**
 * What a chunk of a stream is. `in` goes to the process (its standard input, or what is typed into its terminal), `out` and `err`
 * come from it (of a terminal, all is `out`). `note` is JSON, in either direction: between app and probe a `Note` of `stream.ts`,
 * between the app and whoever looks at a pipe the notes of `src/pipe/notes.ts`.
 */
export const lanes = ['in', 'out', 'err', 'note'] as const

/** See {@link lanes}. On the wire a lane is one byte: its place in that list. */
export type Lane = (typeof lanes)[number]

/** A chunk of a `ByteStream`. */
export interface Chunk {
  readonly lane: Lane
  readonly bytes: Uint8Array
}

/** Most bytes of one direction of one stream that may be under way, not yet consumed by the reader. */
export const CREDIT_BYTES = 256 * 1024

/** Most bytes of the JSON of a note. */
export const MAX_NOTE_BYTES = 4096
