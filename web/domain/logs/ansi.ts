/** A part of a line in one style. */
export interface Styled {
  readonly text: string
  /** Names of classes, such as `ansi-1 ansi-bold`; empty for plain text. */
  readonly style: string
}

const sequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with them
  /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g
/** Characters that a line does not show: controls but for tabs, and those that turn the direction of text or cannot be seen. */
const unseen = /[^\P{Cc}\t]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

interface Style {
  colour: number | undefined
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
}

const plain = (): Style => ({ colour: undefined, bold: false, dim: false, italic: false, underline: false })

const nameOf = ({ colour, ...on }: Style): string =>
  [
    ...(colour === undefined ? [] : [`ansi-${colour}`]),
    ...(['bold', 'dim', 'italic', 'underline'] as const)
      .filter((name) => on[name])
      .map((name) => `ansi-${name}`),
  ].join(' ')

/** Changes a style as `CSI … m` says. Colours beyond the sixteen of the palette are the text's own. */
function restyle(style: Style, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number)
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    if (code === 0) Object.assign(style, plain())
    else if (code === 1) style.bold = true
    else if (code === 2) style.dim = true
    else if (code === 3) style.italic = true
    else if (code === 4) style.underline = true
    else if (code === 22) Object.assign(style, { bold: false, dim: false })
    else if (code === 23) style.italic = false
    else if (code === 24) style.underline = false
    else if (code >= 30 && code <= 37) style.colour = code - 30
    else if (code >= 90 && code <= 97) style.colour = code - 90 + 8
    else if (code === 39) style.colour = undefined
    else if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5
      const index = codes[at + 2] ?? 16
      if (code === 38) style.colour = isIndexed && index < 16 ? index : undefined
      at += isIndexed ? 2 : 4
    }
  }
}

/** Most parts of a line, so that one that changes its style with each letter is not slow to draw. */
export const PARTS_MOST = 100

/**
 * A line as parts in one style each. All sequences but those of styles are left out, and so are control characters. Of a line with
 * very many parts the last one has all the rest.
 */
export function styledParts(line: string): readonly Styled[] {
  const parts: Styled[] = []
  const style = plain()
  let from = 0
  const add = (to: number) => {
    const text = line.slice(from, to).replace(unseen, '')
    if (text === '') return
    const last = parts.at(-1)
    const name = parts.length < PARTS_MOST ? nameOf(style) : last?.style
    if (last && last.style === name) parts[parts.length - 1] = { text: last.text + text, style: name }
    else parts.push({ text, style: name ?? '' })
  }
  for (const match of line.matchAll(sequence)) {
    add(match.index)
    from = match.index + match[0].length
    if (match[2] === 'm') restyle(style, match[1] ?? '')
  }
  add(line.length)
  return parts
}

/** The text of a line without styles. */
export function plainText(line: string): string {
  return line.search(unseen) >= 0
    ? styledParts(line)
        .map(({ text }) => text)
        .join('')
    : line
}
