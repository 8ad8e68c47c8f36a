import type { ViewOptionGroup } from '../../../api/types.ts'
import { labelPredicate } from './label-filter.ts'
import { parseUnion } from './union.ts'

/** A value for every option group of a view, by group id. */
export type ViewOptions = Readonly<Record<string, string>>

/** Values as a request gives them, by group id. Ids of groups that the view does not have are ignored. */
export type GivenOptions = Readonly<Record<string, string | undefined>>

/** An option group of a view. `alsoTakes` describes accepted values that are not among the listed options. */
export interface OptionGroup extends ViewOptionGroup {
  readonly alsoTakes?: {
    readonly accepts: (value: string) => boolean
    /** The syntax of these values, for the error message about an invalid one. */
    readonly forms: readonly string[]
  }
}

/** An option was given a value it does not have. */
export class OptionError extends Error {
  /** The option group, as named in the query. */
  readonly field: string

  /** @param remedy what to do instead, such as `use one of show, hide` */
  constructor(field: string, value: string, remedy: string) {
    super(`${field} has no value ${JSON.stringify(value)}: ${remedy}`)
    this.name = 'OptionError'
    this.field = field
  }
}

const remedyOf = ({ selectType, options, alsoTakes }: OptionGroup): string =>
  selectType === 'union'
    ? 'use a short list with commas'
    : `use one of ${[...options.map(({ value }) => value), ...(alsoTakes?.forms ?? [])].join(', ')}`

const oneOf = (id: string, defaultValue: string, options: Record<string, string>): OptionGroup => ({
  id,
  defaultValue,
  options: Object.entries(options).map(([value, label]) => ({ value, label })),
  selectType: 'one',
})

/**
 * Id of the option group that selects system or application containers. It also accepts label filters ({@link
 * labelPredicate}).
 */
export const KINDS = 'system'

const kinds: OptionGroup = {
  ...oneOf(KINDS, 'application', {
    all: 'All',
    system: 'System',
    application: 'Application',
  }),
  alsoTakes: {
    accepts: (value) => labelPredicate(value) !== undefined,
    forms: ['with:KEY=VALUE', 'without:KEY=VALUE'],
  },
}

const states = oneOf('stopped', 'running', {
  stopped: 'Stopped',
  running: 'Running',
  both: 'Both',
})

/** Id of the option group that selects stacks. Its choices are the stacks found in the reports. */
export const STACKS = 'namespace'

const stacks: OptionGroup = {
  id: STACKS,
  defaultValue: '',
  options: [],
  selectType: 'union',
  noneLabel: 'All stacks',
}

/** Options of the views that show all containers. */
export const containerOptions: readonly OptionGroup[] = [
  kinds,
  states,
  oneOf('pseudo', 'hide', { show: 'Show uncontained', hide: 'Hide uncontained' }),
  stacks,
]

/** Options of the views that group containers by Compose project, Compose service or Swarm service. */
export const managedContainerOptions: readonly OptionGroup[] = [
  kinds,
  states,
  oneOf('pseudo', 'hide', { show: 'Show unmanaged', hide: 'Hide unmanaged' }),
  stacks,
]

export const processOptions: readonly OptionGroup[] = [
  oneOf('unconnected', 'hide', { show: 'Show unconnected', hide: 'Hide unconnected' }),
]

/**
 * Options of the view of systemd units. Both default to `show`: there are few units, and processes outside of units
 * are part of the picture.
 */
export const unitOptions: readonly OptionGroup[] = [
  oneOf('unconnected', 'show', { show: 'Show unconnected', hide: 'Hide unconnected' }),
  oneOf('pseudo', 'show', { show: 'Show others', hide: 'Hide others' }),
]

/**
 * The value of every option group: the one given in the query, else the default. Lists are sorted, so that equal
 * choices give equal values.
 *
 * @throws OptionError when a group is given a value it does not have
 */
export const chooseOptions = (groups: readonly OptionGroup[], query: GivenOptions): ViewOptions =>
  Object.fromEntries(
    groups.map((group) => {
      const value = (Object.hasOwn(query, group.id) ? query[group.id] : undefined) ?? group.defaultValue
      return [group.id, chosenValue(group, value)]
    }),
  )

const chosenValue = (group: OptionGroup, value: string): string => {
  // Any well-formed list is accepted: the stacks on offer depend on the reports, and a stack that is gone may come
  // back.
  const chosen = group.selectType === 'union' ? parseUnion(value)?.join() : knownValue(group, value)
  if (chosen === undefined) throw new OptionError(group.id, value, remedyOf(group))
  return chosen
}

const knownValue = (group: OptionGroup, value: string): string | undefined =>
  group.options.some((option) => option.value === value) || group.alsoTakes?.accepts(value)
    ? value
    : undefined

/** The option values with which no view hides anything. */
export const showEverything: ViewOptions = {
  system: 'all',
  stopped: 'both',
  pseudo: 'show',
  unconnected: 'show',
  [STACKS]: '',
}
