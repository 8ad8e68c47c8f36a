import type { Logger } from '../../log/log.ts'
import { exitCode } from '../options/usage-error.ts'
import { explain, isExpected } from './expected-error.ts'

/** Anything that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>
}

const stopLimitMs = 8000
const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/**
 * Runs one part of Scope in this process: starts it, stops it at the first signal, and exits immediately at the second.
 * An uncaught error is logged and ends the process, because the state it left behind cannot be trusted.
 *
 * @returns the exit code
 */
export async function runUntilSignal(log: Logger, start: () => Promise<Running>): Promise<number> {
  process.on('uncaughtException', (error) => {
    logFailure(log, 'uncaught error', error)
    process.exit(exitCode.failed)
  })
  const signalled = firstSignal(log)
  let running: Running
  try {
    running = await start()
  } catch (error) {
    logFailure(log, 'cannot start', error)
    return exitCode.failed
  }
  log.info(`stopping: ${await signalled}`)
  return stopWithin(log, running)
}

/** Resolves to the first terminating signal; a second one exits immediately. */
function firstSignal(log: Logger): Promise<string> {
  return new Promise((resolve) => {
    let seen = false
    for (const [signal, number] of Object.entries(signals)) {
      process.on(signal, () => {
        if (seen) {
          log.warn(`ended at once by a second signal: ${signal}`)
          process.exit(128 + number)
        }
        seen = true
        resolve(signal)
      })
    }
  })
}

async function stopWithin(log: Logger, running: Running): Promise<number> {
  const limit = setTimeout(() => {
    log.error(`did not stop within ${stopLimitMs / 1000} s; ended without`)
    process.exit(exitCode.failed)
  }, stopLimitMs)
  try {
    await running.stop()
    return exitCode.ok
  } catch (error) {
    logFailure(log, 'stopping failed', error)
    return exitCode.failed
  } finally {
    clearTimeout(limit)
  }
}

/** Logs the stack only for unexpected errors; the message of an expected one is enough. */
function logFailure(log: Logger, what: string, error: unknown): void {
  const stack = error instanceof Error && !isExpected(error) ? error.stack : undefined
  log.error(`${what}: ${explain(error)}`, { stack })
}
