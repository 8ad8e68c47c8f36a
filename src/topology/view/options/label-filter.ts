import type { ViewOption } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { labelValue } from '../../reports/node-facts.ts'

/** A choice of containers by one of their labels, offered under a title. */
export interface LabelFilter {
  readonly title: string
  readonly key: string
  readonly value: string
  /** The containers that carry the label are those left out. */
  readonly exclude: boolean
}

const WITH = 'with:'
const WITHOUT = 'without:'

/**
 * Reads `Title:key=value`. A colon or a backslash within title or key is written with a backslash before it.
 *
 * @returns undefined when a part is missing
 */
export const parseLabelFilter = (text: string, exclude: boolean): LabelFilter | undefined => {
  const [, title = '', label = ''] = /^((?:[^\\:]|\\.)*):(.*)$/s.exec(text) ?? []
  const parsed = parseLabel(unescaped(label))
  return title === '' || parsed === undefined ? undefined : { title: unescaped(title), ...parsed, exclude }
}

/** Writes what {@link parseLabelFilter} reads. */
export const formatLabelFilter = ({ title, key, value }: LabelFilter): string =>
  [title, `${key}=${value}`].map((part) => part.replace(/[\\:]/g, '\\$&')).join(':')

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1')

const parseLabel = (text: string): { key: string; value: string } | undefined => {
  const at = text.indexOf('=')
  return at > 0 ? { key: text.slice(0, at), value: text.slice(at + 1) } : undefined
}

/** The filter as a choice of an option group. Its value says all of it: `with:key=value`, `without:key=value`. */
export const labelFilterOption = ({ title, key, value, exclude }: LabelFilter): ViewOption => ({
  value: `${exclude ? WITHOUT : WITH}${key}=${value}`,
  label: title,
})

/** What lets a container through by the value of a {@link labelFilterOption}; undefined when the value is none. */
export const labelPredicate = (value: string): ((container: ReportNode) => boolean) | undefined => {
  const prefix = [WITH, WITHOUT].find((start) => value.startsWith(start))
  const label = prefix === undefined ? undefined : parseLabel(value.slice(prefix.length))
  if (label === undefined) return undefined
  return (container) => (labelValue(container, label.key) === label.value) === (prefix === WITH)
}
