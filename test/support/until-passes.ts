import { vi } from 'vitest'
import { EVENTUALLY_MS } from './eventually.ts'

/**
 * Tries again until nothing is thrown, for as long as `eventually` waits. Unlike that it advances timers that are faked.
 *
 * @throws the last error
 */
export const untilPasses = <Result>(check: () => Result | Promise<Result>): Promise<Result> =>
  vi.waitFor(check, { timeout: EVENTUALLY_MS })
