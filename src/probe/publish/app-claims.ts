import { type PublishStatus, targetName } from './publish-status.ts'

/** One target's claim on the app that it leads to. */
export interface AppClaim {
  /**
   * Claims an app, in place of the one claimed before.
   *
   * @param challenge identifies the app (random for each start of an app)
   * @param isProven whether the app has proved that it holds the cluster key. A challenge alone proves nothing, since everybody may
   * ask an app for it.
   * @returns the name of another target that this app is claimed for, and remains so; undefined when the claim succeeded
   */
  take(challenge: string, isProven?: boolean): string | undefined
  /** Name of the target that has taken the claimed app over, since it comes first; undefined when none has. */
  lostTo(): string | undefined
  /** Gives the app up. */
  release(): void
  /** Gives the app up, and waits for none: the target is gone. */
  end(): void
}

/** What decides which of two targets that lead to one app is reported to. */
type Claimant = Pick<PublishStatus, 'url' | 'address' | 'origin'>

/** Keeps track of the app that each target leads to. */
export interface AppClaims {
  /**
   * @param target one that a person named comes before one that was discovered
   * @param freed called when the app which another target was found to report to has been given up
   */
  of(target: Claimant, freed: () => void): AppClaim
}

interface Entry {
  readonly target: Claimant
  readonly freed: () => void
  claimed: string | undefined
  isProven: boolean
  /** An app that is claimed for another target. */
  awaited: string | undefined
  lostTo: string | undefined
}

const isBefore = (a: Entry, b: Entry): boolean => {
  if (a.isProven !== b.isProven) return a.isProven
  return a.target.origin !== 'discovered' && b.target.origin === 'discovered'
}

/**
 * Creates claims on apps, so that an app which is found twice, by two names or by two addresses of one name, gets each
 * report once, and by its other target as soon as the first one fails.
 */
export const createAppClaims = (): AppClaims => {
  const entries = new Set<Entry>()

  const release = (entry: Entry): void => {
    const { claimed } = entry
    if (claimed === undefined) return
    entry.claimed = undefined
    for (const other of entries) if (other !== entry && other.awaited === claimed) other.freed()
  }

  const take = (entry: Entry, challenge: string, isProven: boolean): string | undefined => {
    if (entry.claimed !== challenge) release(entry)
    Object.assign(entry, { claimed: undefined, awaited: undefined, lostTo: undefined, isProven })
    const holder = [...entries].find(({ claimed }) => claimed === challenge)
    if (holder !== undefined && !isBefore(entry, holder)) {
      entry.awaited = challenge
      return targetName(holder.target)
    }
    if (holder !== undefined)
      Object.assign(holder, { claimed: undefined, awaited: challenge, lostTo: targetName(entry.target) })
    entry.claimed = challenge
    return undefined
  }

  return {
    of(target, freed) {
      const entry: Entry = {
        ...{ target, freed, claimed: undefined, isProven: false },
        ...{ awaited: undefined, lostTo: undefined },
      }
      entries.add(entry)
      return {
        take: (challenge, isProven = true) => take(entry, challenge, isProven),
        lostTo: () => entry.lostTo,
        release: () => release(entry),
        end() {
          release(entry)
          entries.delete(entry)
        },
      }
    },
  }
}
