import type { ViewOptionGroup } from '../types.ts'

/** A value for every option group of a view, by group id. */
export type ViewOptions = Readonly<Record<string, string>>

/** An option was given a value it does not have. */
export class OptionError extends Error {
  /** The option group, as named in the query. */
  readonly field: string
  readonly allowed: readonly string[]

  constructor(group: ViewOptionGroup, value: string) {
    const allowed = group.options.map((option) => option.value)
    super(`${group.id} has no value ${JSON.stringify(value)}: use one of ${allowed.join(', ')}`)
    this.name = 'OptionError'
    this.field = group.id
    this.allowed = allowed
  }
}

const oneOf = (id: string, defaultValue: string, options: Record<string, string>): ViewOptionGroup => ({
  id,
  defaultValue,
  options: Object.entries(options).map(([value, label]) => ({ value, label })),
  selectType: 'one',
})

export const containerOptions: readonly ViewOptionGroup[] = [
  oneOf('system', 'application', {
    all: 'All',
    system: 'System containers',
    application: 'Application containers',
  }),
  oneOf('stopped', 'running', {
    stopped: 'Stopped containers',
    running: 'Running containers',
    both: 'Both',
  }),
  oneOf('pseudo', 'hide', { show: 'Show uncontained', hide: 'Hide uncontained' }),
]

export const processOptions: readonly ViewOptionGroup[] = [
  oneOf('unconnected', 'hide', { show: 'Show unconnected', hide: 'Hide unconnected' }),
]

/** The values chosen in a query, with the default of each group that it does not name. @throws OptionError */
export const chooseOptions = (
  groups: readonly ViewOptionGroup[],
  query: Readonly<Record<string, string>>,
): ViewOptions =>
  Object.fromEntries(
    groups.map((group) => {
      const value = (Object.hasOwn(query, group.id) ? query[group.id] : undefined) ?? group.defaultValue
      if (!group.options.some((option) => option.value === value)) throw new OptionError(group, value)
      return [group.id, value]
    }),
  )

/** The options with which a view hides nothing. */
export const showEverything: ViewOptions = {
  system: 'all',
  stopped: 'both',
  pseudo: 'show',
  unconnected: 'show',
}
