/** What a key press or a paste came to, where lines are edited by the page. */
export interface Edited {
  /** To show on the screen. */
  readonly echo: string
  /** To send: whole lines. */
  readonly input: string
  /** Whoever types says that no more comes (Ctrl+D on an empty line). */
  readonly ends: boolean
}

/** Edits the line that is typed for a program without a terminal, which does not echo. */
export interface LineEditor {
  /** Takes what the keyboard or a paste gave. */
  type(data: string): Edited
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/
const pictograph = /\p{Extended_Pictographic}/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: what keys such as the arrows give
const keySequence = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?/g

/** Creates an editor with an empty line. */
export function createLineEditor(): LineEditor {
  const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  let line: string[] = []

  const erase = (): string => {
    const letter = line.pop()
    if (letter === undefined) return ''
    return wide.test(letter) || pictograph.test(letter) ? '\b\b  \b\b' : '\b \b'
  }

  return {
    type(data) {
      let echo = ''
      let input = ''
      let ends = false
      const typed = data.replace(keySequence, '').replace(/\r?\n/g, '\r')
      for (const { segment } of letters.segment(typed)) {
        if (segment === '\r') {
          input += `${line.join('')}\n`
          echo += '\r\n'
          line = []
        } else if (segment === '\u007f' || segment === '\b') {
          echo += erase()
        } else if (segment === '\u0015') {
          while (line.length > 0) echo += erase()
        } else if (segment === '\u0003') {
          echo += '^C\r\n'
          line = []
        } else if (segment === '\u0004') {
          ends ||= line.length === 0
        } else if (segment === '\t' || segment >= ' ') {
          line.push(segment)
          echo += segment
        }
      }
      return { echo, input, ends }
    },
  }
}
