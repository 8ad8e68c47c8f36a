import { type CommandOf, commandFor, type PressedKey, pageKeys } from './keys.ts'

/** A key that was pressed somewhere on the page. */
export interface HeardKey extends PressedKey {
  /** Whether something has taken the key already. */
  readonly defaultPrevented: boolean
}

/** What the key was pressed at. */
export interface PressedAt {
  /** It takes text. */
  readonly typing: boolean
  /** The space bar presses or opens it. */
  readonly pressing: boolean
}

/** What a key of the page does. */
export interface HeardCommand {
  readonly command: CommandOf<typeof pageKeys>
  /** Whether the browser is to do nothing with the key. */
  readonly takesKey: boolean
}

/** Most lead to a field, which is not to take the key; the page prints by itself, and the space bar would scroll. */
const taken: ReadonlySet<string> = new Set<CommandOf<typeof pageKeys>>([
  'search',
  'palette',
  'help',
  'pause',
  'print',
])

/** What a key does that is heard anywhere on the page; undefined when it does nothing there. */
export function heardCommand(event: HeardKey, at: PressedAt): HeardCommand | undefined {
  const command = commandFor(pageKeys, event)
  if (command === undefined || event.defaultPrevented) return undefined
  if (at.typing && command !== 'palette' && command !== 'close') return undefined
  if (at.pressing && command === 'pause') return undefined
  return { command, takesKey: taken.has(command) }
}
