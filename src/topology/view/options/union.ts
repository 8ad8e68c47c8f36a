/** More cannot be told apart on a screen, and each costs time in every view. */
const MAX_VALUES = 64
const MAX_LENGTH = 8192

/**
 * The values of an option of which several can be chosen, in order and each once: `b,a` is `a` and `b`, an empty text
 * none. A comma within a value is written `%2C`.
 *
 * @returns undefined when there are too many
 */
export const parseUnion = (text: string): string[] | undefined => {
  if (text.length > MAX_LENGTH) return undefined
  const values = [...new Set(text.split(','))].filter((value) => value !== '').sort()
  return values.length > MAX_VALUES ? undefined : values
}

/** A name as a value of such an option. */
export const unionValue = (name: string): string => name.replace(/[%,]/g, encodeURIComponent)
