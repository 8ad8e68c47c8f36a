import { type Chunk, MAX_NOTE_BYTES, type Note, noteSchema } from './stream.ts'

/**
 * Makes the chunk that carries a note.
 *
 * @example stream.write(noteChunk({ resize: { columns: 80, rows: 24 } }))
 */
export const noteChunk = (note: Note): Chunk => ({ lane: 'note', bytes: Buffer.from(JSON.stringify(note)) })

/**
 * Reads the bytes of a note.
 *
 * @returns undefined when they are no note
 */
export const readNote = (bytes: Uint8Array): Note | undefined => {
  if (bytes.length > MAX_NOTE_BYTES) return undefined
  try {
    return noteSchema.safeParse(JSON.parse(Buffer.from(bytes).toString())).data
  } catch {
    return undefined
  }
}
