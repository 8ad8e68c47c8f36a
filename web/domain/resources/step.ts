import type { PressedKey } from '../keys/keys.ts'
import { isBrowsers } from '../keys/side.ts'

/**
 * The box to which a key leads: left and right to the next one, Home and End to the first and the last.
 *
 * @param at index of the box that has the focus, -1 = none
 * @param boxes how many there are
 * @returns undefined when the key leads nowhere
 */
export function boxStep(
  event: Pick<PressedKey, 'key' | 'altKey' | 'metaKey'>,
  at: number,
  boxes: number,
): number | undefined {
  if (isBrowsers(event)) return undefined
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: boxes - 1 }[event.key] ?? -1
  return to >= 0 && to < boxes ? to : undefined
}
