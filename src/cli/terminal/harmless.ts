const ESC = '\x1b'

/** SGR, the escape sequence of colours and styles: it changes how text looks, and nothing else. */
const STYLE = new RegExp(String.raw`(${ESC}\[[\d;:]*m)`)

/** What a terminal acts on instead of showing it: C0, DEL and C1, and the characters that turn the direction of text. */
const DANGEROUS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const RESET = `${ESC}[m`

const escaped = (character: string): string => {
  if (character === '\t') return character
  const code = character.codePointAt(0) ?? 0
  return code <= 0xff
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/** How {@link harmless} treats the colours that a text has itself. */
export type Styles = 'keep' | 'remove' | 'show'

/**
 * A text from elsewhere (a log, the name of a container) as a terminal can show it: control characters are written as
 * `\x1b`, so that the text can neither move the cursor, nor write to the clipboard, nor make the terminal answer.
 * Tabs stay; line breaks do not.
 *
 * @param styles of colours and styles: `show` escapes them like everything else; `keep` leaves them, and ends them with the text;
 *   `remove` takes them out
 * @example harmless('a\x1b]52;c;aGk=\x07') // 'a\\x1b]52;c;aGk=\\x07'
 */
export const harmless = (text: string, styles: Styles = 'show'): string => {
  let styled = false
  const shown = text.replace(DANGEROUS, escaped)
  if (styles === 'show' || !text.includes(`${ESC}[`)) return shown
  const parts = text.split(STYLE)
  const joined = parts
    .map((part) => {
      if (!STYLE.test(part)) return part.replace(DANGEROUS, escaped)
      styled = true
      return styles === 'keep' ? part : ''
    })
    .join('')
  return styled && styles === 'keep' ? `${joined}${RESET}` : joined
}

/** The same for a text of several lines, which stay lines. */
export const harmlessLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => harmless(line))
    .join('\n')
