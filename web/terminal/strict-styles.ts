import type { Terminal } from '@xterm/xterm'
import { rowFactoryOf } from './row-factory.ts'

/**
 * Opens a terminal in an element without inline styles, which the page's policy (`style-src 'self'`) refuses: the style
 * elements that xterm.js makes become style sheets of the document, and the styles of cells (colours beyond the palette, contrast)
 * are set by the object model instead of an attribute.
 *
 * @returns a function that takes the style sheets away
 */
export function openStrictly(terminal: Terminal, parent: HTMLElement): () => void {
  const sheets: CSSStyleSheet[] = []
  const create = document.createElement
  document.createElement = ((name: string, options?: ElementCreationOptions) =>
    name === 'style' ? sheetElement(sheets) : create.call(document, name, options)) as typeof create
  try {
    terminal.open(parent)
  } finally {
    // The method of the prototype is there again.
    Reflect.deleteProperty(document, 'createElement')
  }
  const rows = rowFactoryOf(terminal)
  if (rows?._addStyle) {
    rows._addStyle = (element, style) => {
      element.style.cssText += style
    }
  }
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet))
  }
}

/** An element that is used as a style element: its text is the content of a style sheet of the document. */
function sheetElement(sheets: CSSStyleSheet[]): HTMLElement {
  const sheet = new CSSStyleSheet()
  sheets.push(sheet)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  const element = document.createElementNS('http://www.w3.org/1999/xhtml', 'template') as HTMLElement
  Object.defineProperty(element, 'textContent', {
    set: (text: string) => sheet.replaceSync(text),
  })
  return element
}
