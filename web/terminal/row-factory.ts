import type { Terminal } from '@xterm/xterm'

/** A colour of xterm.js. */
export interface Colour {
  readonly css: string
  readonly rgba: number
}

/** The attributes of a cell that are looked at here. */
export interface CellAttributes {
  isInverse(): number
  isBgDefault(): boolean
}

/** The part of xterm.js that makes the elements of a row. It is internal, so all of it may be missing. */
export interface RowFactory {
  readonly _themeService?: { readonly colors?: { readonly background?: Colour } }
  /** Adds declarations to the style of a cell. */
  _addStyle?(element: HTMLElement, style: string): void
  /** Gives a cell another colour if its text has too little contrast. @returns whether it did */
  _applyMinimumContrast?(
    element: HTMLElement,
    background: Colour,
    text: Colour,
    cell: CellAttributes,
    otherBackground: Colour | undefined,
    otherText: Colour | undefined,
  ): boolean
}

interface Internals {
  readonly _core?: { readonly _renderService?: { readonly _renderer?: { readonly value?: unknown } } }
}

/** Makes the rows of a terminal that has been opened; undefined in a version of xterm.js that is built otherwise. */
export function rowFactoryOf(terminal: Terminal): RowFactory | undefined {
  const renderer = (terminal as unknown as Internals)._core?._renderService?._renderer?.value
  return (renderer as { readonly _rowFactory?: RowFactory } | undefined)?._rowFactory
}
