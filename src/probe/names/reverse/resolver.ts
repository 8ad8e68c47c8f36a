import { Resolver } from 'node:dns/promises'

/** Looks up names with the DNS servers that the machine is configured to use. */
export interface ReverseResolver {
  lookUp(ip: string): Promise<readonly string[]>
  /** Cancels running look-ups; they reject. */
  stop(): void
}

const TIMEOUT_MS = 2000
const TRIES = 2

/**
 * Creates a resolver for reverse DNS. Node's resolver is created with the first look-up and dropped after the last one,
 * so that changed settings are read.
 */
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
