import { LRUCache } from 'lru-cache'
import { entityTags } from './entity-tags.ts'
import type { KeptChunks } from './kept-chunks.ts'
import { SharedDocument } from './shared-document.ts'
import { chunksOfText } from './stream-chunks.ts'

/** Most bytes of text that are kept: twice what the longest list takes. */
const MAX_BYTES = 16 * 1024 * 1024
/** V8 takes as much for a character of a text that has others than those of Latin alphabets. */
const CHARACTER_BYTES = 2

interface Known {
  readonly document: SharedDocument
  /** Whether it was asked for since the last sweep. */
  isInUse: boolean
}

/**
 * JSON texts that are made anew for each who asks, and are often the same: one that is, is encoded and compressed once, and keeps its tag. Who gets
 * a document had its text made, so that it never is that of somebody who may see more.
 */
export class SharedTexts {
  readonly #kept: KeptChunks
  readonly #nextTag = entityTags()
  readonly #known: LRUCache<string, Known>

  /**
   * @param kept counts the bytes that are kept of what is sent
   * @param maxBytes of the texts
   */
  constructor(kept: KeptChunks, maxBytes = MAX_BYTES) {
    this.#kept = kept
    this.#known = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (_, json) => CHARACTER_BYTES * json.length + 1,
      dispose: ({ document }) => document.forget(),
    })
  }

  /** Most bytes that the texts take. */
  get maxBytes(): number {
    return this.#known.maxSize
  }

  /** Bytes that they take now. */
  get bytes(): number {
    return this.#known.calculatedSize
  }

  /** The document with a text; the same as for whoever asked for the same text before, as long as it is kept. */
  of(json: string): SharedDocument {
    const known = this.#known.get(json)
    if (known !== undefined) {
      known.isInUse = true
      return known.document
    }
    const document = new SharedDocument({
      tag: this.#nextTag(),
      source: () => chunksOfText([json]),
      kept: this.#kept,
    })
    this.#known.set(json, { document, isInUse: true })
    return document
  }

  /** Call from time to time: forgets the texts that nobody has asked for since the last call. */
  sweep(): void {
    for (const [json, known] of [...this.#known.entries()]) {
      if (known.isInUse) known.isInUse = false
      else this.#known.delete(json)
    }
  }
}
