const V4 = /(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|$)){4}$/.source
/** `::1.2.3.4` is another way to write a mapped address. */
const ONLY_V4 = new RegExp(`^(?:::)?${V4}`)
const V4_AT_END = new RegExp(`(?<=:)${V4}`)

const GROUP = '[\\da-f]{1,4}'
/** Eight groups, or less with `::` at the end, at the beginning, or after at most so many of them. */
const V6 = new RegExp(
  `^(?:${[
    `(?:${GROUP}:){7}${GROUP}`,
    `(?:${GROUP}:){1,7}:`,
    `:(?:(?::${GROUP}){1,7}|:)`,
    ...[1, 2, 3, 4, 5, 6].map((most) => `(?:${GROUP}:){1,${most}}(?::${GROUP}){1,${7 - most}}`),
  ].join('|')})$`,
  'i',
)
/** With `::` before `ffff`, without any, or with it behind. */
const MAPPED = /^(?:(?:0*:)+ffff:[^:]+:[^:]+|(?:0+:){5}ffff(?:::|::[^:]+|:[^:]+::))$/i

/**
 * The version of an address, by its spelling alone. IPv4 is four decimal numbers, also at the end of IPv6: other spellings (`127.1`,
 * `0x7f000001`) are used to get around filters. A zone is passed over.
 *
 * @returns 4 or 6 (a mapped IPv4 address counts as 4); undefined when the text is not an address
 */
export const ipVersion = (text: string): 4 | 6 | undefined => {
  const zone = text.indexOf('%')
  const address = zone < 0 ? text : text.slice(0, zone)
  if (ONLY_V4.test(address)) return 4
  const groups = address.replace(V4_AT_END, '0:0')
  if (!V6.test(groups)) return undefined
  return MAPPED.test(groups) ? 4 : 6
}
