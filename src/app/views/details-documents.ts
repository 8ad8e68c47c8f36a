import type { NodeDetails, OfferedControl } from '../../api/types.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { keepLatest } from '../../topology/keep-latest.ts'
import { entityTags } from '../http/sending/entity-tags.ts'
import type { KeptChunks } from '../http/sending/kept-chunks.ts'
import { SharedDocument } from '../http/sending/shared-document.ts'
import { chunksOfText } from '../http/sending/stream-chunks.ts'

/** Most nodes, each asked for in a certain way, whose details are kept. */
const MAX_NODES = 64
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
  /** Least recently asked for first. */
  readonly #known = new Map<string, KnownDetails>()

  /** @param kept counts the bytes that are kept */
  constructor(kept: KeptChunks) {
    this.#kept = kept
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
    keepLatest(this.#known, key, known, MAX_NODES)
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
    this.#known.delete(key)
    if (known?.held.deref() === held) return known
    const node = make()
    if (node === undefined) return undefined
    const json = JSON.stringify(node)
    if (known?.json === json) return { ...known, held: new WeakRef(held) }
    for (const document of known?.byControls.values() ?? []) document.forget()
    return { held: new WeakRef(held), json, byControls: new Map() }
  }
}
