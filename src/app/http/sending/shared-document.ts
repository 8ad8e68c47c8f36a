import { gzipped } from './gzip.ts'
import type { KeptChunks } from './kept-chunks.ts'
import { SharedChunks } from './shared-chunks.ts'
import { chunksOfText } from './stream-chunks.ts'

/** How a document can be sent. */
export type Coding = 'identity' | 'gzip'

/** What a {@link SharedDocument} is made from. */
export interface SharedDocumentOptions {
  /** Entity tag of the text. */
  readonly tag: string
  /** The JSON text in pieces; the same text each time. */
  readonly pieces: () => Iterable<string>
  /** Counts what is kept. */
  readonly kept: KeptChunks
  /** The document before it, which is probably of about the same size. */
  readonly previous?: SharedDocument | undefined
}

/** A JSON document that is encoded once, and compressed once, for all who ask for it. */
export class SharedDocument {
  readonly #options: SharedDocumentOptions
  readonly #made = new Map<Coding, SharedChunks>()
  readonly #expectedBytes: ReadonlyMap<Coding, number>

  constructor(options: SharedDocumentOptions) {
    const { previous, ...own } = options
    this.#options = own
    this.#expectedBytes = new Map(previous?.sizes())
  }

  /** Entity tag of what is sent with a coding. */
  tag(coding: Coding): string {
    const { tag } = this.#options
    return coding === 'identity' ? tag : `${tag.slice(0, -1)}-${coding}"`
  }

  /** The bytes to send; the same object for all as long as they are kept. */
  chunks(coding: Coding): SharedChunks {
    const chunks = this.#made.get(coding) ?? this.#make(coding)
    this.#options.kept.use(chunks, () => this.#made.delete(coding))
    return chunks
  }

  /** Keeps the bytes no longer. They are made anew when somebody asks. */
  forget(): void {
    for (const chunks of this.#made.values()) this.#options.kept.forget(chunks)
    this.#made.clear()
  }

  /** How many bytes it is, or is expected to be. */
  sizes(): Iterable<[Coding, number]> {
    const made = Array.from(this.#made, ([coding, { byteLength }]): [Coding, number] => [coding, byteLength])
    return [...this.#expectedBytes, ...made]
  }

  #make(coding: Coding): SharedChunks {
    const { kept, pieces } = this.#options
    const source = coding === 'gzip' ? gzipped(this.chunks('identity')) : chunksOfText(pieces())
    const chunks: SharedChunks = new SharedChunks(source, {
      expectedBytes: this.#expectedBytes.get(coding) ?? 0,
      grew: () => kept.count(chunks),
    })
    this.#made.set(coding, chunks)
    return chunks
  }
}
