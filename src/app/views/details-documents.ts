import { LRUCache } from 'lru-cache'
import type { NodeDetails, OfferedControl } from '../../api/types.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { keepLatest } from '../../topology/keep-latest.ts'
import { entityTags } from '../http/sending/entity-tags.ts'
import type { KeptChunks } from '../http/sending/kept-chunks.ts'
import { SharedDocument } from '../http/sending/shared-document.ts'
import { chunksOfText } from '../http/sending/stream-chunks.ts'

/** Most bytes of text that are kept; details of a large node take some 100 kB. */
const MAX_BYTES = 8 * 1024 * 1024
/** V8 takes as much for a character of a text that has others than those of Latin alphabets. */
const CHARACTER_BYTES = 2
/** Most answers about one node that differ in the controls alone, which depend on who asks. */
const MAX_CONTROLS = 8

interface KnownDetails {
  /** The reports that they were made from. Weak, because nobody may ever ask again. */
  readonly held: WeakRef<readonly HeldReport[]>
  /** As JSON, without the controls. */
  readonly json: string
  readonly byControls: Map<string, SharedDocument>
}

/** Encodes the details of a node once for all who ask while the reports are the same, and apart for those who may use other controls. */
export class DetailsDocuments {
  readonly #kept: KeptChunks
  readonly #nextTag = entityTags()
  readonly #known: LRUCache<string, KnownDetails>

  /**
   * @param kept counts the bytes that are kept of what is sent
   * @param maxBytes of the texts that this is made from
   */
  constructor(kept: KeptChunks, maxBytes = MAX_BYTES) {
    this.#kept = kept
    this.#known = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ json }) => CHARACTER_BYTES * json.length,
      dispose: ({ byControls }, _key, reason) => {
        if (reason !== 'set') for (const document of byControls.values()) document.forget()
      },
    })
  }

  /** Most bytes of text to keep. */
  get maxBytes(): number {
    return this.#known.maxSize
  }

  /** Bytes of text that are kept now, at most. */
  get bytes(): number {
    return this.#known.calculatedSize
  }

  /**
   * The answer about a node. The same document as long as it says the same.
   *
   * @param key names the node and everything that was asked, but not who asks
   * @param held what `make` makes the details from
   * @returns undefined when there is no such node
   */
  get(
    key: string,
    held: readonly HeldReport[],
    make: () => Omit<NodeDetails, 'controls'> | undefined,
    controls: readonly OfferedControl[],
  ): SharedDocument | undefined {
    const known = this.#current(key, held, make)
    if (known === undefined) return undefined
    this.#known.set(key, known)
    const { json, byControls } = known
    const last = JSON.stringify(controls)
    const document =
      byControls.get(last) ??
      new SharedDocument({
        tag: this.#nextTag(),
        source: () => chunksOfText([`{"node":${json.slice(0, -1)},"controls":${last}}}`]),
        kept: this.#kept,
      })
    keepLatest(byControls, last, document, MAX_CONTROLS)
    return document
  }

  #current(
    key: string,
    held: readonly HeldReport[],
    make: () => Omit<NodeDetails, 'controls'> | undefined,
  ): KnownDetails | undefined {
    const known = this.#known.get(key)
    if (known?.held.deref() === held) return known
    const node = make()
    if (node === undefined) {
      this.#known.delete(key)
      return undefined
    }
    const json = JSON.stringify(node)
    if (known?.json === json) return { ...known, held: new WeakRef(held) }
    for (const document of known?.byControls.values() ?? []) document.forget()
    return { held: new WeakRef(held), json, byControls: new Map() }
  }
}
