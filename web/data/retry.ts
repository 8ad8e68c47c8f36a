/** How {@link retry} goes about it. */
export interface RetryOptions {
  /** How long it waits before each further try, in milliseconds. There is one try more than there are pauses. */
  readonly pausesMs: readonly number[]
  /** Whether what failed in that way may succeed when it is tried again; if not given, whatever failed. */
  readonly isPassing?: (error: unknown) => boolean
}

/**
 * Does something until it succeeds: browsers give up what they load when the machine's network changes.
 *
 * @throws what the last try threw
 *
 * @example
 * const { markPaths } = await retry(() => import('./mark-paths.ts'), { pausesMs: [250, 1_000] })
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { pausesMs, isPassing = () => true }: RetryOptions,
): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await attempt()
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return attempt()
}
