import { type CommandOf, commandFor, markedKeys, type PressedKey } from '../keys/keys.ts'

/**
 * What a key does while rows of the table are marked: it is about these rows then, and not one of the page.
 *
 * @param at what it was pressed at: something that takes text, or something over the table that has keys of its own
 * @param marked how many rows are marked
 * @param shown how many of these are shown: nothing is done with the others
 */
export function markedCommand(
  event: PressedKey,
  at: { readonly typing: boolean; readonly elsewhere: boolean },
  marked: number,
  shown: number,
): CommandOf<typeof markedKeys> | undefined {
  if (marked === 0 || at.typing || at.elsewhere) return undefined
  const command = commandFor(markedKeys, event)
  return command === 'act' && shown === 0 ? undefined : command
}
