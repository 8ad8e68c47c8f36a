import { CHUNK_LENGTH, encodeText } from '../http/sending/stream-chunks.ts'
import { type DocumentPiece, documentPieces, encodePiece, type ShownView } from './encode.ts'

/** A shorter chunk does not end where an earlier one began, lest they become ever shorter. */
const MIN_LENGTH = CHUNK_LENGTH / 4

/** Encodes the documents of a view, one after the other: chunks of which no node or edge changed are used again. */
export class DocumentChunks {
  readonly #pieces = new WeakMap<Uint8Array, readonly DocumentPiece[]>()

  /**
   * A view as a `ViewDocument`.
   *
   * @param earlier chunks of a document that was made here before
   */
  of(view: ShownView, earlier: readonly Uint8Array[]): Iterator<Uint8Array> {
    return this.#encode(documentPieces(view), this.#byFirst(earlier))
  }

  *#encode(
    pieces: readonly DocumentPiece[],
    byFirst: ReadonlyMap<string, Uint8Array>,
  ): Generator<Uint8Array, void, undefined> {
    for (let at = 0; at < pieces.length; ) {
      const known = byFirst.get(nameOf(pieces[at]))
      const length = known === undefined ? 0 : this.#lengthIn(pieces, at, known)
      const chunk = known !== undefined && length > 0 ? known : this.#make(pieces, at, byFirst)
      yield chunk
      at += this.#pieces.get(chunk)?.length ?? 0
    }
  }

  #byFirst(chunks: readonly Uint8Array[]): ReadonlyMap<string, Uint8Array> {
    return new Map(chunks.map((chunk) => [nameOf(this.#pieces.get(chunk)?.[0]), chunk]))
  }

  /** How many pieces a chunk has, if it has those that are at this place. */
  #lengthIn(pieces: readonly DocumentPiece[], at: number, chunk: Uint8Array): number {
    const own = this.#pieces.get(chunk) ?? []
    return own.every((piece, i) => piece === pieces[at + i]) ? own.length : 0
  }

  #make(
    pieces: readonly DocumentPiece[],
    from: number,
    byFirst: ReadonlyMap<string, Uint8Array>,
  ): Uint8Array {
    let text = ''
    let to = from
    const mayEnd = (): boolean => {
      // A node or edge at the beginning of a chunk has one before it.
      if (typeof pieces[to - 1] === 'string') return false
      return text.length >= CHUNK_LENGTH || (text.length >= MIN_LENGTH && byFirst.has(nameOf(pieces[to])))
    }
    do {
      text += encodePiece(pieces[to] ?? '', pieces[to - 1])
      to++
    } while (to < pieces.length && !mayEnd())
    const chunk = encodeText(text)
    this.#pieces.set(chunk, pieces.slice(from, to))
    return chunk
  }
}

const nameOf = (piece: DocumentPiece | undefined): string =>
  typeof piece === 'object' ? piece.id : (piece ?? '')
