/**
 * Polls until a value passes, for at most the time given.
 *
 * @param look gives the value, or undefined (or throws) while it is not there yet
 * @throws the last error, or one that says what was waited for
 */
export const eventually = async <T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  let failure: unknown
  do {
    try {
      const value = await look()
      if (value !== undefined && value !== false) return value
      failure = undefined
    } catch (error) {
      failure = error
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  } while (performance.now() < deadline)
  throw failure ?? new Error(`waited ${timeoutMs} ms in vain for ${what}`)
}
