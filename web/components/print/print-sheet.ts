import type { Sheet } from '../../domain/table/export.ts'
import './print.css'

/** A picture as an element that can be printed. @param svg an SVG document */
export function printedPicture(svg: string): Element {
  return document.importNode(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement, true)
}

/** A table with all of its rows. */
export function printedTable({ heads, rows }: Sheet): Element {
  const table = document.createElement('table')
  const head = table.createTHead().insertRow()
  for (const text of heads) {
    const cell = document.createElement('th')
    cell.textContent = text
    head.append(cell)
  }
  const body = table.createTBody()
  for (const row of rows) {
    const line = body.insertRow()
    for (const text of row) line.insertCell().textContent = text
  }
  return table
}

/** The open card as it is, to be set without its buttons and as long as it is; undefined when none is open. */
export function printedCard(): Element | undefined {
  const card = document.querySelector('[data-card]')?.cloneNode(true)
  return card instanceof Element ? card : undefined
}

/**
 * Adds what is to be printed to the document, in place of the page and in light colours.
 *
 * @param parts each begins on a page of its own
 * @returns a function that takes it away again
 */
export function layOut(title: string, parts: readonly Element[]): () => void {
  const sheet = document.createElement('div')
  sheet.className = 'print-sheet'
  const heading = document.createElement('h1')
  heading.textContent = title
  sheet.append(heading, ...parts)
  document.body.append(sheet)
  const { dataset } = document.documentElement
  const { theme } = dataset
  dataset.theme = 'light'
  return () => {
    sheet.remove()
    dataset.theme = theme
  }
}
