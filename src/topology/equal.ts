/**
 * Structural equality of JSON-like values: scalars, arrays, plain objects. A key whose value is undefined counts as a
 * key. (`isDeepStrictEqual` gives the same answer and takes several times as long, on the hottest path there is.)
 */
export const equalValues = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return typeof a === 'number' && Number.isNaN(a) && Number.isNaN(b)
  }
  if (Array.isArray(a)) return Array.isArray(b) && equalArrays(a, b)
  return !Array.isArray(b) && equalObjects(a as Entries, b as Entries)
}

type Entries = Readonly<Record<string, unknown>>

const equalArrays = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!equalValues(a[i], b[i])) return false
  return true
}

const equalObjects = (a: Entries, b: Entries): boolean => {
  // `Object.keys` would make two lists for each pair of objects.
  let more = 0
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !equalValues(a[key], b[key])) return false
    more++
  }
  for (const _ in b) more--
  return more === 0
}

/** Returns the earlier value when both are equal, so that callers can detect changes by identity. */
export const keepIfEqual = <T>(earlier: T | undefined, now: T): T =>
  earlier !== undefined && equalValues(earlier, now) ? earlier : now
