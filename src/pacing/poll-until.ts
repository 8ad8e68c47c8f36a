import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Calls `ask` until it returns something other than undefined, with growing pauses of 10 to 200 ms.
 *
 * @returns the answer, or `undefined` when there was none within `limitMs`
 */
export async function pollUntil<T>(
  limitMs: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = performance.now() + limitMs
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 200)) {
    const answer = await ask()
    if (answer !== undefined || performance.now() >= deadline) return answer
    await sleep(pauseMs)
  }
}
