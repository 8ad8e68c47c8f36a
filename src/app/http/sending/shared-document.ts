import { DeflatedChunks } from './deflated-chunks.ts'
import { gzipped } from './gzip.ts'
import type { KeptChunks } from './kept-chunks.ts'
import { SharedChunks } from './shared-chunks.ts'

/** How a document can be sent. */
export type Coding = 'identity' | 'gzip'

/** What a {@link SharedDocument} is made from. */
export interface SharedDocumentOptions {
  /** Entity tag of the text. */
  readonly tag: string
  /**
   * Makes the JSON text in UTF-8, in chunks; the same text each time.
   *
   * @param earlier chunks of the document before it, of which those may be used again that say the same
   */
  readonly source: (earlier: readonly Uint8Array[]) => Iterator<Uint8Array>
  /** Counts what is kept. */
  readonly kept: KeptChunks
  /**
   * The document before it, which nobody asks for any more. What is kept of it is given up when this one is made; it is
   * probably of about the same size.
   */
  readonly previous?: SharedDocument | undefined
}

/**
 * A JSON document that is encoded once, and compressed once, for all who ask for it. Chunks that the document before it had, too, are
 * not compressed again.
 */
export class SharedDocument {
  readonly #options: Omit<SharedDocumentOptions, 'previous'>
  readonly #made = new Map<Coding, SharedChunks>()
  readonly #deflated: DeflatedChunks
  readonly #expectedBytes: ReadonlyMap<Coding, number>
  /** What is kept of the newest document before it that was made. */
  readonly #earlier: Map<Coding, SharedChunks>

  constructor(options: SharedDocumentOptions) {
    const { previous, ...own } = options
    this.#options = own
    this.#deflated = previous === undefined ? new DeflatedChunks() : previous.#deflated
    this.#expectedBytes = new Map(previous?.sizes())
    if (previous === undefined) this.#earlier = new Map()
    else this.#earlier = previous.#made.size > 0 ? previous.#made : previous.#earlier
  }

  /** Entity tag of what is sent with a coding. */
  tag(coding: Coding): string {
    const { tag } = this.#options
    return coding === 'identity' ? tag : `${tag.slice(0, -1)}-${coding}"`
  }

  /** The bytes to send; the same object for all as long as they are kept. */
  chunks(coding: Coding): SharedChunks {
    const chunks = this.#made.get(coding) ?? this.#make(coding)
    const made = this.#made
    this.#options.kept.use(chunks, () => made.delete(coding))
    return chunks
  }

  /** Keeps the bytes no longer. They are made anew when somebody asks. */
  forget(): void {
    this.#forget(this.#made)
    this.#forget(this.#earlier)
  }

  /** How many bytes it is, or is expected to be. */
  sizes(): Iterable<[Coding, number]> {
    const made = Array.from(this.#made, ([coding, { byteLength }]): [Coding, number] => [coding, byteLength])
    return [...this.#expectedBytes, ...made]
  }

  #make(coding: Coding): SharedChunks {
    const { kept, source: sourceOf } = this.#options
    const source =
      coding === 'gzip' ? gzipped(this.chunks('identity'), this.#deflated) : sourceOf(this.#takeEarlier())
    const chunks: SharedChunks = new SharedChunks(source, {
      expectedBytes: this.#expectedBytes.get(coding) ?? 0,
      grew: () => kept.count(chunks),
    })
    this.#made.set(coding, chunks)
    return chunks
  }

  /** The chunks of the document before it, which are kept for it no longer. */
  #takeEarlier(): readonly Uint8Array[] {
    const chunks = this.#earlier.get('identity')?.made ?? []
    this.#forget(this.#earlier)
    return chunks
  }

  #forget(made: Map<Coding, SharedChunks>): void {
    for (const chunks of made.values()) this.#options.kept.forget(chunks)
    made.clear()
  }
}
