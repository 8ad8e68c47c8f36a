import type { KeyObject } from 'node:crypto'
import { publicKeyFrom } from '../../../report/proof/ed25519.ts'

/** The public keys of probes that report again and again, each read once. The one that was not asked for longest is forgotten first. */
export class ProbeKeys {
  readonly #most: number
  readonly #keys = new Map<string, KeyObject>()

  /** @param most keys that are kept */
  constructor(most: number) {
    this.#most = most
  }

  /** As {@link publicKeyFrom}. */
  readonly from = (text: string): KeyObject | undefined => {
    const key = this.#keys.get(text) ?? publicKeyFrom(text)
    if (key === undefined) return undefined
    this.#keys.delete(text)
    this.#keys.set(text, key)
    const [oldest] = this.#keys.keys()
    if (this.#keys.size > this.#most && oldest !== undefined) this.#keys.delete(oldest)
    return key
  }
}
