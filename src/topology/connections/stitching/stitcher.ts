import type { IndexedReport, IndexedReports } from '../../pipeline/indexed-reports.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { compareRecords, type Flow, type Half } from '../flow.ts'
import { isFoldedHalf, type PrefixLengths, prefixLengths, remoteAddress } from '../folded.ts'
import { meetings } from '../joining/meeting.ts'
import { AddressOwners, ownedAddresses } from '../owners.ts'
import { type Doubt, NO_DOUBTS, sameDoubts } from '../sharing/doubt.ts'
import { NumberLists } from '../sharing/number-lists.ts'
import { keysOf, mentionsOf } from './half-keys.ts'
import { partition } from './partition.ts'
import { type PiecesChange, PiecesLog } from './pieces-log.ts'
import { type EarlierShares, earlierShares, type Stitch, type Surroundings, stitch } from './stitch.ts'
import { containerIdOf, hasKeysOf, type Succession, successions } from './succession.ts'

/** A half among those of all reports, as its probe told it last. */
interface KnownHalf {
  half: Half
  keys: readonly number[]
  /** The container of its process when the keys were made. */
  containerId: string | undefined
  piece: Piece | undefined
}

/** Halves that can only have an influence on each other, and the flows made of them. */
interface Piece {
  readonly id: number
  readonly halves: readonly KnownHalf[]
  stitch: Stitch
}

/** Ids of connection records, by the index of the latest report that has them. */
export type RecordIds = ReadonlyMap<ReportIndex, { has(id: string): boolean }>

/**
 * The stage that joins the halves of all reports. Halves are divided into pieces that have no influence on each other. Where
 * a report tells again of a half, and nothing else may meet it than before, its piece stays, and is only stitched again
 * when it tells something else. Pieces are divided anew when halves went or came, or when their addresses belong to others
 * than before. The flows
 * of a set of reports do not depend on the sets before.
 */
export class Stitcher {
  readonly #owners = new AddressOwners()
  readonly #meetings = meetings(this.#owners)
  readonly #lists = new NumberLists()
  #lengths: PrefixLengths = { client: [], server: [] }
  readonly #pieces = new Map<number, Piece>()
  readonly #byKey = new Map<number, Piece>()
  readonly #byMention = new Map<string, Set<Piece>>()
  readonly #ofReport = new Map<IndexedReport, readonly KnownHalf[]>()
  #reports: IndexedReports = []
  #lastId = 0
  readonly #log = new PiecesLog()

  /** Increases with every change. */
  get version(): number {
    return this.#log.version
  }

  /** Brings the flows up to date with these reports. */
  update(reports: IndexedReports): void {
    if (reports === this.#reports) return
    const [before, now] = [new Set(this.#reports), new Set(reports)]
    const gone = this.#reports.filter((report) => !now.has(report))
    const come = reports.filter((report) => !before.has(report))
    this.#reports = reports
    if (gone.length === 0 && come.length === 0) return
    this.#log.add(this.#change(gone, come), this.#pieces.size)
  }

  /** The pieces that went and came since a version; undefined when that is too long ago to be known. */
  changesSince(version: number): readonly PiecesChange[] | undefined {
    return this.#log.since(version)
  }

  /** Forgets the changes before a version. */
  forgetBefore(version: number): void {
    this.#log.forgetBefore(version)
  }

  /** Ids of all pieces. */
  get pieces(): Iterable<number> {
    return this.#pieces.keys()
  }

  /** The flows of a piece; empty when it has gone. */
  flowsOf(piece: number): readonly Flow[] {
    return this.#pieces.get(piece)?.stitch.flows ?? []
  }

  /** Between whom there may be connections that no flow of a piece tells of. The same list as long as that does not change. */
  doubtsOf(piece: number): readonly Doubt[] {
    return this.#pieces.get(piece)?.stitch.doubts ?? NO_DOUBTS
  }

  /** The pieces whose flows refer to nodes of a report, and perhaps others. */
  *piecesAbout(report: IndexedReport): Generator<number> {
    for (const { piece } of this.#ofReport.get(report) ?? []) if (piece) yield piece.id
    for (const id of ownedAddresses(report.index))
      for (const piece of this.#byMention.get(id) ?? []) yield piece.id
  }

  /** The flows that were made from these records, and perhaps others, in no particular order. */
  *flowsFrom(records: RecordIds): Generator<Flow> {
    const pieces = new Set<Piece>()
    for (const report of this.#reports) {
      const ids = records.get(report.index.latest)
      if (ids === undefined) continue
      for (const { half, piece } of this.#ofReport.get(report) ?? [])
        if (piece && ids.has(half.record.id)) pieces.add(piece)
    }
    for (const { stitch } of pieces) yield* stitch.flows
  }

  #change(allGone: readonly IndexedReport[], allCome: readonly IndexedReport[]): PiecesChange {
    const { succeeding, gone, come } = successions(allGone, allCome)
    const moved = this.#owners.change([
      ...gone.map(({ index }) => ({ before: index, now: undefined })),
      ...succeeding.map(({ before, now }) => ({ before: before.index, now: now.index })),
      ...come.map(({ index }) => ({ before: undefined, now: index })),
    ])
    const dropped = new Set<Piece>()
    const stale = new Set<Piece>()
    const left = new Set<KnownHalf>()
    const loose: KnownHalf[] = []
    const leave = (known: KnownHalf): void => {
      left.add(known)
      if (known.piece) dropped.add(known.piece)
    }
    for (const report of gone) {
      this.#ofReport.get(report)?.forEach(leave)
      this.#ofReport.delete(report)
    }
    for (const report of come) for (const known of this.#take(report)) loose.push(known)
    for (const succession of succeeding) {
      const { retold, go, come: added } = this.#takeOver(succession)
      for (const { piece } of retold) if (piece) stale.add(piece)
      go.forEach(leave)
      for (const known of added) loose.push(known)
    }
    for (const id of moved) for (const piece of this.#byMention.get(id) ?? []) dropped.add(piece)
    if (this.#changeLengths()) for (const piece of this.#pieces.values()) dropped.add(piece)

    for (const piece of [...dropped])
      for (const known of this.#drop(piece)) if (!left.has(known)) loose.push(known)
    const surroundings: Surroundings = {
      owners: this.#owners,
      meetings: this.#meetings,
      lengths: this.#lengths,
      lists: this.#lists,
    }
    for (const known of loose) {
      known.keys = keysOf(known.half, surroundings)
      known.containerId = containerIdOf(known.half)
    }
    // What shares a key with one of them becomes part of a new piece, too, with all the halves of its own.
    for (const known of loose) {
      for (const key of known.keys) {
        const piece = this.#byKey.get(key)
        if (piece === undefined) continue
        dropped.add(piece)
        for (const other of this.#drop(piece)) loose.push(other)
      }
    }
    loose.sort(inOrder)
    const earlier = sharedIn(dropped)
    const made = partition(loose, ({ keys }) => keys).map((halves) =>
      this.#keep(halves, stitch(halves.map(halfOf), surroundings, earlier)),
    )
    const changed: number[] = []
    for (const piece of stale) {
      if (dropped.has(piece)) continue
      const before = piece.stitch
      const halves = piece.halves.map(halfOf)
      const made = stitch(halves, surroundings, earlierShares(before.shared), before.isAsOne)
      const now = keepingDoubts(before, made)
      piece.stitch = now
      if (now.hasMoved || now.doubts !== before.doubts || !isOfSame(before.flows, now.flows))
        changed.push(piece.id)
    }
    return { gone: Array.from(dropped, ({ id }) => id), come: made.map(({ id }) => id), changed }
  }

  #take(report: IndexedReport): readonly KnownHalf[] {
    const known = report.flows.halves.map(knownHalf)
    this.#ofReport.set(report, known)
    return known
  }

  /**
   * Takes the halves of a report for those of the one before it that they tell of again.
   *
   * @returns `retold`: those whose flows may be others than before
   */
  #takeOver({ before, now }: Succession): Record<'retold' | 'go' | 'come', readonly KnownHalf[]> {
    const earlier = this.#ofReport.get(before) ?? []
    this.#ofReport.delete(before)
    const [stay, retold, come] = [new Set<KnownHalf>(), [] as KnownHalf[], [] as KnownHalf[]]
    const find = finderIn(earlier)
    const all = now.flows.halves.map((half, position): KnownHalf => {
      const known = find(half.record.id, position)
      if (
        known === undefined ||
        stay.has(known) ||
        !hasKeysOf(half, known.half) ||
        known.containerId !== containerIdOf(half)
      ) {
        const made = knownHalf(half)
        come.push(made)
        return made
      }
      stay.add(known)
      if (known.half === half && !known.piece?.stitch.isPassing) return known
      if (known.half.plainKey !== undefined) half.plainKey = known.half.plainKey
      known.half = half
      retold.push(known)
      return known
    })
    this.#ofReport.set(now, all)
    return { retold, go: earlier.filter((known) => !stay.has(known)), come }
  }

  /** @returns whether halves are folded by other prefix lengths than before */
  #changeLengths(): boolean {
    const lengthsOf = (role: Half['role']): readonly number[] =>
      prefixLengths(this.#reports.flatMap((report) => report.derived.of(lengthsIn, report)[role]))
    const lengths = { client: lengthsOf('client'), server: lengthsOf('server') }
    const isSame =
      lengths.client.join() === this.#lengths.client.join() &&
      lengths.server.join() === this.#lengths.server.join()
    if (!isSame) this.#lengths = lengths
    return !isSame
  }

  #keep(halves: readonly KnownHalf[], made: Stitch): Piece {
    const piece: Piece = { id: ++this.#lastId, halves, stitch: made }
    this.#pieces.set(piece.id, piece)
    for (const known of halves) {
      known.piece = piece
      for (const key of known.keys) this.#byKey.set(key, piece)
      for (const id of mentionsOf(known.half)) {
        const others = this.#byMention.get(id)
        if (others) others.add(piece)
        else this.#byMention.set(id, new Set([piece]))
      }
    }
    return piece
  }

  #drop(piece: Piece): readonly KnownHalf[] {
    if (!this.#pieces.delete(piece.id)) return []
    for (const { half, keys } of piece.halves) {
      for (const key of keys) this.#byKey.delete(key)
      for (const id of mentionsOf(half)) {
        const others = this.#byMention.get(id)
        if (others?.delete(piece) && others.size === 0) this.#byMention.delete(id)
      }
    }
    return piece.halves
  }
}

const isOfSame = (before: readonly Flow[], now: readonly Flow[]): boolean =>
  before === now || (before.length === now.length && now.every((flow, i) => flow === before[i]))

/** With the list of doubts that was there before, where that says the same. */
const keepingDoubts = ({ doubts }: Stitch, now: Stitch): Stitch =>
  doubts !== now.doubts && sameDoubts(doubts, now.doubts) ? { ...now, doubts } : now

const halfOf = ({ half }: KnownHalf): Half => half

const knownHalf = (half: Half): KnownHalf => ({
  half,
  keys: [],
  containerId: undefined,
  piece: undefined,
})

/** Finds a half by the id of its record, soonest at the position that it is likely to have. */
const finderIn = (
  halves: readonly KnownHalf[],
): ((id: string, position: number) => KnownHalf | undefined) => {
  let byRecord: ReadonlyMap<string, KnownHalf> | undefined
  return (id, position) => {
    const likely = halves[position]
    if (likely?.half.record.id === id) return likely
    byRecord ??= new Map(halves.map((known) => [known.half.record.id, known]))
    return byRecord.get(id)
  }
}

/** Places in a report change with what was reported before, and must not show: so it is by the ids of the records. */
const inOrder = (a: KnownHalf, b: KnownHalf): number => compareRecords(a.half.record, b.half.record)

const sharedIn = (pieces: ReadonlySet<Piece>): EarlierShares =>
  earlierShares(Array.from(pieces).flatMap(({ stitch }) => stitch.shared))

const lengthsIn = ({ flows }: IndexedReport): PrefixLengths => {
  const folded = flows.halves.filter((half) => half.process.at.verified && isFoldedHalf(half))
  const ofRole = (role: Half['role']): readonly number[] => [
    ...new Set(folded.flatMap((half) => (half.role === role ? (remoteAddress(half).prefixBits ?? []) : []))),
  ]
  return { client: ofRole('client'), server: ofRole('server') }
}
