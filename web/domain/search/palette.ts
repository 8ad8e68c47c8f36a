import type { OfferedControl } from '../../../src/api/control.ts'
import type { NodeSummary, SearchDocument, ViewDescription } from '../../../src/api/types.ts'
import type { Section } from '../account/sections.ts'
import type { LayoutKind } from '../address/layout-kind.ts'
import { nothingLeftOut, type Route } from '../address/route.ts'
import type { Graph } from '../graph/graph.ts'
import { groupBy, groupedBy, groupingChoices } from '../grouping/grouping.ts'
import { type Mark, markOf } from '../node/mark-of.ts'
import { choose, chosen, variants, viewId, viewName } from '../views.ts'

/** What choosing an entry of the palette does. `Action` are the names of what the page itself can do. */
export type PaletteTarget<Action extends string = string> =
  | {
      readonly kind: 'node'
      readonly view: string
      readonly id: string
      /** The filter is known to select it, also where the map has it within a closed group. */
      readonly selected?: true
    }
  | { readonly kind: 'view'; readonly view: string }
  | { readonly kind: 'options'; readonly options: Readonly<Record<string, string>> }
  | { readonly kind: 'control'; readonly control: OfferedControl }
  /** How the map is laid out. */
  | { readonly kind: 'layout'; readonly layout: LayoutKind }
  /** Label of the metric that the rings of nodes show; empty = there are to be none. */
  | { readonly kind: 'ring'; readonly label: string }
  /** A part of the dialog about the account. */
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'action'; readonly action: Action }

/** An entry of the palette. */
export interface PaletteEntry<Action extends string = string> {
  /** Stays the same when the entries around it change. */
  readonly id: string
  readonly name: string
  /** What tells it from others of the same name. */
  readonly detail: string
  /** The mark of what runs in the node that it opens. */
  readonly mark?: Mark
  /** It is in another view than the one that is shown. */
  readonly elsewhere?: true
  readonly target: PaletteTarget<Action>
}

/** An entry that matches what is typed, with the part of its name that does. */
export interface RankedEntry<Action extends string = string> {
  readonly entry: PaletteEntry<Action>
  /** Ascending, not overlapping. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
}

/** How well a word is found; less is better. */
const RANKS = { whole: 0, beginning: 1, word: 2, inside: 4, detail: 6, letters: 8 }
/** So much less well counts what is in another view: going there takes the one that is shown away. */
const ELSEWHERE = 3

interface Found {
  readonly rank: number
  readonly range?: { readonly from: number; readonly to: number }
}

/**
 * The entries in which each word of a text is found, best first: names that are or begin with it before those with a word that
 * does, before all others, but what is in other views later than names of the view that is shown; of equals the shorter name, then
 * the given order. Without a text, the first entries as they are.
 *
 * @param most how many entries at most
 */
export function rankEntries<Action extends string>(
  text: string,
  entries: readonly PaletteEntry<Action>[],
  most: number,
): readonly RankedEntry<Action>[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return entries.slice(0, most).map((entry) => ({ entry, ranges: [] }))
  const ranked = entries.flatMap((entry) => {
    const found = words.map((word) => find(word, entry))
    if (!found.every((one) => one !== undefined)) return []
    const rank = found.reduce((sum, one) => sum + one.rank, entry.elsewhere ? ELSEWHERE : 0)
    return [{ entry, rank, ranges: merged(found.flatMap(({ range }) => range ?? [])) }]
  })
  return ranked
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        isElsewhere(a.entry) - isElsewhere(b.entry) ||
        a.entry.name.length - b.entry.name.length,
    )
    .slice(0, most)
    .map(({ entry, ranges }) => ({ entry, ranges }))
}

function isElsewhere({ elsewhere }: PaletteEntry): number {
  return elsewhere ? 1 : 0
}

function find(word: string, { name, detail }: PaletteEntry): Found | undefined {
  const text = name.toLowerCase()
  const first = text.indexOf(word)
  if (first >= 0) {
    const atWord = wordAt(text, word)
    const from = atWord ?? first
    const rank =
      text === word
        ? RANKS.whole
        : from === 0
          ? RANKS.beginning
          : atWord === undefined
            ? RANKS.inside
            : RANKS.word
    return { rank, range: { from, to: from + word.length } }
  }
  if (detail.toLowerCase().includes(word)) return { rank: RANKS.detail }
  return word.length > 1 && initials(text).startsWith(word) ? { rank: RANKS.letters } : undefined
}

/** Where a word of a text begins with another. */
function wordAt(text: string, word: string): number | undefined {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return at
  return undefined
}

/** The first letters of a text's words: `gbh` of `group by host`. */
function initials(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word[0]).join('')
}

function merged(ranges: readonly { readonly from: number; readonly to: number }[]) {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}

/** Entries that go to the views, but for the one that is shown. */
export function viewEntries(
  views: readonly ViewDescription[],
  current: string | undefined,
): readonly PaletteEntry<never>[] {
  return views.flatMap(variants).flatMap((view) => {
    const id = viewId(view)
    const name = viewName(views, id)
    if (id === current || name === undefined) return []
    return [{ id: `view ${id}`, name, detail: 'View', target: { kind: 'view', view: id } }]
  })
}

/** Entries that choose an option or a grouping of a view, but for what is chosen already. */
export function optionEntries(
  view: ViewDescription,
  options: Readonly<Record<string, string>>,
): readonly PaletteEntry<never>[] {
  const entries: PaletteEntry<never>[] = []
  const offer = (id: string, name: string, next: Readonly<Record<string, string>>) =>
    entries.push({ id, name, detail: 'Option', target: { kind: 'options', options: next } })
  for (const group of view.options ?? []) {
    const held = chosen(group, options)
    for (const { value, label } of group.options) {
      if (group.selectType === 'one' && held.includes(value)) continue
      const name =
        group.selectType === 'one' ? label : `${held.includes(value) ? 'Without' : 'With'} ${label}`
      offer(`option ${group.id} ${value}`, name, choose(group, value, options))
    }
  }
  const grouped = groupedBy(options)
  for (const { value, label } of groupingChoices(view, options))
    if (value !== grouped) offer(`group ${value}`, `Group by ${label}`, groupBy(value, view, options))
  if (grouped !== undefined) offer('group', 'Do not group', groupBy(undefined, view, options))
  return entries
}

/**
 * Entries that open nodes: those of the map, then those of other views that the app has found.
 *
 * @param selected what the filter selects of that in the view
 */
export function nodeEntries(
  graph: Graph,
  view: { readonly id: string; readonly name: string },
  found: SearchDocument | undefined,
  selected?: SearchDocument,
): readonly PaletteEntry<never>[] {
  const entries = new Map<string, PaletteEntry<never>>()
  const isSelected = new Set(selected?.matches.map((match) => `node ${match.view} ${match.id}`))
  const add = (
    viewId: string,
    viewName: string,
    { id, label, labelMinor: minor }: Pick<NodeSummary, 'id' | 'label' | 'labelMinor'>,
    mark?: Mark,
  ) => {
    const key = `node ${viewId} ${id}`
    const detail = [minor, viewName].filter(Boolean).join(' · ')
    if (entries.has(key)) return
    const target = {
      ...({ kind: 'node', view: viewId, id } as const),
      ...(isSelected.has(key) && { selected: true as const }),
    }
    entries.set(key, {
      id: key,
      name: label,
      detail,
      target,
      ...(mark && { mark }),
      ...(viewId !== view.id && { elsewhere: true as const }),
    })
  }
  for (const node of graph.nodes.values()) add(view.id, view.name, node, markOf(node))
  for (const match of found?.matches ?? []) {
    const name = found?.views.find(({ id }) => id === match.view)?.name ?? match.view
    add(match.view, name, match)
  }
  return [...entries.values()]
}

/** Entries that use the controls of a node. */
export function controlEntries(
  label: string,
  controls: readonly OfferedControl[],
): readonly PaletteEntry<never>[] {
  return controls.map((control) => ({
    id: `control ${control.id} ${control.probeId} ${control.nodeId}`,
    name: `${control.human} ${label}${control.confirmation === undefined ? '' : ' …'}`,
    detail: 'Control',
    target: { kind: 'control', control },
  }))
}

/**
 * The change of the address by which a node is shown that is chosen: where the page does not show it, whatever may hide it is undone. The
 * filter stays where it shows the node.
 *
 * @param view id of the view that is shown
 * @param all the nodes that it has by its filter, by id; of closed groups not their members
 * @param shown those of them that the page shows
 */
export function revealing(
  node: Extract<PaletteTarget, { readonly kind: 'node' }>,
  view: string | undefined,
  all: ReadonlyMap<string, unknown>,
  shown: ReadonlyMap<string, unknown>,
): Partial<Route> {
  const isIn = (nodes: ReadonlyMap<string, unknown>) => node.view === view && nodes.has(node.id)
  if (isIn(shown)) return {}
  const isFilterLeft = isIn(all) || (node.view === view && node.selected)
  return isFilterLeft ? nothingLeftOut : { ...nothingLeftOut, search: '' }
}
