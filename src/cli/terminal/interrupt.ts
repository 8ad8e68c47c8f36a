import { constants } from 'node:os'

/** A signal told the command to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How a shell reports a process that a signal has ended. */
export const codeOfSignal = (signal: string): number => {
  const number = Object.hasOwn(constants.signals, signal) ? constants.signals[signal as NodeJS.Signals] : 0
  return 128 + number
}

/**
 * Does something that signals end in order.
 *
 * @param work its signal is aborted with an {@link InterruptedError} by SIGINT, SIGTERM and SIGHUP
 */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController()
  const listeners = signals.map((signal) => {
    const listener = (): void => controller.abort(new InterruptedError(signal))
    process.on(signal, listener)
    return () => process.removeListener(signal, listener)
  })
  try {
    return await work(controller.signal)
  } finally {
    for (const remove of listeners) remove()
  }
}

/**
 * Ends this process by a signal, so that a shell sees that it was interrupted. Unlike `process.exit`, that does not wait for
 * output which nobody reads.
 */
export const dieOf = (signal: NodeJS.Signals): number => {
  for (const each of signals) process.removeAllListeners(each)
  process.kill(process.pid, signal)
  return codeOfSignal(signal)
}
