import type { ReportNode } from '../../report/schema.ts'

/** A fact as text (a set is joined with commas); undefined when absent or empty. */
export const textFact = (node: ReportNode, key: string): string | undefined => {
  const value = node.facts[key]
  const text = Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value)
  return text === '' ? undefined : text
}

/** A fact as a number, also when it came as decimal text; undefined when absent or not a number. */
export const numberFact = (node: ReportNode, key: string): number | undefined => {
  const value = node.facts[key]
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const number = value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** The value of a label; undefined when the node does not have it. Safe for any key, such as `constructor`. */
export const labelValue = ({ labels }: ReportNode, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

/** True when the fact is `true` or the text `'true'`. */
export const flagFact = (node: ReportNode, key: string): boolean =>
  node.facts[key] === true || node.facts[key] === 'true'

/** A fact that is a set of strings. A single string counts as a set of one; an absent or empty fact is an empty set. */
export const setFact = (node: ReportNode, key: string): readonly string[] => {
  const value = node.facts[key]
  if (Array.isArray(value)) return value
  return typeof value === 'string' && value !== '' ? [value] : []
}
