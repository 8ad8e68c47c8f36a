import type { PressedKey } from './keys.ts'

/** A text after a key was pressed at its end; undefined when the key types nothing. */
export function typedBy(
  text: string,
  { key, ctrlKey, metaKey, altKey }: Pick<PressedKey, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): string | undefined {
  if (ctrlKey || metaKey || altKey) return undefined
  const characters = Array.from(text)
  if (key === 'Backspace') return characters.slice(0, -1).join('')
  return Array.from(key).length === 1 ? text + key : undefined
}
