import type { GroupingOffer, NodeSummary, ViewDescription } from '../../src/api/types.ts'

type Options = Readonly<Record<string, string>>

/** Names of the options that fold a view into groups, and list the open groups. */
const groupOption = 'group'
const openOption = 'open'

/** Options that every view has. */
export const groupingOptions = [groupOption, openOption] as const

/** The grouping that is chosen, such as `host`; undefined when the view is not folded. */
export function groupedBy(options: Options): string | undefined {
  return options[groupOption] || undefined
}

/** Ids of the open groups. */
export function openGroups(options: Options): readonly string[] {
  return (options[openOption] ?? '').split(',').filter(Boolean)
}

/** The groupings that a view offers. The chosen one is included even when it is no longer offered. */
export function groupingChoices(view: ViewDescription, options: Options): readonly GroupingOffer[] {
  const offers = view.groups ?? []
  const chosen = groupedBy(options)
  if (chosen === undefined || offers.some(({ value }) => value === chosen)) return offers
  return [...offers, { value: chosen, label: chosen.replace(/^label:/, 'Label '), count: 0 }]
}

/** The options with another grouping (undefined = none), and no open groups. */
export function groupBy(value: string | undefined, options: Options): Options {
  const { [groupOption]: _group, [openOption]: _open, ...rest } = options
  return value ? { ...rest, [groupOption]: value } : rest
}

/** The options with a group open. */
export function openGroup(id: string, options: Options): Options {
  return withOpen([...openGroups(options).filter((one) => one !== id), id], options)
}

/** The options with a group closed; undefined closes all. */
export function closeGroup(id: string | undefined, options: Options): Options {
  return withOpen(id === undefined ? [] : openGroups(options).filter((one) => one !== id), options)
}

function withOpen(ids: readonly string[], options: Options): Options {
  const { [openOption]: _, ...rest } = options
  return ids.length === 0 ? rest : { ...rest, [openOption]: ids.join(',') }
}

/** Whether a node stands for a closed group, which can be opened. */
export function isClosedGroup({ id, group }: Pick<NodeSummary, 'id' | 'group'>): boolean {
  return group?.id === id
}

/** The labels of the open groups: taken from one of their nodes or, while none is on the map, from the group's id. */
export function openGroupLabels(
  options: Options,
  nodes: Iterable<NodeSummary>,
): readonly { readonly id: string; readonly label: string }[] {
  const ids = openGroups(options)
  if (ids.length === 0) return []
  const labels = new Map<string, string>()
  for (const { group } of nodes) if (group) labels.set(group.id, group.label)
  return ids.map((id) => ({ id, label: labels.get(id) ?? id.slice(id.indexOf('=') + 1) }))
}
