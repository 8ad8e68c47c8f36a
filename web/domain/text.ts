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

function cut(letters: readonly string[], keep: number): string {
  const tail = Math.floor(keep / 2)
  const head = keep - tail
  return `${letters.slice(0, head).join('')}…${tail > 0 ? letters.slice(-tail).join('') : ''}`
}
