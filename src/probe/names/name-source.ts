import type { ProcessRef } from '../process/directory.ts'

/** Names for addresses. Nothing here blocks or waits. */
export interface NameSource {
  /**
   * What the process asked for when it came upon this address: the latest unexpired answer of DNS given to its container, or
   * to its host. Rule 12 of the model.
   */
  askedFor(process: ProcessRef, ip: string): string | undefined
  /** The name in reverse DNS, when it is known; otherwise it is looked up in the background, if there is room. */
  reverse(ip: string): string | undefined
}
