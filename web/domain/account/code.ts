const ofLink = /#code=([^&\s]+)/

/** The one-time code in the hash of a sign-in link (`#code=…`); undefined when the hash is something else. */
export function codeOfHash(hash: string): string | undefined {
  return hash.startsWith('#code=') ? ofLink.exec(hash)?.[1] : undefined
}

/** The one-time code in a text that somebody pasted: a whole link, or the code alone. Empty when there is none. */
export function codeOfText(text: string): string {
  return ofLink.exec(text)?.[1] ?? text.trim()
}
