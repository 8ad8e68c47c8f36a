import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { SerializeAddon } from '@xterm/addon-serialize'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import type { TerminalSize } from '../../src/pipe/viewer.ts'
import { cleanTitle, type PasteModes, safeLink } from '../domain/terminal/clean.ts'
import { settings } from '../settings.ts'
import { guardTerminal } from './guard.ts'
import { measureInverse } from './inverse-contrast.ts'
import { keepFollowing } from './keep-following.ts'
import { limitMarks } from './limit-marks.ts'
import { boundMeasuring } from './measure-cells.ts'
import { openStrictly } from './strict-styles.ts'
import { currentPalette, monospace } from './tokens.ts'

/** What happens on a screen. */
export interface ScreenEvents {
  /** Typed, pasted, or an answer that the program asked for. */
  data(data: string): void
  /** A report of the mouse in an old form that is not text. */
  binary(bytes: Uint8Array): void
  resize(size: TerminalSize): void
  /** Cleaned, for people. */
  title(title: string): void
  /** The pointer is over a link, or no longer. */
  hover(address: string | undefined): void
  /** A link was pressed together with Ctrl or Cmd. */
  link(address: string): void
  /** A key that is the page's, although the screen has the focus. @returns whether it was taken */
  key(event: KeyboardEvent): boolean
  /** Which match is the current one, counted from 1, of how many; undefined when nothing is looked for any more. */
  found(at: number, total: number | undefined): void
}

/** How a screen begins. */
export interface ScreenOptions {
  /** Without a terminal at the other end, line feeds start a line. */
  readonly tty: boolean
  readonly fontSize: number
  readonly reader: boolean
  /** What {@link Screen.serialize} gave. */
  readonly content?: { readonly text: string; readonly size: TerminalSize }
}

/** The screen of a terminal. Nothing that is written to it reaches out of it. */
export interface Screen {
  /** Shows it in an element, which has to be in the page. */
  attach(parent: HTMLElement): void
  /** @param done is called once the bytes are on the screen; until then they cost memory */
  write(data: Uint8Array | string, done?: () => void): void
  /** Takes the size of the element around it, if that is visible. */
  fit(): void
  size(): TerminalSize
  focus(): void
  repaint(): void
  set(options: { readonly fontSize?: number; readonly reader?: boolean; readonly typing?: boolean }): void
  selection(): string
  pasteModes(): PasteModes
  paste(text: string): void
  /**
   * Finds a text, marks it and selects a match. An empty text ends the search, and so does pressing the mouse, which selects
   * something else.
   */
  find(text: string, direction: 'next' | 'previous', typing: boolean): void
  /** Content, colours, modes and the cursor, as text that gives all that back when written to a screen of the same size. */
  serialize(): string
  dispose(): void
}

/** Longest line of cells, and most of them, which is what the app takes. */
const CELLS_MOST = 1000

/** Creates a screen that is not shown yet. */
export function createScreen(options: ScreenOptions, events: ScreenEvents): Screen {
  const { scrollback, contrast, keptLines, findMost } = settings.terminal
  const terminal = new Terminal({
    allowProposedApi: true,
    convertEol: !options.tty,
    cursorBlink: false,
    fontFamily: monospace(),
    fontSize: options.fontSize,
    lineHeight: 1.15,
    minimumContrastRatio: contrast,
    screenReaderMode: options.reader,
    scrollback,
    theme: currentPalette(),
    cols: options.content?.size.columns ?? 80,
    rows: options.content?.size.rows ?? 24,
    linkHandler: {
      activate(event, text) {
        const address = safeLink(text)
        if (address !== undefined && (event.ctrlKey || event.metaKey)) events.link(address)
      },
      hover: (_event, text) => events.hover(safeLink(text)),
      leave: () => events.hover(undefined),
    },
  })
  const fit = new FitAddon()
  const search = new SearchAddon({ highlightLimit: findMost })
  const serializer = new SerializeAddon()
  for (const addon of [fit, search, serializer]) terminal.loadAddon(addon)
  guardTerminal(terminal)
  limitMarks(terminal)
  keepFollowing(terminal)
  // Written bytes are on the screen only some time after.
  let restoring = options.content?.text
  const fitNow = () => {
    const parent = terminal.element?.parentElement
    // What was serialized has to be written to a screen of its size.
    if (restoring !== undefined || !parent || parent.clientWidth === 0 || parent.clientHeight === 0) return
    const proposed = fit.proposeDimensions()
    if (!proposed || !Number.isFinite(proposed.cols) || !Number.isFinite(proposed.rows)) return
    terminal.resize(
      Math.min(CELLS_MOST, Math.max(2, proposed.cols)),
      Math.min(CELLS_MOST, Math.max(1, proposed.rows)),
    )
  }
  if (restoring !== undefined)
    terminal.write(restoring, () => {
      restoring = undefined
      fitNow()
    })
  terminal.onData(events.data)
  terminal.onBinary((data) => events.binary(Uint8Array.from(data, (letter) => letter.charCodeAt(0))))
  terminal.onResize(({ cols, rows }) => events.resize({ columns: cols, rows }))
  terminal.onTitleChange((title) => events.title(cleanTitle(title)))
  terminal.attachCustomKeyEventHandler((event) => event.type !== 'keydown' || !events.key(event))
  search.onDidChangeResults(({ resultIndex, resultCount }) => events.found(resultIndex + 1, resultCount))
  let close = () => {}
  /** Whether what is selected is a match. After each output the addon then selects one again. */
  let isFinding = false
  const endFinding = () => {
    if (!isFinding) return
    isFinding = false
    search.clearDecorations()
    // Else the addon clears the selection in a moment, when there was output just before.
    terminal.write('')
    events.found(0, undefined)
  }

  return {
    attach(parent) {
      if (terminal.element) parent.append(terminal.element)
      else {
        close = openStrictly(terminal, parent)
        measureInverse(terminal)
        boundMeasuring(terminal)
        // Not on the scroll bar or by touch, which move through what is found.
        parent
          .querySelector<HTMLElement>('.xterm-screen')
          ?.addEventListener('pointerdown', ({ pointerType }) => {
            if (pointerType !== 'touch') endFinding()
          })
      }
    },
    write: (data, done) => terminal.write(data, done),
    fit: fitNow,
    size: () => ({ columns: terminal.cols, rows: terminal.rows }),
    focus: () => terminal.focus(),
    repaint() {
      terminal.options.theme = currentPalette()
    },
    set({ fontSize, reader, typing }) {
      if (fontSize !== undefined) terminal.options.fontSize = fontSize
      if (reader !== undefined) terminal.options.screenReaderMode = reader
      if (typing !== undefined) terminal.options.disableStdin = !typing
    },
    selection: () => terminal.getSelection(),
    pasteModes: () => ({
      bracketed: terminal.modes.bracketedPasteMode,
      fullScreen: terminal.buffer.active.type === 'alternate',
    }),
    paste: (text) => terminal.paste(text),
    find(text, direction, typing) {
      if (text === '') {
        if (isFinding) terminal.clearSelection()
        return endFinding()
      }
      isFinding = true
      const { yellow, blue } = currentPalette()
      const how = {
        incremental: typing,
        decorations: {
          matchOverviewRuler: yellow,
          activeMatchColorOverviewRuler: blue,
          matchBorder: yellow,
          activeMatchBorder: blue,
        },
      }
      if (direction === 'next') search.findNext(text, how)
      else search.findPrevious(text, how)
    },
    serialize: () => restoring ?? serializer.serialize({ scrollback: keptLines }),
    dispose() {
      terminal.dispose()
      close()
    },
  }
}

/** See {@link createScreen}. The module is loaded when it is first used. */
export type CreateScreen = typeof createScreen
