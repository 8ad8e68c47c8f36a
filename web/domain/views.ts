import type { ViewDescription, ViewOptionGroup } from '../../src/api/types.ts'
import { networksOption } from './graph/networks.ts'
import { groupingOptions } from './grouping/grouping.ts'

/** The id of a view: the last part of its address. */
export function viewId(view: ViewDescription): string {
  return view.url.split('/').at(-1) ?? view.url
}

/**
 * The views that are shown as tabs, by rank. Empty views with `hide_if_empty` are left out, except the one whose view
 * (or sub-view) is current.
 */
export function tabs(
  views: readonly ViewDescription[],
  currentId: string | undefined,
): readonly ViewDescription[] {
  return [...views]
    .sort((a, b) => a.rank - b.rank)
    .filter((view) => !isHidden(view) || variants(view).some((one) => viewId(one) === currentId))
}

/** A view counts as empty when it has pseudo nodes only, and its options hide no nodes. */
function isHidden({ hide_if_empty, stats }: ViewDescription): boolean {
  return hide_if_empty && stats.nonpseudo_node_count === 0 && stats.filtered_nodes === 0
}

/** A tab's views: itself and its sub-views. */
export function variants(tab: ViewDescription): readonly ViewDescription[] {
  return [tab, ...(tab.sub_topologies ?? [])]
}

/** A tab's views to choose from: itself and those below it, but for empty ones that are of no use on most machines. */
export function shownVariants(
  tab: ViewDescription,
  currentId: string | undefined,
): readonly ViewDescription[] {
  const below = tab.sub_topologies ?? []
  return [tab, ...below.filter((view) => !isHidden(view) || viewId(view) === currentId)]
}

/** The tab a view belongs to, and the view. */
export function findView(
  views: readonly ViewDescription[],
  id: string | undefined,
): { tab: ViewDescription; view: ViewDescription } | undefined {
  for (const tab of views) {
    const view = variants(tab).find((one) => viewId(one) === id)
    if (view) return { tab, view }
  }
  return undefined
}

/** The full name of a view: `Containers`, `Containers by image`. */
export function viewName(views: readonly ViewDescription[], id: string | undefined): string | undefined {
  const found = findView(views, id)
  if (!found) return undefined
  const { tab, view } = found
  return tab === view ? tab.name : `${tab.name} ${view.name}`
}

/** Id of the default view: containers, else processes, else hosts, whichever first has nodes. */
export function firstView(views: readonly ViewDescription[]): string | undefined {
  const ordered = ['containers', 'processes', 'hosts']
  const known = tabs(views, undefined)
  const preferred = ordered.flatMap((id) => known.filter((view) => viewId(view) === id))
  const first = preferred.find((view) => view.stats.nonpseudo_node_count > 0) ?? preferred[0] ?? known[0]
  return first && viewId(first)
}

/** The chosen values of an option group. Unknown values are ignored; without a choice the default holds. */
export function chosen(group: ViewOptionGroup, options: Readonly<Record<string, string>>): readonly string[] {
  const value = options[group.id] ?? group.defaultValue
  const known = (text: string) => text.split(',').filter((one) => group.options.some((o) => o.value === one))
  const values = known(value)
  if (group.selectType === 'union') return values
  return (values.length > 0 ? values : known(group.defaultValue)).slice(0, 1)
}

/**
 * The options after a value of a group was pressed. Values that equal the default are left out, to keep addresses
 * short.
 */
export function choose(
  group: ViewOptionGroup,
  value: string,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const held = chosen(group, options)
  const next =
    group.selectType === 'one'
      ? value
      : (held.includes(value) ? held.filter((one) => one !== value) : [...held, value]).join(',')
  const { [group.id]: _, ...rest } = options
  return next === group.defaultValue ? rest : { ...rest, [group.id]: next }
}

/** The options without any choice in a group. */
export function chooseNone(
  group: ViewOptionGroup,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { [group.id]: _, ...rest } = options
  return rest
}

/** A summary of the chosen values of a multiple-choice group: `All stacks`, `shop`, `shop, bank`, `3 of 7`. */
export function chosenWords(group: ViewOptionGroup, options: Readonly<Record<string, string>>): string {
  const held = chosen(group, options)
  const labels = group.options.flatMap(({ value, label }) => (held.includes(value) ? [label] : []))
  if (labels.length === 0) return group.noneLabel ?? 'All'
  return labels.length > 2 ? `${labels.length} of ${group.options.length}` : labels.join(', ')
}

/** A kind of node that the options of a view hide, and the options that show it. */
export interface LeftOut {
  /** Of the group of options that hides them. */
  readonly id: string
  /** `uncontained`, `unconnected`, `stopped`, `of the system`, `outside of shop, bank` */
  readonly what: string
  /** The present options, changed so that these nodes are shown. */
  readonly shown: Readonly<Record<string, string>>
}

/** The kinds of nodes that the chosen options hide. A filter cannot find them. */
export function leftOut(
  view: ViewDescription,
  options: Readonly<Record<string, string>>,
): readonly LeftOut[] {
  return (view.options ?? []).flatMap((group) => {
    const what = leftOutOf(group, options)
    if (what === undefined) return []
    const all = allOf(group)
    return [
      {
        id: group.id,
        what,
        shown: all === undefined ? chooseNone(group, options) : choose(group, all, options),
      },
    ]
  })
}

/** The options, changed so that they hide nothing. */
export function withAllShown(
  view: ViewDescription,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [first] = leftOut(view, options)
  return first ? withAllShown(view, first.shown) : options
}

/** What the choice in a group hides; undefined when that is nothing. */
function leftOutOf(group: ViewOptionGroup, options: Readonly<Record<string, string>>): string | undefined {
  // As it is asked of the app, which takes stacks that are gone, and labels that are not on offer.
  const value = options[group.id] ?? group.defaultValue
  if (group.selectType === 'union')
    return value === '' ? undefined : `outside of ${labelsOf(group, value.split(','))}`
  const all = allOf(group)
  if (all === undefined || value === all) return undefined
  const words = hiddenBy.get(group.id)?.get(value)
  if (words !== undefined) return words
  if (value === 'hide') return labelsOf(group, [value]).replace(/^Hide /, '')
  return hiddenBy.has(group.id) ? `outside of ${labelsOf(group, [value])}` : undefined
}

/** What values hide of groups whose labels do not say it. */
const hiddenBy: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'stopped',
    new Map([
      ['running', 'stopped'],
      ['stopped', 'running'],
    ]),
  ],
  [
    'system',
    new Map([
      ['application', 'of the system'],
      ['system', 'an application'],
    ]),
  ],
])

/** The value of a group with which it hides nothing; undefined when that is to choose none. */
function allOf({ options, selectType }: ViewOptionGroup): string | undefined {
  if (selectType === 'union') return undefined
  return options.find(({ value }) => ['show', 'both', 'all'].includes(value))?.value
}

function labelsOf({ options }: ViewOptionGroup, values: readonly string[]): string {
  return values.map((value) => options.find((one) => one.value === value)?.label ?? value).join(', ')
}

/**
 * The query string for requests of a view: those options that the view has, its grouping, and whether it tells networks. Empty when there are
 * none.
 */
export function viewQuery(view: ViewDescription, options: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams()
  for (const group of view.options ?? []) {
    const value = options[group.id]
    if (value !== undefined) query.set(group.id, value)
  }
  for (const id of [...groupingOptions, networksOption]) if (options[id]) query.set(id, options[id])
  const text = query.toString()
  return text ? `?${text}` : ''
}

/** A query string with one more parameter. */
export function withParameter(query: string, name: string, value: string): string {
  const parameters = new URLSearchParams(query)
  parameters.set(name, value)
  return `?${parameters}`
}
