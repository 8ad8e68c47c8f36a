/**
 * Waits for a promise until the signal aborts, and then throws its reason. The work behind the promise is not ended by this.
 *
 * @param late called with what came of the work after all; by then an error of it is of no interest to anybody
 * @example
 * const opened = await untilAborted(openTerminal(signal), signal, (terminal) => terminal.close())
 */
export const untilAborted = <Value>(
  work: PromiseLike<Value>,
  signal: AbortSignal,
  late: (value: Value) => void = () => {},
): Promise<Value> =>
  new Promise((resolve, reject) => {
    let isOver = signal.aborted
    const abort = (): void => {
      isOver = true
      reject(signal.reason)
    }
    work.then(
      (value) => {
        signal.removeEventListener('abort', abort)
        if (isOver) late(value)
        else resolve(value)
      },
      (error: unknown) => {
        signal.removeEventListener('abort', abort)
        reject(error)
      },
    )
    if (isOver) reject(signal.reason)
    else signal.addEventListener('abort', abort, { once: true })
  })
