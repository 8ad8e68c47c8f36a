import type { IFunctionIdentifier, Terminal } from '@xterm/xterm'

/**
 * Sequences that a program may not use, by how they begin. Either the terminal would answer with something that the program has
 * chosen, which then counts as typed; or they reach beyond the terminal. What is left answers in a fixed form: `CSI c` and
 * `CSI > c` (what kind of terminal it is), `CSI 5 n`, and `CSI 6 n` (where the cursor is), which shells and editors need.
 */
const refusedCsi: readonly IFunctionIdentifier[] = [
  // Window operations; among them reports of the title.
  { final: 't' },
  // Requests of modes (DECRQM).
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  // Name and version of the terminal, its parameters, its checksum of an area.
  { prefix: '>', final: 'q' },
  { final: 'x' },
  { intermediates: '*', final: 'y' },
  // Request of the keyboard mode.
  { prefix: '?', final: 'u' },
]

const refusedDcs: readonly IFunctionIdentifier[] = [
  // DECRQSS, XTGETTCAP.
  { intermediates: '$', final: 'q' },
  { intermediates: '+', final: 'q' },
]

/**
 * Colours of the page (setting and asking), directory, notifications (9, 99, 777), clipboard (52), files and images (1337), and others
 * by which a program would reach out of its terminal.
 */
const refusedOsc = [
  4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 50, 51, 52, 99, 104, 105, 110, 111, 112, 113, 114,
  115, 116, 117, 118, 119, 633, 777, 1337, 5522,
]

/** The only private status report that is answered: the cursor's position (DECXCPR). */
const CURSOR_POSITION = 6

/**
 * Sequences that do something as many times as they say, and the most times that make a difference on a screen of a size. Asked for
 * two thousand million times, xterm.js does nothing else for minutes, and the whole page stands still.
 */
const repeated: readonly (readonly [final: string, most: (screen: Screen) => number])[] = [
  // Repeat a character (REP); programs do so within a line.
  ['b', ({ cols }) => cols],
  // Insert and delete lines (IL, DL), scroll up and down (SU, SD).
  ['L', ({ rows }) => rows],
  ['M', ({ rows }) => rows],
  ['S', ({ rows }) => rows],
  ['T', ({ rows }) => rows],
  // Tabulate forwards and backwards (CHT, CBT).
  ['I', ({ cols }) => cols],
  ['Z', ({ cols }) => cols],
]

type Screen = Pick<Terminal, 'cols' | 'rows'>

/** Makes a terminal pass over all sequences by which its output could act on whoever looks at it. */
export function guardTerminal(terminal: Terminal): void {
  const { parser } = terminal
  const refuse = () => true
  for (const id of refusedCsi) parser.registerCsiHandler(id, refuse)
  for (const id of refusedDcs) parser.registerDcsHandler(id, refuse)
  for (const id of refusedOsc) parser.registerOscHandler(id, refuse)
  for (const [final, most] of repeated)
    parser.registerCsiHandler({ final }, ([times]) => Number(times) > most(terminal))
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, ([what]) => what !== CURSOR_POSITION)
}
