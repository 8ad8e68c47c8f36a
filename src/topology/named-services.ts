/** Tells whether a name of an outside address makes it a service of its own on the map. */
export type IsNamedService = (name: string) => boolean

/**
 * Services that most people know by name. `*` stands for one character or more; names that a pattern behind `!` matches are left
 * out, such as those of rented machines.
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
 * Reads a list of patterns separated by commas: behind `+` they are added to `known`, behind `=` or nothing they replace it.
 * `=` alone leaves none.
 *
 * @returns undefined when the text is no such list
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

/** Matches in one pass over the name, whatever the pattern. */
const matcher = (pattern: string): IsNamedService => {
  const [start = '', ...rest] = pattern.toLowerCase().split('*')
  const end = rest.pop()
  if (end === undefined) return (name) => name === start
  return (name) => {
    // Each `*` stands for one character at least.
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

/** @param patterns as in {@link defaultNamedServices}; letter case does not count, nor does a dot at a name's end */
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
