/**
 * Waits for a promise for so long at most; what it is about goes on.
 *
 * @param late gives what stands for an answer that does not come in time, or throws
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
