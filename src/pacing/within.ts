/**
 * Waits for a promise, but no longer than `timeoutMs`. The work behind the promise is not cancelled.
 *
 * @param late called on timeout; its return value becomes the result, and what it throws is thrown
 * @example
 * const answer = await within(1000, fetchStatus(), () => undefined)
 */
export const within = async <Value, Late>(
  timeoutMs: number,
  promise: PromiseLike<Value> | Value,
  late: () => Late,
): Promise<Value | Late> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Late>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late())
      } catch (error) {
        reject(error)
      }
    }, timeoutMs)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
