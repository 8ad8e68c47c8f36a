import type { Terminal } from '@xterm/xterm'

/** The part of xterm.js that tells the width of characters, and whether one joins the one before. Internal. */
interface Widths {
  wcwidth(codepoint: number): 0 | 1 | 2
  charProperties(codepoint: number, preceding: number): number
}
interface Internals {
  readonly _core?: { readonly unicodeService?: { readonly _activeProvider?: Widths } }
}

/** Most combining marks of one cell. Texts of living languages have up to eight. */
export const MARKS_MOST = 16

// The properties of a character are a number: whether it joins the one before, its width (two bits), and what the provider likes.
const JOINS = 1
const WIDTH_ONE = 1 << 1
const ALL = 0b111
const COUNT_AT = 3

/**
 * Bounds how many combining marks a cell takes; further ones begin cells of their own. Otherwise one cell could take all the
 * output of a program, and the lines that are held would have no bound in memory.
 */
export function limitMarks(terminal: Terminal): void {
  const inner = (terminal as unknown as Internals)._core?.unicodeService?._activeProvider
  if (!inner) return
  const version = 'limited'
  terminal.unicode.register({
    version,
    wcwidth: (codepoint) => inner.wcwidth(codepoint),
    charProperties(codepoint, preceding) {
      const properties = inner.charProperties(codepoint, preceding & ALL) & ALL
      if ((properties & JOINS) === 0) return properties
      const marks = (preceding >> COUNT_AT) + 1
      return marks > MARKS_MOST ? WIDTH_ONE : properties | (marks << COUNT_AT)
    },
  })
  terminal.unicode.activeVersion = version
}
