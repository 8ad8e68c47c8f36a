const MAX_LENGTH = 253

/**
 * A name as it is shown and compared: lower case, without the dot at its end.
 *
 * @returns undefined for what is no name of a host: characters that no such name has could be made to mislead who reads them
 */
export const domainName = (text: string): string | undefined => {
  const name = text.toLowerCase().replace(/\.$/, '')
  return name.length <= MAX_LENGTH && /^[a-z0-9_*-]+(\.[a-z0-9_-]+)*$/.test(name) ? name : undefined
}
