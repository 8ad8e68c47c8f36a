import { readFileSync } from 'node:fs'

/**
 * The cells of a Markdown table, by the heading that it stands under.
 *
 * @param path of the document, relative to the checkout
 * @returns rows of cells without their back quotes; the first row has the titles
 */
export const documentedTable = (path: string, heading: string): string[][] => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const [, section = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const lines = section.split('\n')
  const start = lines.findIndex((line) => line.startsWith('|'))
  const rows = lines.slice(start).slice(
    0,
    lines.slice(start).findIndex((line) => !line.startsWith('|')),
  )
  return rows
    .filter((_, index) => index !== 1)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    )
}
