import { deepEqual } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../eventually.ts'
import type { Fleet } from './fleet.ts'

const PAUSE_MS = 300

/**
 * Looks at the apps of a fleet again and again, for what has never been so.
 *
 * @param tell gets each such thing when it is first seen
 * @returns stop: ends it, and tells what was found
 */
export const watchForFalseClaims = (
  fleet: Fleet,
  tell: (claim: string) => void = () => {},
): { stop(): Promise<readonly string[]> } => {
  const found = new Set<string>()
  const stopping = new AbortController()
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      for (const app of fleet.apps)
        try {
          for (const claim of await fleet.falseClaimsOf(app)) {
            const seen = `${app.host.name} shows ${claim}`
            if (!found.has(seen)) tell(seen)
            found.add(seen)
          }
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

/**
 * Waits until all apps of a fleet know all its hosts, and show exactly the connections that are open.
 *
 * @throws Error that shows what differs
 */
export const showTheTruth = async (fleet: Fleet, withinMs: number): Promise<void> => {
  const names = fleet.members.map(({ host }) => host.name).sort()
  await Promise.all(
    fleet.apps.map((app) =>
      eventually(
        `the truth in the app of ${app.host.name}`,
        async () => {
          const probes = await app.scope.probes()
          deepEqual(probes.map(({ hostname }) => hostname).sort(), names)
          const shown = await fleet.shownBy(app)
          deepEqual(shown, fleet.truth())
          return true
        },
        withinMs,
      ),
    ),
  )
}
