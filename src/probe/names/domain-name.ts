const MAX_LENGTH = 253

/**
 * Normalises a host name for display and comparison: lower case, without the final dot.
 *
 * @returns undefined when it is not a valid host name; other characters could be used to mislead readers
 * @example domainName('Example.COM.') // 'example.com'
 */
export const domainName = (text: string): string | undefined => {
  const name = text.toLowerCase().replace(/\.$/, '')
  return name.length <= MAX_LENGTH && /^[a-z0-9_*-]+(\.[a-z0-9_-]+)*$/.test(name) ? name : undefined
}
