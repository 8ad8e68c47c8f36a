import type { AuditEntry } from '../api/types.ts'

/** Most bytes of each text in a line of the log. */
const MAX_BYTES = { who: 100, from: 100, action: 64, target: 300, reason: 300 } as const

/** What a line takes at most, with the line end. */
export const MAX_LINE_BYTES = 1536

/**
 * The entry with texts that are too long cut off, since they come from outside: paths, names, error messages. A text that
 * was cut ends with `…`.
 */
export const shorten = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  who: cut(entry.who, MAX_BYTES.who),
  from: cut(entry.from, MAX_BYTES.from),
  action: cut(entry.action, MAX_BYTES.action),
  ...(entry.target === undefined ? {} : { target: cut(entry.target, MAX_BYTES.target) }),
  ...(entry.reason === undefined ? {} : { reason: cut(entry.reason, MAX_BYTES.reason) }),
})

/** @param maxBytes as JSON in UTF-8, where a control character takes 6 */
const cut = (text: string, maxBytes: number): string => {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - 2
    if (bytes > maxBytes) return `${text.slice(0, end)}…`
    end += character.length
  }
  return text
}
