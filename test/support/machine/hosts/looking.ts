import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'

const PAUSE_MS = 300

/**
 * Looks at the apps of a fleet again and again, for what has never been so.
 *
 * @returns stop: ends it, and tells what was found
 */
export const watchForFalseClaims = (fleet: Fleet): { stop(): Promise<readonly string[]> } => {
  const found = new Set<string>()
  const stopping = new AbortController()
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      for (const app of fleet.apps)
        try {
          for (const claim of await fleet.falseClaimsOf(app)) found.add(`${app.host.name} shows ${claim}`)
        } catch {
          // The app does not run at the moment, which is part of the tests.
        }
      await sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await watching
      return [...found]
    },
  }
}
