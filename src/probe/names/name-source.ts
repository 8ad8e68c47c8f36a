import type { ProcessRef } from '../process/directory.ts'

/** Provides names for addresses. No method blocks. */
export interface NameSource {
  /**
   * The name that the process looked up to get this address: from the latest unexpired DNS answer given to its
   * container, or else to its host. Rule 12 of the model.
   */
  askedFor(process: ProcessRef, ip: string): string | undefined
  /**
   * The name in reverse DNS, if it is known. Otherwise it is looked up in the background, if there is room in the
   * queue.
   */
  reverse(ip: string): string | undefined
}
