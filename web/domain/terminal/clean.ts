const titleMost = 60
/** So much of a title is looked at: a program can send one of many megabytes. */
const titleLooked = 1000
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
const controls = /[\u0000-\u001f\u007f-\u009f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
const controlsOfPaste = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g
/** Characters that turn the direction of text, or cannot be seen. */
const unseen = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** A title that a program has set, as text of one short line. */
export function cleanTitle(title: string): string {
  const begin = title.slice(0, titleLooked).replace(/[\ud800-\udbff]$/, '')
  const text = begin.replace(controls, ' ').replace(unseen, '').replace(/\s+/g, ' ').trim()
  const letters = [...text]
  return letters.length <= titleMost ? text : `${letters.slice(0, titleMost - 1).join('')}…`
}

/**
 * What of a pasted text reaches a program: all but control characters, so that the text can neither press keys nor end the
 * brackets that mark it as pasted.
 */
export function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(controlsOfPaste, '')
}

/** How a program takes what is pasted. */
export interface PasteModes {
  /** It told that it can tell pasted text from typed. */
  readonly bracketed: boolean
  /** It has the whole screen, as an editor. */
  readonly fullScreen: boolean
}

/** Whether to ask before pasting: a shell would run each line as soon as it comes. @param text as {@link cleanPaste} made it */
export function asksBeforePaste(text: string, { bracketed, fullScreen }: PasteModes): boolean {
  return text.includes('\n') && !bracketed && !fullScreen
}

const longestLink = 2048

/** The address of a link in a terminal, when it is one that may be opened: http or https, without a user or a password. */
export function safeLink(text: string): string | undefined {
  if (text.length > longestLink || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' ? url.href : undefined
}
