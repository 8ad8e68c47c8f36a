/** Why a part of the page could not be loaded: the app was updated, does not answer, or lacks it. */
export type MissingCause = 'updated' | 'unreachable' | 'lacking'

/** The cause, from whether the app has another build of the page by now; undefined = it does not answer. */
export function missingCause(isReplaced: boolean | undefined): MissingCause {
  if (isReplaced === undefined) return 'unreachable'
  return isReplaced ? 'updated' : 'lacking'
}

/** What is said of it. */
export const missingWords: Readonly<Record<MissingCause, string>> = {
  updated: 'Scope was updated. This page is from before, and cannot load all of its parts any more.',
  unreachable: 'The app does not answer, so a part of this page could not be loaded.',
  lacking: 'A part of this page could not be loaded.',
}

/** What decides whether the page loads itself again. */
export interface ReloadFacts {
  readonly cause: MissingCause
  /** There is something typed, or a dialog or a session is open, that would be lost or in the way. */
  readonly isInUse: boolean
  /** Milliseconds since it last did so by itself; undefined = it never did. */
  readonly sinceMs: number | undefined
}

/** Where reloading did not help, it is not tried again by itself for so long. */
const TRIED_MS = 60_000

/** Whether the page loads itself again without asking. */
export function reloadsItself({ cause, isInUse, sinceMs }: ReloadFacts): boolean {
  return cause === 'updated' && !isInUse && (sinceMs === undefined || sinceMs > TRIED_MS)
}
