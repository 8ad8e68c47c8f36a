import type { NodeSummary } from '../../../api/types.ts'

/** So many leaves that are alike are one node. */
const FOLD_FROM = 4

/** How leaves are folded. */
export interface LeafFolding {
  /** The id of the node that stands for leaves, by what they share. */
  readonly idOf: (key: string) => string
  /** The nodes whose leaves are not folded, by id. */
  readonly open: ReadonlySet<string>
}

/** What folding leaves does to a view. */
export interface LeafCounts {
  /** By how many nodes the view is smaller just now. */
  readonly folded: number
  /** By how many it would be smaller if all leaves that are alike were folded. */
  readonly foldable: number
  /** How many nodes would then stand for leaves. */
  readonly buckets: number
}

interface Bucket {
  readonly key: string
  readonly title: string
  readonly members: Set<string>
}

interface Leaf<Place> {
  /** With the flows between the two, by neighbour. */
  readonly neighbours: Map<string, Set<Place>>
  bucket: Bucket | undefined
}

const kinds: Readonly<Partial<Record<NodeSummary['shape'], string>>> = {
  'dashed-circle': 'addresses',
  pill: 'services',
}

/**
 * Folds the addresses, or the named services, that have one and the same neighbour in the same direction and no other. It
 * takes which flows end at them, and says which flows therefore end elsewhere. Whether they are folded depends on nothing
 * but who is connected.
 *
 * @typeParam Place what a flow is known by
 */
export class AlikeLeaves<Place> {
  readonly #folding: LeafFolding | undefined
  readonly #plain: ReadonlyMap<string, NodeSummary>
  readonly #changed: (id: string) => void
  readonly #leaves = new Map<string, Leaf<Place>>()
  readonly #buckets = new Map<string, Bucket>()
  readonly #dirty = new Set<string>()
  readonly #shown = new Map<string, NodeSummary>()
  readonly #foldOf = new Map<string, string>()
  readonly #members = new Map<string, readonly string[]>()
  /** By how many nodes a view is smaller with those that are alike folded, for as many as are. */
  readonly #savedBy = new Map<Bucket, number>()
  #foldable = 0

  /**
   * @param folding undefined when nothing is folded
   * @param plain the addresses and services without folding, by id
   * @param changed called with the id of a node that came, went or is described otherwise
   */
  constructor(
    folding: LeafFolding | undefined,
    plain: ReadonlyMap<string, NodeSummary>,
    changed: (id: string) => void,
  ) {
    this.#folding = folding
    this.#plain = plain
    this.#changed = changed
  }

  /** The nodes as they are shown, by id: those that stand for leaves, and those that are not folded. */
  get shown(): ReadonlyMap<string, NodeSummary> {
    return this.#shown
  }

  /** The sorted ids of the leaves for which a node stands; undefined for any other node. */
  membersOf(id: string): readonly string[] | undefined {
    return this.#members.get(id)
  }

  /** The node that stands for a leaf; the leaf itself when it is not folded. */
  shownAs(id: string): string {
    return this.#foldOf.get(id) ?? id
  }

  get counts(): LeafCounts {
    return {
      folded: this.#foldOf.size - this.#members.size,
      foldable: this.#foldable,
      buckets: this.#savedBy.size,
    }
  }

  /** Call when a node without folding came, went or is described otherwise. */
  describedOtherwise(id: string): void {
    this.#dirty.add(id)
  }

  /** A flow connects a leaf with a neighbour. @param neighbour id and direction */
  link(id: string, neighbour: string, of: Place): void {
    let leaf = this.#leaves.get(id)
    if (leaf === undefined) {
      leaf = { neighbours: new Map(), bucket: undefined }
      this.#leaves.set(id, leaf)
    }
    const known = leaf.neighbours.get(neighbour)
    if (known) known.add(of)
    else {
      leaf.neighbours.set(neighbour, new Set([of]))
      this.#dirty.add(id)
    }
  }

  unlink(id: string, neighbour: string, of: Place): void {
    const neighbours = this.#leaves.get(id)?.neighbours
    const places = neighbours?.get(neighbour)
    if (!places?.delete(of) || places.size > 0) return
    neighbours?.delete(neighbour)
    this.#dirty.add(id)
  }

  /** Decides what is folded. @returns the flows that end at another node than before */
  settle(): ReadonlySet<Place> {
    const touched = new Set<Bucket>()
    const moved = new Set<Place>()
    const described = [...this.#dirty]
    for (const id of described) this.#sort(id, touched)
    this.#dirty.clear()
    const dirty = new Set(described)
    for (const bucket of touched) {
      for (const id of bucket.members) dirty.add(id)
      this.#foldable += this.#settleBucket(bucket)
    }
    for (const id of dirty) this.#show(id, moved)
    return moved
  }

  /** Puts a leaf among those that are alike. */
  #sort(id: string, touched: Set<Bucket>): void {
    const leaf = this.#leaves.get(id)
    if (leaf === undefined) return
    const before = leaf.bucket
    const key = this.#keyOf(id, leaf)
    if (before?.key !== key?.key) {
      if (before) {
        before.members.delete(id)
        touched.add(before)
      }
      leaf.bucket = key && this.#bucket(key)
      leaf.bucket?.members.add(id)
    }
    if (leaf.bucket) touched.add(leaf.bucket)
    if (leaf.neighbours.size === 0) this.#leaves.delete(id)
  }

  #keyOf(id: string, { neighbours }: Leaf<Place>): Omit<Bucket, 'members'> | undefined {
    const summary = this.#plain.get(id)
    const title = summary && kinds[summary.shape]
    const [neighbour, ...others] = neighbours.keys()
    if (title === undefined || neighbour === undefined || others.length > 0) return undefined
    return { key: `${title};${neighbour}`, title }
  }

  #bucket(of: Omit<Bucket, 'members'>): Bucket {
    const known = this.#buckets.get(of.key)
    if (known) return known
    const made: Bucket = { ...of, members: new Set() }
    this.#buckets.set(of.key, made)
    return made
  }

  /** @returns by how many nodes more the view would be smaller with it folded */
  #settleBucket(bucket: Bucket): number {
    const { key, members } = bucket
    const saved = members.size >= FOLD_FROM ? members.size - 1 : 0
    const more = saved - (this.#savedBy.get(bucket) ?? 0)
    if (saved > 0) this.#savedBy.set(bucket, saved)
    else this.#savedBy.delete(bucket)
    if (members.size === 0 && this.#buckets.get(key) === bucket) this.#buckets.delete(key)
    const id = this.#folding?.idOf(key)
    if (id === undefined) return more
    if (saved > 0 && !this.#folding?.open.has(id)) {
      const sorted = [...members].sort()
      this.#members.set(id, sorted)
      this.#set(id, this.#summaryOf(id, bucket, sorted))
    } else if (this.#members.delete(id)) this.#set(id, undefined)
    return more
  }

  /** Shows a leaf, or leaves it to the node that stands for it. */
  #show(id: string, moved: Set<Place>): void {
    const leaf = this.#leaves.get(id)
    const bucket = leaf?.bucket
    const fold = bucket && this.#folding?.idOf(bucket.key)
    const isFolded = fold !== undefined && this.#members.has(fold)
    if (this.#foldOf.get(id) !== (isFolded ? fold : undefined)) {
      if (isFolded) this.#foldOf.set(id, fold)
      else this.#foldOf.delete(id)
      for (const places of leaf?.neighbours.values() ?? []) for (const place of places) moved.add(place)
    }
    const summary = this.#plain.get(id)
    if (isFolded || summary === undefined) this.#set(id, undefined)
    else if (bucket && fold !== undefined && this.#folding?.open.has(fold))
      this.#set(id, { ...summary, group: { id: fold, label: groupLabel(bucket) } })
    else this.#set(id, summary)
  }

  #summaryOf(id: string, bucket: Bucket, members: readonly string[]): NodeSummary {
    const summaries = members.flatMap((member) => this.#plain.get(member) ?? [])
    const names = summaries.map(({ label }) => label).sort()
    const [first] = summaries
    return {
      id,
      label: `${members.length} ${bucket.title}`,
      labelMinor: names.length > 2 ? `${names.slice(0, 2).join(', ')}, …` : names.join(', '),
      rank: groupLabel(bucket),
      shape: first?.shape ?? 'dashed-circle',
      stack: true,
      pseudo: true,
      group: { id, label: groupLabel(bucket) },
    }
  }

  #set(id: string, summary: NodeSummary | undefined): void {
    if (summary === undefined && !this.#shown.has(id)) return
    if (summary === undefined) this.#shown.delete(id)
    else this.#shown.set(id, summary)
    this.#changed(id)
  }
}

const groupLabel = ({ title }: Bucket): string => `Alike ${title}`
