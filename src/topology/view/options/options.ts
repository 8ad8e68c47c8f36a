import type { ViewOptionGroup } from '../../../api/types.ts'
import { labelPredicate } from './label-filter.ts'
import { parseUnion } from './union.ts'

/** A value for every option group of a view, by group id. */
export type ViewOptions = Readonly<Record<string, string>>

/** Values given for option groups, by group id; of groups that a view does not have, too. */
export type GivenOptions = Readonly<Record<string, string | undefined>>

/** An option group, and the values it takes besides those that it always offers. */
export interface OptionGroup extends ViewOptionGroup {
  readonly alsoTakes?: {
    readonly accepts: (value: string) => boolean
    /** How these values are written, for whoever gave another one. */
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

/** Id of the group of what containers are for, which takes filters by label, too. */
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

/** Id of the group of stacks, whose choices are those that the reports know of. */
export const STACKS = 'namespace'

const stacks: OptionGroup = {
  id: STACKS,
  defaultValue: '',
  options: [],
  selectType: 'union',
  noneLabel: 'All stacks',
}

/** For views of all containers. */
export const containerOptions: readonly OptionGroup[] = [
  kinds,
  states,
  oneOf('pseudo', 'hide', { show: 'Show uncontained', hide: 'Hide uncontained' }),
  stacks,
]

/** For views of containers that an orchestrator made. */
export const managedContainerOptions: readonly OptionGroup[] = [
  kinds,
  states,
  oneOf('pseudo', 'hide', { show: 'Show unmanaged', hide: 'Hide unmanaged' }),
  stacks,
]

export const processOptions: readonly OptionGroup[] = [
  oneOf('unconnected', 'hide', { show: 'Show unconnected', hide: 'Hide unconnected' }),
]

/** Most units are few enough to be shown all, and what goes on with the rest of the machine belongs to the picture. */
export const unitOptions: readonly OptionGroup[] = [
  oneOf('unconnected', 'show', { show: 'Show unconnected', hide: 'Hide unconnected' }),
  oneOf('pseudo', 'show', { show: 'Show others', hide: 'Hide others' }),
]

/**
 * The values chosen in a query, with the default of each group that it does not name. Equal choices give equal values: a
 * list is put in order.
 *
 * @throws OptionError
 */
export const chooseOptions = (groups: readonly OptionGroup[], query: GivenOptions): ViewOptions =>
  Object.fromEntries(
    groups.map((group) => {
      const value = (Object.hasOwn(query, group.id) ? query[group.id] : undefined) ?? group.defaultValue
      return [group.id, chosenValue(group, value)]
    }),
  )

const chosenValue = (group: OptionGroup, value: string): string => {
  // What a list may hold depends on the reports, and a stack that is gone may come back.
  const chosen = group.selectType === 'union' ? parseUnion(value)?.join() : knownValue(group, value)
  if (chosen === undefined) throw new OptionError(group.id, value, remedyOf(group))
  return chosen
}

const knownValue = (group: OptionGroup, value: string): string | undefined =>
  group.options.some((option) => option.value === value) || group.alsoTakes?.accepts(value)
    ? value
    : undefined

/** The options with which a view hides nothing. */
export const showEverything: ViewOptions = {
  system: 'all',
  stopped: 'both',
  pseudo: 'show',
  unconnected: 'show',
  [STACKS]: '',
}
