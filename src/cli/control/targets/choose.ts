import type { Controllable } from '../../../api/control.ts'
import type { VerbDefinition } from '../verbs.ts'

/** Shorter ones are words as often as ids: `db`, `cafe`. */
const MIN_ID_LENGTH = 4

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Whether a text can be the beginning of a container's id. */
const isIdPrefix = (text: string): boolean =>
  text.length >= MIN_ID_LENGTH && /^[\da-f]+$/i.test(text) && /\d/.test(text)

/** Whether a text is a pid, and nothing else. */
export const isPid = (text: string, view: VerbDefinition['view']): boolean =>
  view === 'processes' && /^\d{1,10}$/.test(text)

/** Longer texts are no names, and with quotes would be longer than a query may be. */
const MAX_NAME_LENGTH = 400

/**
 * The query for what is called exactly like this, or has an id that begins so (of a process: has this pid).
 *
 * @returns undefined when nothing can be called so
 */
export const exactQuery = (text: string, view: VerbDefinition['view']): string | undefined => {
  if (text === '' || text.length > MAX_NAME_LENGTH) return undefined
  const name = `name=${quoted(text)}`
  if (view === 'processes') return isPid(text, view) ? `pid=${text}` : name
  return view === 'containers' && isIdPrefix(text) ? `${name} or id:${text.toLowerCase()}*` : name
}

/**
 * Of the nodes that {@link exactQuery} found, those that are meant: a name with the same capitals is better than one with others, and
 * a name is better than an id.
 */
export const bestOf = (text: string, found: readonly Controllable[]): readonly Controllable[] => {
  const same = found.filter(({ label }) => label === text)
  if (same.length > 0) return same
  const named = found.filter(({ label }) => label.toLowerCase() === text.toLowerCase())
  return named.length > 0 ? named : found
}
