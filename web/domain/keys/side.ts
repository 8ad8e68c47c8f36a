import type { PressedKey } from './keys.ts'

/** Whether an arrow key, Home or End is the browser's own: with Alt or ⌘ these go back and forward in its history, and home. */
export function isBrowsers({ altKey, metaKey }: Pick<PressedKey, 'altKey' | 'metaKey'>): boolean {
  return altKey || metaKey
}

/** The side to which an arrow key leads in a row of things; undefined when the key leads to none. */
export function sideOf(event: Pick<PressedKey, 'key' | 'altKey' | 'metaKey'>): -1 | 1 | undefined {
  if (isBrowsers(event)) return undefined
  return ({ ArrowLeft: -1, ArrowRight: 1 } as const)[event.key]
}
