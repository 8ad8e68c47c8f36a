import type { Flow, NodeRef } from '../connections/flow.ts'
import { type Doubt, NO_DOUBTS } from '../connections/sharing/doubt.ts'
import type { Stitcher } from '../connections/stitching/stitcher.ts'
import type { PlacedDoubt } from '../view/assembling/placed-doubts.ts'
import type { FlowPlace, FlowPlacer } from '../view/placing/flow-placer.ts'

/** What becomes of what pieces tell. */
export interface PiecesOptions {
  readonly placer: Pick<FlowPlacer, 'add' | 'replace' | 'remove'>
  /** Id of the view's node that stands for a process; undefined when the view has none. */
  readonly nodeOf: (ref: NodeRef) => string | undefined
  readonly addDoubt: (doubt: PlacedDoubt) => void
  readonly removeDoubt: (doubt: PlacedDoubt) => void
}

/** The pieces of the stitcher as one view has placed them: their flows, and what these leave in doubt. */
export class PlacedPieces {
  readonly #stitcher: Pick<Stitcher, 'flowsOf' | 'doubtsOf'>
  readonly #options: PiecesOptions
  readonly #flows = new Map<number, readonly FlowPlace[]>()
  /** The doubts of pieces that have any, and between which nodes of the view they are. */
  readonly #doubts = new Map<
    number,
    { readonly told: readonly Doubt[]; readonly placed: readonly PlacedDoubt[] }
  >()

  constructor(stitcher: Pick<Stitcher, 'flowsOf' | 'doubtsOf'>, options: PiecesOptions) {
    this.#stitcher = stitcher
    this.#options = options
  }

  /** Ids of all that are placed. */
  get ids(): Iterable<number> {
    return this.#flows.keys()
  }

  has(piece: number): boolean {
    return this.#flows.has(piece)
  }

  /** Places a piece that is not placed. */
  add(piece: number): void {
    const { placer } = this.#options
    this.#flows.set(
      piece,
      this.#stitcher.flowsOf(piece).map((flow) => placer.add(flow)),
    )
    this.#placeDoubts(piece, this.#stitcher.doubtsOf(piece))
  }

  /** Takes over what a piece tells now. It costs little where it has the same flows as before, with other numbers. */
  replace(piece: number): void {
    const { placer } = this.#options
    const known = this.#flows.get(piece) ?? []
    const flows = this.#stitcher.flowsOf(piece)
    for (let i = flows.length; i < known.length; i++) {
      const place = known[i]
      if (place) placer.remove(place)
    }
    for (let i = 0; i < known.length && i < flows.length; i++)
      placer.replace(known[i] as FlowPlace, flows[i] as Flow)
    // The usual case: as many as before.
    if (known.length !== flows.length)
      this.#flows.set(
        piece,
        flows.map((flow, i) => known[i] ?? placer.add(flow)),
      )
    this.#placeDoubts(piece, this.#stitcher.doubtsOf(piece))
  }

  remove(piece: number): void {
    for (const place of this.#flows.get(piece) ?? []) this.#options.placer.remove(place)
    this.#flows.delete(piece)
    this.#placeDoubts(piece, NO_DOUBTS)
  }

  #placeDoubts(piece: number, told: readonly Doubt[]): void {
    const { nodeOf, addDoubt, removeDoubt } = this.#options
    const known = this.#doubts.get(piece)
    // The usual case: there are none.
    if (known === undefined ? told.length === 0 : known.told === told) return
    known?.placed.forEach(removeDoubt)
    this.#doubts.delete(piece)
    if (told.length === 0) return
    const nodesOf = (refs: readonly NodeRef[]): ReadonlySet<string> =>
      new Set(refs.flatMap((ref) => nodeOf(ref) ?? []))
    const placed = told.map(({ clients, servers }) => ({
      sources: nodesOf(clients),
      targets: nodesOf(servers),
    }))
    this.#doubts.set(piece, { told, placed })
    placed.forEach(addDoubt)
  }
}
