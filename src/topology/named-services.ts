/**
 * Whether an outside address with this DNS name gets its own node on the map, instead of being part of the Internet
 * node.
 */
export type IsNamedService = (name: string) => boolean

/**
 * Patterns of well-known cloud services. `*` stands for one or more characters. A pattern that starts with `!`
 * excludes names, such as those of rented machines.
 */
export const defaultNamedServices: readonly string[] = [
  '*.amazonaws.com',
  '!ec2*.amazonaws.com',
  '*.googleapis.com',
  '*.core.windows.net',
  '*.servicebus.windows.net',
  '*.azure-api.net',
  '*.onmicrosoft.com',
  '*.cloudapp.azure.com',
  '*.database.windows.net',
  '*.documents.azure.com',
]

const MAX_PATTERNS = 256
const PATTERN = /^!?[a-z0-9_*-]+(\.[a-z0-9_*-]+)+$/

/**
 * Parses a comma-separated list of patterns. With a leading `+` they are added to `known`, with a leading `=` or
 * neither they replace it. `=` alone means no patterns.
 *
 * @returns undefined when the text is not such a list
 */
export const parseNamedServices = (
  text: string,
  known: readonly string[] = defaultNamedServices,
): readonly string[] | undefined => {
  if (text === '=') return []
  const patterns = text
    .replace(/^[+=]/, '')
    .split(',')
    .map((pattern) => pattern.trim().toLowerCase())
  if (patterns.length > MAX_PATTERNS || !patterns.every((pattern) => PATTERN.test(pattern))) return undefined
  return text.startsWith('+') ? [...known, ...patterns] : patterns
}

/**
 * Compiles a pattern without a regular expression: matching is one pass over the name, so that no pattern can make it
 * slow.
 */
const matcher = (pattern: string): IsNamedService => {
  const [start = '', ...rest] = pattern.toLowerCase().split('*')
  const end = rest.pop()
  if (end === undefined) return (name) => name === start
  return (name) => {
    // Each `*` stands for at least one character.
    const endsAt = name.length - end.length
    if (endsAt < start.length + 1 || !name.startsWith(start) || !name.endsWith(end)) return false
    let at = start.length
    for (const middle of rest) {
      const found = name.indexOf(middle, at + 1)
      if (found < 0) return false
      at = found + middle.length
    }
    return at < endsAt
  }
}

/** @param patterns as in {@link defaultNamedServices}; case is ignored, and so is a dot at the end of a name */
export const namedServices = (patterns: readonly string[]): IsNamedService => {
  const named = patterns.filter((pattern) => !pattern.startsWith('!')).map(matcher)
  const except = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => matcher(pattern.slice(1)))
  return (name) => {
    const plain = name.toLowerCase().replace(/\.$/, '')
    return named.some((matches) => matches(plain)) && !except.some((matches) => matches(plain))
  }
}
