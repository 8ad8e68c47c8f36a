import type {
  CommandOf,
  gridKeys,
  KeyCommand,
  logKeys,
  mapKeys,
  markedKeys,
  pageKeys,
  searchKeys,
  terminalKeys,
} from './keys.ts'

/** What the list of keys says of each command of a list of commands. */
export type WordsOf<List extends readonly KeyCommand[]> = Readonly<Record<CommandOf<List>, string>>

/** What is said of {@link pageKeys}. */
export const pageWords: WordsOf<typeof pageKeys> = {
  palette: 'Go to anything, do anything',
  search: 'Search',
  oneHop: 'Only the chosen node and its neighbours; again, all',
  twoHops: 'Only what is at most two steps from it; again, all',
  failing: 'Only what is in trouble, or where connections fail; again, all',
  onlyMatches: 'Only what matches the search; again, all, with the rest dimmed',
  hubs: 'Hide hubs, which talk to most others, or show them',
  act: 'Act on all that the filter selects',
  pause: 'Pause the map, go on',
  showMap: 'Show the map; on it, open the group gone to, or close the one around it',
  showTable: 'Show the table',
  showResources: 'Show resources',
  showMatrix: 'Show who calls whom as a matrix',
  networks: 'Show the networks of containers on the map, or not',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show all of the map',
  ringBefore: 'Rings show the metric before',
  ringAfter: 'Rings show the next metric',
  pin: 'Pin the node gone to, or the chosen one, where it is; again, let go of it',
  unpinAll: 'Let go of all pinned nodes',
  menu: 'The menu of the node gone to, or of the one chosen',
  print: 'Print the whole map, or the table, and the open card',
  close: 'Close what is open, then leave the node gone to',
  help: 'Show this',
}

/** What is said of {@link mapKeys}. */
export const mapWords: WordsOf<typeof mapKeys> = {
  step: 'Go from node to node; from a chosen one to its clients, its servers, and others beside it',
  pan: 'Move the map',
  nudge: 'Move the node gone to, or the chosen one, and pin it there',
  open: 'Open the node gone to; once more, open the group',
  menuHere: 'The menu of the node gone to',
}

/** What is said of {@link searchKeys}. */
export const searchWords: WordsOf<typeof searchKeys> = {
  choose: 'Choose in the list',
  complete: 'Complete',
  act: 'Act on what matches',
  filter: 'Take what is chosen; else show only what matches',
  widen: 'In the empty box, remove the last part of the filter',
  close: 'Close the list, then empty the box and leave it',
}

/** What is said of {@link gridKeys}. */
export const gridWords: WordsOf<typeof gridKeys> = {
  go: 'Go from row to row',
  markOnTheWay: 'Mark the rows on the way',
  open: 'Open the node of the row; once more, open the group',
  mark: 'Mark the row',
  markAll: 'Mark all rows, or none',
  menu: 'The menu of the node of the row',
  scroll: 'Move the columns',
}

/** What is said of {@link markedKeys}. */
export const markedWords: WordsOf<typeof markedKeys> = {
  act: 'Act on the marked rows',
  unmark: 'Mark none',
}

/** What is said of {@link terminalKeys}. */
export const terminalWords: WordsOf<typeof terminalKeys> = {
  leave: 'Leave it; all other keys are its own',
  copy: 'Copy what is selected',
  paste: 'Paste',
  find: 'Find',
  larger: 'Larger text',
  smaller: 'Smaller text',
}

/** What is said of {@link logKeys}. */
export const logWords: WordsOf<typeof logKeys> = {
  leave: 'Leave them',
  find: 'Find',
  follow: 'Go to the newest lines, and follow them',
}
