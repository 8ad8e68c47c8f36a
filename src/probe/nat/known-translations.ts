import type { TrackedTranslation } from './conntrack-message.ts'
import type { Translation, TranslationSink } from './nat-source.ts'

/**
 * The existing translations, from events and from dumps that overlap with them. The sink is told of each translation
 * once, and of its end even when the event of its end was lost.
 */
export class KnownTranslations {
  readonly #sink: TranslationSink
  readonly #max: number
  readonly #known = new Map<string, Translation>()
  /**
   * Set while a dump is read. `unseen`: translations known before that the dump has not contained so far. `gone`: those
   * that ended meanwhile.
   */
  #dump: { readonly unseen: Set<string>; readonly gone: Set<string> } | undefined
  #added = 0
  #forgotten = 0

  /** @param max limit on translations; above it, the oldest are dropped and counted */
  constructor(sink: TranslationSink, max: number) {
    this.#sink = sink
    this.#max = max
  }

  get counters(): { readonly translated: number; readonly added: number; readonly forgotten: number } {
    return { translated: this.#known.size, added: this.#added, forgotten: this.#forgotten }
  }

  /** Handles an event. */
  apply(tracked: TrackedTranslation): void {
    const key = keyOf(tracked)
    this.#dump?.unseen.delete(key)
    if (tracked.there) this.#add(key, tracked.translation)
    else this.#remove(key, tracked.translation)
  }

  /** Begins a dump; followed by calls of {@link seen} and one of {@link endDump}. */
  beginDump(): void {
    this.#dump = { unseen: new Set(this.#known.keys()), gone: new Set() }
  }

  /** Handles a translation in the dump; it may have ended meanwhile. */
  seen(tracked: TrackedTranslation): void {
    const key = keyOf(tracked)
    this.#dump?.unseen.delete(key)
    if (!this.#dump?.gone.has(key)) this.#add(key, tracked.translation)
  }

  /** @param whole false when the dump was not completed, so that translations missing in it may still exist */
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
    // Report a translation even when its beginning was missed: it can still match sockets whose events arrive late.
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
