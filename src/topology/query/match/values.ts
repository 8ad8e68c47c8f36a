import { canonicalIp, prefixOf } from '../../../report/address/ip.ts'
import { ipVersion } from '../../../report/address/ip-version.ts'
import type { CompareTerm, MatchOperator } from '../language/ast.ts'
import { fieldOf, isNumeric } from '../language/fields.ts'
import { fold, foldPattern, isAnything, isWhole, occursIn, type Pattern } from '../language/pattern.ts'
import { inBaseUnit, inOwnBaseUnit } from '../language/quantity.ts'

/** Tests the values of a field, which are in lower case. */
export type TextTest = (values: readonly string[]) => boolean

/** Tests a single value in lower case. For `!=`, it tests equality, and the caller negates the result. */
export const testOfOne = (
  operator: MatchOperator,
  pattern: Pattern,
  isAddress = false,
): ((text: string) => boolean) => {
  const folded = foldPattern(pattern)
  const address = isAddress ? addressTest(pattern) : undefined
  if (address) return address
  return operator === ':' ? (text) => occursIn(folded, fold(text)) : (text) => isWhole(folded, fold(text))
}

/** Tests whether any value matches; for `!=`, whether there are values and none matches. */
export const textTest = (operator: MatchOperator, pattern: Pattern, isAddress = false): TextTest => {
  if (isAnything(pattern) && operator === ':') return (values) => values.length > 0
  const test = testOfOne(operator, pattern, isAddress)
  return operator === '!='
    ? (values) => values.length > 0 && !values.some(test)
    : (values) => values.some(test)
}

/**
 * Tests whether an address equals the pattern or lies in its network; undefined when the pattern is not a complete
 * address or network.
 */
export const addressTest = ({ pieces }: Pattern): ((text: string) => boolean) | undefined => {
  const [text = ''] = pieces
  if (pieces.length > 1) return undefined
  const [ip = '', bits] = text.split('/')
  const version = ipVersion(ip)
  if (version === undefined) return undefined
  if (bits === undefined) {
    const wanted = canonicalIp(ip)
    return (value) => canonicalIp(value.split('/')[0] ?? '') === wanted
  }
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (!(length <= (version === 4 ? 32 : 128))) return undefined
  const network = prefixOf(ip, length, length)
  return (value) => {
    const [address = ''] = value.split('/')
    return ipVersion(address) === version && prefixOf(address, length, length) === network
  }
}

/** Tests whether any of several numbers meets the comparison. */
export const numberTest = ({
  field,
  operator,
  quantity,
}: CompareTerm): ((values: readonly number[]) => boolean) => {
  const type = fieldOf(field)?.type
  const dimension = type !== undefined && isNumeric(type) ? type : undefined
  const wanted = (dimension && inBaseUnit(quantity, dimension)) ?? inOwnBaseUnit(quantity)
  switch (operator) {
    case '=':
      return (values) => values.includes(wanted)
    case '!=':
      return (values) => values.length > 0 && !values.includes(wanted)
    case '<':
      return (values) => values.some((value) => value < wanted)
    case '<=':
      return (values) => values.some((value) => value <= wanted)
    case '>':
      return (values) => values.some((value) => value > wanted)
    case '>=':
      return (values) => values.some((value) => value >= wanted)
  }
}
