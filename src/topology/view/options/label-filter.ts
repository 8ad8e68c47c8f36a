import type { ViewOption } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { labelValue } from '../../reports/node-facts.ts'

/** A filter of containers by a label, offered as an option with a title. */
export interface LabelFilter {
  readonly title: string
  readonly key: string
  readonly value: string
  /** True to leave out the containers with the label, false to show only those. */
  readonly exclude: boolean
}

const WITH = 'with:'
const WITHOUT = 'without:'

/**
 * Parses `Title:key=value`. Colons and backslashes in title or key are escaped with a backslash.
 *
 * @returns undefined when a part is missing
 */
export const parseLabelFilter = (text: string, exclude: boolean): LabelFilter | undefined => {
  const [, title = '', label = ''] = /^((?:[^\\:]|\\.)*):(.*)$/s.exec(text) ?? []
  const parsed = parseLabel(unescaped(label))
  return title === '' || parsed === undefined ? undefined : { title: unescaped(title), ...parsed, exclude }
}

/** Formats a filter so that {@link parseLabelFilter} can read it. */
export const formatLabelFilter = ({ title, key, value }: LabelFilter): string =>
  [title, `${key}=${value}`].map((part) => part.replace(/[\\:]/g, '\\$&')).join(':')

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1')

const parseLabel = (text: string): { key: string; value: string } | undefined => {
  const at = text.indexOf('=')
  return at > 0 ? { key: text.slice(0, at), value: text.slice(at + 1) } : undefined
}

/** The filter as an option. Its value contains the whole condition: `with:key=value` or `without:key=value`. */
export const labelFilterOption = ({ title, key, value, exclude }: LabelFilter): ViewOption => ({
  value: `${exclude ? WITHOUT : WITH}${key}=${value}`,
  label: title,
})

/** The predicate for the value of a {@link labelFilterOption}; undefined when the value is not of that form. */
export const labelPredicate = (value: string): ((container: ReportNode) => boolean) | undefined => {
  const prefix = [WITH, WITHOUT].find((start) => value.startsWith(start))
  const label = prefix === undefined ? undefined : parseLabel(value.slice(prefix.length))
  if (label === undefined) return undefined
  return (container) => (labelValue(container, label.key) === label.value) === (prefix === WITH)
}
