/**
 * Shortens a text to a width by replacing its middle with `…`: the beginning and the end of a name tell most.
 *
 * @param width measures a text
 */
export function fitMiddle(text: string, widthMax: number, width: (text: string) => number): string {
  if (width(text) <= widthMax) return text
  const letters = Array.from(text)
  let low = 1
  let high = letters.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (width(cut(letters, middle)) <= widthMax) low = middle
    else high = middle - 1
  }
  return cut(letters, low)
}

/**
 * Breaks a text into two lines after a separator (such as `-`, `/` or a space), where the wider line is narrowest.
 * Undefined when no break makes it narrower.
 *
 * @param width measures a text
 */
export function inTwoLines(text: string, width: (text: string) => number): readonly string[] | undefined {
  let best: readonly string[] | undefined
  let bestWidth = width(text)
  for (const { index } of text.matchAll(/(?<=[\p{L}\p{N}][-_./:@ ])(?=[\p{L}\p{N}])/gu)) {
    const lines = [text.slice(0, index).trimEnd(), text.slice(index)]
    const widest = Math.max(...lines.map(width))
    if (widest >= bestWidth) continue
    best = lines
    bestWidth = widest
  }
  return best
}

function cut(letters: readonly string[], keep: number): string {
  const tail = Math.floor(keep / 2)
  const head = keep - tail
  return `${letters.slice(0, head).join('')}…${tail > 0 ? letters.slice(-tail).join('') : ''}`
}
