import { Resolver } from 'node:dns/promises'

/** Asks the servers that the machine is set up with. */
export interface ReverseResolver {
  lookUp(ip: string): Promise<readonly string[]>
  /** Ends the look-ups that run; they reject. */
  stop(): void
}

const TIMEOUT_MS = 2000
const TRIES = 2

/** A resolver made when the first look-up begins and left when the last has ended, so that changed settings are read. */
export const createReverseResolver = (): ReverseResolver => {
  let resolver: Resolver | undefined
  let running = 0
  return {
    async lookUp(ip) {
      resolver ??= new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
      running += 1
      try {
        return await resolver.reverse(ip)
      } finally {
        running -= 1
        if (running === 0) resolver = undefined
      }
    },
    stop: () => resolver?.cancel(),
  }
}
