/** A press of a key: its name, as events tell it, and what is held meanwhile. */
export interface Press {
  readonly key: string
  /** The place on the keyboard, which then decides instead of the name, since Ctrl and Shift change that on some keyboards. */
  readonly code?: string
  /** With Ctrl or ⌘. */
  readonly control?: true
  /** With Ctrl only: the same with ⌘ is the browser's own. */
  readonly ctrl?: true
  /** With or without Shift; when absent, it does not matter. */
  readonly shift?: boolean
  /** It does the same as another press, and is left out of the list of keys. */
  readonly untold?: true
}

/** Something that keys do in one place of the page. */
export interface KeyCommand<Id extends string = string> {
  readonly id: Id
  readonly presses: readonly Press[]
}

/** The part of a keyboard event that decides what it does. */
export type PressedKey = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const arrows = ['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight']

/** Keys that are heard anywhere on the page, but for those without Ctrl or ⌘ while something takes text. */
export const pageKeys = [
  { id: 'palette', presses: [{ key: 'k', control: true }] },
  { id: 'search', presses: [{ key: '/' }] },
  { id: 'oneHop', presses: [{ key: '1' }] },
  { id: 'twoHops', presses: [{ key: '2' }] },
  {
    id: 'failing',
    presses: [{ key: 'e' }],
  },
  {
    id: 'onlyMatches',
    presses: [{ key: 'o' }],
  },
  { id: 'hubs', presses: [{ key: 'h' }] },
  { id: 'act', presses: [{ key: 'a' }] },
  { id: 'pause', presses: [{ key: ' ' }] },
  {
    id: 'showMap',
    presses: [{ key: 'g' }],
  },
  { id: 'showTable', presses: [{ key: 't' }] },
  { id: 'showResources', presses: [{ key: 'r' }] },
  { id: 'showMatrix', presses: [{ key: 'x' }] },
  { id: 'networks', presses: [{ key: 'n' }] },
  { id: 'zoomIn', presses: [{ key: '+' }, { key: '=' }] },
  { id: 'zoomOut', presses: [{ key: '-' }] },
  { id: 'fit', presses: [{ key: '0' }] },
  { id: 'ringBefore', presses: [{ key: '<' }] },
  { id: 'ringAfter', presses: [{ key: '>' }] },
  {
    id: 'pin',
    presses: [{ key: 'p', shift: false }],
  },
  { id: 'unpinAll', presses: [{ key: 'p', shift: true }] },
  { id: 'menu', presses: [{ key: 'm' }] },
  {
    id: 'print',
    presses: [{ key: 'p', control: true }],
  },
  { id: 'close', presses: [{ key: 'Escape' }] },
  { id: 'help', presses: [{ key: '?' }] },
] as const satisfies readonly KeyCommand[]

/** Keys that are heard while the map has the focus. */
export const mapKeys = [
  {
    id: 'step',
    presses: arrows.map((key) => ({ key, shift: false })),
  },
  { id: 'pan', presses: arrows.map((key) => ({ key, shift: true })) },
  {
    id: 'nudge',
    presses: arrows.map((key) => ({ key, control: true }) as const),
  },
  { id: 'open', presses: [{ key: 'Enter' }] },
  {
    id: 'menuHere',
    presses: [{ key: 'F10', shift: true }, { key: 'ContextMenu' }],
  },
] as const satisfies readonly KeyCommand[]

/** Keys of the search box. */
export const searchKeys = [
  { id: 'choose', presses: [{ key: 'ArrowUp' }, { key: 'ArrowDown' }] },
  { id: 'complete', presses: [{ key: 'Tab', shift: false }] },
  { id: 'act', presses: [{ key: 'Enter', control: true }] },
  { id: 'filter', presses: [{ key: 'Enter' }] },
  { id: 'widen', presses: [{ key: 'Backspace' }] },
  { id: 'close', presses: [{ key: 'Escape' }] },
] as const satisfies readonly KeyCommand[]

const rowSteps = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']

const toRows = (shift: boolean): readonly Press[] => [
  ...rowSteps.map((key) => ({ key, shift })),
  ...['Home', 'End'].map((key) => ({ key, shift, control: true, untold: true }) as const),
]

/** Keys that are heard while the table has the focus. */
export const gridKeys = [
  { id: 'go', presses: toRows(false) },
  { id: 'markOnTheWay', presses: toRows(true) },
  { id: 'open', presses: [{ key: 'Enter' }] },
  { id: 'mark', presses: [{ key: ' ' }] },
  { id: 'markAll', presses: [{ key: 'a', control: true }] },
  {
    id: 'menu',
    presses: [{ key: 'm' }, { key: 'F10', shift: true }, { key: 'ContextMenu' }],
  },
  {
    id: 'scroll',
    presses: [{ key: 'ArrowLeft' }, { key: 'ArrowRight' }],
  },
] as const satisfies readonly KeyCommand[]

/** Keys that are heard anywhere on the page while rows of the table are marked, before those of the page. */
export const markedKeys = [
  { id: 'act', presses: [{ key: 'a' }] },
  { id: 'unmark', presses: [{ key: 'Escape' }] },
] as const satisfies readonly KeyCommand[]

const ofSessions = (key: string, code: string): Press => ({ key, code, ctrl: true, shift: true })

/** Keys of a terminal that do not go to what runs in it. */
export const terminalKeys = [
  { id: 'leave', presses: [ofSessions('l', 'KeyL')] },
  { id: 'copy', presses: [ofSessions('c', 'KeyC')] },
  { id: 'paste', presses: [ofSessions('v', 'KeyV')] },
  { id: 'find', presses: [ofSessions('f', 'KeyF')] },
  {
    id: 'larger',
    presses: [ofSessions('+', 'Equal'), { ...ofSessions('+', 'NumpadAdd'), untold: true }],
  },
  {
    id: 'smaller',
    presses: [ofSessions('-', 'Minus'), { ...ofSessions('-', 'NumpadSubtract'), untold: true }],
  },
] as const satisfies readonly KeyCommand[]

/** Keys that are heard while logs have the focus. */
export const logKeys = [
  { id: 'leave', presses: [ofSessions('l', 'KeyL')] },
  { id: 'find', presses: [ofSessions('f', 'KeyF')] },
  {
    id: 'follow',
    presses: [{ key: 'End' }, { key: 'End', control: true, untold: true }],
  },
] as const satisfies readonly KeyCommand[]

/** The id of a command of a list of commands. */
export type CommandOf<List extends readonly KeyCommand[]> = List[number]['id']

/** The command of a list that a key stands for; undefined when it stands for none. */
export function commandFor<Id extends string>(
  commands: readonly KeyCommand<Id>[],
  event: PressedKey,
): Id | undefined {
  return commands.find(({ presses }) => presses.some((press) => isPress(press, event)))?.id
}

function isPress({ key, code, control, ctrl, shift }: Press, event: PressedKey): boolean {
  const isKey = code === undefined ? event.key.toLowerCase() === key.toLowerCase() : event.code === code
  const isHeld = ctrl ? event.ctrlKey : (event.ctrlKey || event.metaKey) === (control ?? false)
  return isKey && isHeld && !event.altKey && (shift === undefined || event.shiftKey === shift)
}

const names: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowRight: '→',
  ContextMenu: '☰',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Escape: 'Esc',
  '-': '−',
  ' ': 'Space',
}

/** How a press is written in the list of keys: `⇧ F10`, `Ctrl K`. */
export function pressWords({ key, control, ctrl, shift }: Press): string {
  const name = names[key] ?? (key.length === 1 ? key.toUpperCase() : key)
  return [(control || ctrl) && 'Ctrl', shift && '⇧', name].filter(Boolean).join(' ')
}
