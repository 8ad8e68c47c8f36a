/** A part of a text: prose, or a command or option that is shown as code and not broken over lines. */
export interface TextPart {
  readonly text: string
  readonly isCode: boolean
}

const code = /"([^"]+)"|(--[a-z][\w.-]*(?:=[^\s,;)]+)?)/g

/**
 * Splits a text of the app into prose and code: what is in double quotes, and options such as `--app.tls.cert=FILE`.
 *
 * @example
 * textParts('run "scope token --link"') // prose 'run ', code 'scope token --link'
 */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(code)) {
    parts.push({ text: text.slice(end, match.index), isCode: false })
    parts.push({ text: (match[1] ?? match[2] ?? '').replace(/\.$/, ''), isCode: true })
    end = match.index + match[0].length - (match[2]?.endsWith('.') ? 1 : 0)
  }
  parts.push({ text: text.slice(end), isCode: false })
  return parts.filter((part) => part.text !== '')
}
