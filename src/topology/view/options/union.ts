/** The most values of one option. More would not be distinguishable on screen, and each costs time in every view. */
const MAX_VALUES = 64
const MAX_LENGTH = 8192

/**
 * Parses an option with several values: sorted, without duplicates. `b,a` gives `a` and `b`, an empty text gives
 * none. A comma within a value is written `%2C`.
 *
 * @returns undefined when there are too many values, or the text is too long
 */
export const parseUnion = (text: string): string[] | undefined => {
  if (text.length > MAX_LENGTH) return undefined
  const values = [...new Set(text.split(','))].filter((value) => value !== '').sort()
  return values.length > MAX_VALUES ? undefined : values
}

/** Escapes a name for use as one of these values. */
export const unionValue = (name: string): string => name.replace(/[%,]/g, encodeURIComponent)
