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
  /** What is said of it in the list of keys. */
  readonly does: string
}

/** The part of a keyboard event that decides what it does. */
export type PressedKey = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const arrows = ['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight']

/** Keys that are heard anywhere on the page, but for those without Ctrl or ⌘ while something takes text. */
export const pageKeys = [
  { id: 'palette', presses: [{ key: 'k', control: true }], does: 'Go to anything, do anything' },
  { id: 'search', presses: [{ key: '/' }], does: 'Search' },
  { id: 'oneHop', presses: [{ key: '1' }], does: 'Only the chosen node and its neighbours; again, all' },
  { id: 'twoHops', presses: [{ key: '2' }], does: 'Only what is at most two steps from it; again, all' },
  {
    id: 'failing',
    presses: [{ key: 'e' }],
    does: 'Only what is in trouble, or where connections fail; again, all',
  },
  {
    id: 'onlyMatches',
    presses: [{ key: 'o' }],
    does: 'Only what matches the search; again, all, with the rest dimmed',
  },
  { id: 'hubs', presses: [{ key: 'h' }], does: 'Hide hubs, which talk to most others, or show them' },
  { id: 'act', presses: [{ key: 'a' }], does: 'Act on all that the filter selects' },
  { id: 'pause', presses: [{ key: ' ' }], does: 'Pause the map, go on' },
  {
    id: 'showMap',
    presses: [{ key: 'g' }],
    does: 'Show the map; on it, open the group gone to, or close the one around it',
  },
  { id: 'showTable', presses: [{ key: 't' }], does: 'Show the table' },
  { id: 'showResources', presses: [{ key: 'r' }], does: 'Show resources' },
  { id: 'showMatrix', presses: [{ key: 'x' }], does: 'Show who calls whom as a matrix' },
  { id: 'networks', presses: [{ key: 'n' }], does: 'Show the networks of containers on the map, or not' },
  { id: 'zoomIn', presses: [{ key: '+' }, { key: '=' }], does: 'Zoom in' },
  { id: 'zoomOut', presses: [{ key: '-' }], does: 'Zoom out' },
  { id: 'fit', presses: [{ key: '0' }], does: 'Show all of the map' },
  { id: 'ringBefore', presses: [{ key: '<' }], does: 'Rings show the metric before' },
  { id: 'ringAfter', presses: [{ key: '>' }], does: 'Rings show the next metric' },
  {
    id: 'pin',
    presses: [{ key: 'p', shift: false }],
    does: 'Pin the node gone to, or the chosen one, where it is; again, let go of it',
  },
  { id: 'unpinAll', presses: [{ key: 'p', shift: true }], does: 'Let go of all pinned nodes' },
  { id: 'menu', presses: [{ key: 'm' }], does: 'The menu of the node gone to, or of the one chosen' },
  {
    id: 'print',
    presses: [{ key: 'p', control: true }],
    does: 'Print the whole map, or the table, and the open card',
  },
  { id: 'close', presses: [{ key: 'Escape' }], does: 'Close what is open, then leave the node gone to' },
  { id: 'help', presses: [{ key: '?' }], does: 'Show this' },
] as const satisfies readonly KeyCommand[]

/** Keys that are heard while the map has the focus. */
export const mapKeys = [
  {
    id: 'step',
    presses: arrows.map((key) => ({ key, shift: false })),
    does: 'Go from node to node; from a chosen one to its clients, its servers, and others beside it',
  },
  { id: 'pan', presses: arrows.map((key) => ({ key, shift: true })), does: 'Move the map' },
  {
    id: 'nudge',
    presses: arrows.map((key) => ({ key, control: true }) as const),
    does: 'Move the node gone to, or the chosen one, and pin it there',
  },
  { id: 'open', presses: [{ key: 'Enter' }], does: 'Open the node gone to; once more, open the group' },
  {
    id: 'menuHere',
    presses: [{ key: 'F10', shift: true }, { key: 'ContextMenu' }],
    does: 'The menu of the node gone to',
  },
] as const satisfies readonly KeyCommand[]

/** Keys of the search box. */
export const searchKeys = [
  { id: 'choose', presses: [{ key: 'ArrowUp' }, { key: 'ArrowDown' }], does: 'Choose in the list' },
  { id: 'complete', presses: [{ key: 'Tab', shift: false }], does: 'Complete' },
  { id: 'act', presses: [{ key: 'Enter', control: true }], does: 'Act on what matches' },
  { id: 'filter', presses: [{ key: 'Enter' }], does: 'Take what is chosen; else show only what matches' },
  { id: 'close', presses: [{ key: 'Escape' }], does: 'Close the list, then empty the box and leave it' },
] as const satisfies readonly KeyCommand[]

const rowSteps = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']

const toRows = (shift: boolean): readonly Press[] => [
  ...rowSteps.map((key) => ({ key, shift })),
  ...['Home', 'End'].map((key) => ({ key, shift, control: true, untold: true }) as const),
]

/** Keys that are heard while the table has the focus. */
export const gridKeys = [
  { id: 'go', presses: toRows(false), does: 'Go from row to row' },
  { id: 'markOnTheWay', presses: toRows(true), does: 'Mark the rows on the way' },
  { id: 'open', presses: [{ key: 'Enter' }], does: 'Open the node of the row; once more, open the group' },
  { id: 'mark', presses: [{ key: ' ' }], does: 'Mark the row' },
  { id: 'markAll', presses: [{ key: 'a', control: true }], does: 'Mark all rows, or none' },
  {
    id: 'menu',
    presses: [{ key: 'm' }, { key: 'F10', shift: true }, { key: 'ContextMenu' }],
    does: 'The menu of the node of the row',
  },
  {
    id: 'scroll',
    presses: [{ key: 'ArrowLeft' }, { key: 'ArrowRight' }],
    does: 'Move the columns',
  },
] as const satisfies readonly KeyCommand[]

/** Keys that are heard anywhere on the page while rows of the table are marked, before those of the page. */
export const markedKeys = [
  { id: 'act', presses: [{ key: 'a' }], does: 'Act on the marked rows' },
  { id: 'unmark', presses: [{ key: 'Escape' }], does: 'Mark none' },
] as const satisfies readonly KeyCommand[]

const ofSessions = (key: string, code: string): Press => ({ key, code, ctrl: true, shift: true })

/** Keys of a terminal that do not go to what runs in it. */
export const terminalKeys = [
  { id: 'leave', presses: [ofSessions('l', 'KeyL')], does: 'Leave it; all other keys are its own' },
  { id: 'copy', presses: [ofSessions('c', 'KeyC')], does: 'Copy what is selected' },
  { id: 'paste', presses: [ofSessions('v', 'KeyV')], does: 'Paste' },
  { id: 'find', presses: [ofSessions('f', 'KeyF')], does: 'Find' },
  {
    id: 'larger',
    presses: [ofSessions('+', 'Equal'), { ...ofSessions('+', 'NumpadAdd'), untold: true }],
    does: 'Larger text',
  },
  {
    id: 'smaller',
    presses: [ofSessions('-', 'Minus'), { ...ofSessions('-', 'NumpadSubtract'), untold: true }],
    does: 'Smaller text',
  },
] as const satisfies readonly KeyCommand[]

/** Keys that are heard while logs have the focus. */
export const logKeys = [
  { id: 'leave', presses: [ofSessions('l', 'KeyL')], does: 'Leave them' },
  { id: 'find', presses: [ofSessions('f', 'KeyF')], does: 'Find' },
  {
    id: 'follow',
    presses: [{ key: 'End' }, { key: 'End', control: true, untold: true }],
    does: 'Go to the newest lines, and follow them',
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
