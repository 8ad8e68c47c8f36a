import './print.css'

/** What is printed: a picture with a line above it. */
export interface Printed {
  readonly title: string
  readonly svg: string
}

/** Prints a picture in place of the page, and takes it away again. */
export function printPicture({ title, svg }: Printed): void {
  const sheet = document.createElement('section')
  sheet.className = 'print-sheet'
  const heading = document.createElement('h1')
  heading.textContent = title
  const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement
  sheet.append(heading, document.importNode(drawn, true))
  document.body.append(sheet)
  window.addEventListener('afterprint', () => sheet.remove(), { once: true })
  window.print()
}
