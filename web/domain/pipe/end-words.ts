/** How a process ended, as the app tells it. */
export interface Ended {
  readonly exit?: { readonly code: number } | { readonly signal: string }
  readonly reason?: string
}

const longest = 200

/** How a terminal or a log ended, in words. @param ended what the app told */
export function endWords({ exit, reason }: Ended): string {
  const how = exit && ('code' in exit ? `exit code ${exit.code}` : `ended by ${exit.signal}`)
  const why = reason?.slice(0, longest)
  return [how, why].filter(Boolean).join(', ') || 'ended'
}

/** Without anybody who looks at it, the app ends a pipe after this time. */
export const UNSEEN_MS = 60_000

/**
 * Why the app no longer knows a pipe.
 *
 * @param unseenMs how long this page had no connection to it
 */
export function goneWords(unseenMs: number): string {
  return unseenMs >= UNSEEN_MS
    ? 'ended: nobody looked at it for a minute'
    : 'ended: the app was restarted, or who opened it has signed out'
}
