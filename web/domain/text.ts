/**
 * Cuts the middle out of a text until it fits, because the ends of names tell most.
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
 * A text in two lines, parted where a part of a name ends so that the wider line is as narrow as can be. Undefined where no line
 * would be narrower.
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
