import type { GroupingOffer, NodeSummary, ViewDescription } from '../../../src/api/types.ts'

type Options = Readonly<Record<string, string>>

/** Names of the options that fold a view into groups, list the open groups, and fold what is in none. */
const groupOption = 'group'
const openOption = 'open'
const restOption = 'rest'

/** Options that every view has. */
export const groupingOptions = [groupOption, openOption, restOption] as const

/** As many nodes in no group may stay single when somebody chooses a grouping. */
const fewRest = 12

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
  return [...offers, { value: chosen, label: chosen.replace(/^label:/, 'Label '), count: 0, rest: 0 }]
}

/**
 * The options with another grouping, and no open groups. Many nodes that are in no group are folded, too.
 *
 * @param value undefined = none
 */
export function groupBy(
  value: string | undefined,
  view: ViewDescription | undefined,
  options: Options,
): Options {
  const rest = withoutGrouping(options)
  if (!value) return { ...rest, [groupOption]: '' }
  const inNone = view?.groups?.find((offer) => offer.value === value)?.rest ?? 0
  return { ...rest, [groupOption]: value, ...(inNone > fewRest ? { [restOption]: 'fold' } : {}) }
}

/** The options without any choice of a grouping, which lets the view be folded as the app suggests. */
export function withoutGrouping(options: Options): Options {
  const { [groupOption]: _group, [openOption]: _open, [restOption]: _rest, ...others } = options
  return others
}

/** Whether nobody has chosen how to fold the view, not even that it is not to be folded. */
export function isUndecided(options: Options): boolean {
  return options[groupOption] === undefined
}

/** Whether two sets of options fold a view in the same way, whatever is open. */
export function isFoldedAlike(a: Options, b: Options): boolean {
  return a[groupOption] === b[groupOption] && a[restOption] === b[restOption]
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

/** Whether there is a node that stands for a closed group, which can be opened. */
export function isClosedGroup(node: Pick<NodeSummary, 'id' | 'group'> | undefined): boolean {
  return node?.group !== undefined && node.group.id === node.id
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

/** How a view was folded when it was opened. */
export interface OpenedView {
  /** View id. */
  readonly view: string
  /** The grouping that was taken because nobody had chosen one: empty when the view is best as it is. */
  readonly taken: Options
  /** What was taken before, while the address may still have it. */
  readonly replaces?: Options
}

/** Whether a view was opened a moment ago, has been open for longer, or stands still, so that nothing of it may change. */
export type OpenStage = 'opening' | 'open' | 'paused'

/** With more nodes than this, a view that was folded by itself is folded otherwise, if that leaves half as many. */
const farTooMany = 100

/**
 * How a view is folded by itself: as the app suggests when it is opened, and so it stays while containers come and go. The
 * suggestion is taken anew while it is being opened, since the hosts of an app that has just started report one after the other,
 * and when the view has grown far too large, and another grouping helps; not while it stands still.
 *
 * @param before what this returned last; undefined at first
 * @param options the options in the page's address
 * @param shown how many nodes the map has now
 * @returns `before` itself when nothing changes
 */
export function openedView(
  before: OpenedView | undefined,
  id: string,
  { suggested }: Pick<ViewDescription, 'suggested'>,
  options: Options,
  shown: number,
  stage: OpenStage,
): OpenedView {
  const isOpen = before?.view === id
  if (isOpen && before.replaces !== undefined && isFoldedAlike(before.replaces, options)) return before
  if (!isUndecided(options) && !(isOpen && isFoldedAlike(before.taken, options)))
    return isOpen && isUndecided(before.taken) ? before : { view: id, taken: {} }
  const isFarTooMany = shown > farTooMany && suggested !== undefined && 2 * suggested.count <= shown
  const settled = isOpen && before.replaces ? { view: id, taken: before.taken } : before
  const isOpening = stage === 'opening' && openGroups(options).length === 0
  const mayChange = stage !== 'paused' && (isFarTooMany || isOpening)
  if (isOpen && settled && !mayChange) return settled
  const taken: Options = suggested
    ? { [groupOption]: suggested.group, ...(suggested.rest ? { [restOption]: suggested.rest } : {}) }
    : {}
  if (!isOpen) return { view: id, taken }
  if (isFoldedAlike(before.taken, taken)) return settled ?? before
  return { view: id, taken, ...(isUndecided(options) ? {} : { replaces: before.taken }) }
}

/** The options of a view that was opened: where nobody has chosen a grouping, that which was taken. */
export function optionsOf({ taken, replaces }: OpenedView, options: Options): Options {
  const isReplaced = replaces !== undefined && isFoldedAlike(replaces, options)
  return isUndecided(options) || isReplaced ? { ...withoutGrouping(options), ...taken } : options
}

/** The options to take along to another view: a grouping only if somebody has chosen it. */
export function optionsElsewhere(
  { taken }: OpenedView | undefined = { view: '', taken: {} },
  options: Options,
): Options {
  const isOwn = !groupedBy(options) || isFoldedAlike(taken, options)
  return isOwn ? withoutGrouping(options) : closeGroup(undefined, options)
}

/** What the page says of how a view is folded, and the way back or there. */
export interface FoldWords {
  /** `Show all 1,006` or `Group by stack: 31`. */
  readonly action: string
  readonly options: Options
}

/** The one click that shows a folded view as it is, or folds as suggested one that is not; undefined when there is nothing to do. */
export function foldWords({ suggested, stats }: ViewDescription, options: Options): FoldWords | undefined {
  if (groupedBy(options)) {
    const of = suggested ? ` ${suggested.of.toLocaleString('en')}` : ''
    return { action: `Show all${of}`, options: groupBy(undefined, undefined, options) }
  }
  if (!suggested || stats.node_count <= suggested.count) return undefined
  const action = `Group by ${suggested.label.toLowerCase()}: ${suggested.count.toLocaleString('en')}`
  return { action, options: withoutGrouping(options) }
}
