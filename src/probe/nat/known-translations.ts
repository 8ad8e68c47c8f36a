import type { TrackedTranslation } from './conntrack-message.ts'
import type { Translation, TranslationSink } from './nat-source.ts'

/**
 * The translations there are, from events and from dumps that overlap with them. The sink is told of each once, and of its
 * end also when the event of that was lost.
 */
export class KnownTranslations {
  readonly #sink: TranslationSink
  readonly #max: number
  readonly #known = new Map<string, Translation>()
  /** While a dump is read: those known before that it has not named, and those that went meanwhile. */
  #dump: { readonly unseen: Set<string>; readonly gone: Set<string> } | undefined
  #added = 0
  #forgotten = 0

  /** @param max of translations held; beyond, the oldest are given up, and counted */
  constructor(sink: TranslationSink, max: number) {
    this.#sink = sink
    this.#max = max
  }

  get counters(): { readonly translated: number; readonly added: number; readonly forgotten: number } {
    return { translated: this.#known.size, added: this.#added, forgotten: this.#forgotten }
  }

  /** An event. */
  apply(tracked: TrackedTranslation): void {
    const key = keyOf(tracked)
    this.#dump?.unseen.delete(key)
    if (tracked.there) this.#add(key, tracked.translation)
    else this.#remove(key, tracked.translation)
  }

  /** Begins to read what there is; {@link seen} and {@link endDump} belong to it. */
  beginDump(): void {
    this.#dump = { unseen: new Set(this.#known.keys()), gone: new Set() }
  }

  /** One that the dump names; it may have gone since. */
  seen(tracked: TrackedTranslation): void {
    const key = keyOf(tracked)
    this.#dump?.unseen.delete(key)
    if (!this.#dump?.gone.has(key)) this.#add(key, tracked.translation)
  }

  /** @param whole false when the dump broke off, so that those it did not name may be there */
  endDump(whole: boolean): void {
    if (whole && this.#dump)
      for (const key of this.#dump.unseen) {
        const translation = this.#known.get(key)
        if (translation) this.#remove(key, translation)
      }
    this.#dump = undefined
  }

  #add(key: string, translation: Translation): void {
    if (this.#known.has(key)) return
    if (this.#known.size >= this.#max) this.#forgetOldest()
    this.#known.set(key, translation)
    this.#added++
    this.#sink.added(translation)
  }

  #remove(key: string, translation: Translation): void {
    this.#dump?.gone.add(key)
    // one whose beginning was lost can still match the sockets whose events come late
    if (!this.#known.delete(key)) this.#sink.added(translation)
    this.#sink.removed(translation)
  }

  #forgetOldest(): void {
    for (const [key, translation] of this.#known) {
      this.#known.delete(key)
      this.#forgotten++
      this.#sink.removed(translation)
      return
    }
  }
}

const keyOf = ({ id, translation: { original } }: TrackedTranslation): string =>
  `${id} ${original.sourceIp} ${original.sourcePort} ${original.destinationIp} ${original.destinationPort}`
