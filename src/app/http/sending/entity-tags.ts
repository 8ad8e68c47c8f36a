import { randomBytes } from 'node:crypto'

const PREFIX_BYTES = 9

/**
 * Makes entity tags (RFC 9110, 8.8.3) for what this process sends: each is another one, and those of other processes are others, too. So
 * nothing has to be hashed: whoever keeps a representation keeps its tag beside it.
 */
export const entityTags = (): (() => string) => {
  const prefix = randomBytes(PREFIX_BYTES).toString('base64url')
  let made = 0
  return () => {
    made += 1
    return `"${prefix}.${made.toString(36)}"`
  }
}

/**
 * Which representation whoever asks has already, by its `If-None-Match` (RFC 9110, 13.1.2), compared weakly.
 *
 * @param header the field's value: `*`, or tags with commas between
 * @param tags those of the representations that could be sent now, the preferred one first
 * @returns the tag of the one that need not be sent, if any
 */
export const knownTag = (header: string | undefined, tags: readonly string[]): string | undefined => {
  if (header === undefined) return undefined
  if (header.trim() === '*') return tags[0]
  const known = new Set(header.match(/"[\x21\x23-\x7e\x80-\xff]*"/g))
  return tags.find((tag) => known.has(tag))
}
