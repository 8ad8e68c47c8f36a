import type { OptionName } from '../../../src/api/operations/entry/parameters.ts'
import type { Near } from '../graph/near.ts'
import { readSight, type Sight, sightText } from '../plot/sight.ts'
import { type LayoutKind, layoutKindOf, layoutKinds } from './layout-kind.ts'
import { ofAnotherView, readShown, type Shown, shownParametersOf } from './shown.ts'

/** What is open in the card: a node by its id, or an edge by the ids of its two ends. */
export type Selection =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'edge'; readonly source: string; readonly target: string }

/** The id of a node that is selected or pointed at; undefined when that is something else. */
export function nodeOf(
  what: Selection | { readonly kind: string; readonly id: string } | undefined,
): string | undefined {
  return what?.kind === 'node' ? what.id : undefined
}

/** What a card is about, and the view in which it is that. */
export interface Place {
  /** View id. */
  readonly view: string
  readonly selected: Selection
}

/** The state that the address of the page holds: the view, its options, its layout, the part of the map in sight, the open cards and the filter. */
export interface Route {
  /** View id; undefined = the default view. */
  readonly view: string | undefined
  /** What the card on top is about. */
  readonly selected: Selection | undefined
  /** The cards below that one, the lowest first. Empty without `selected`. */
  readonly below: readonly Place[]
  /** A query; the map shows only what it selects. Empty = everything. */
  readonly search: string
  /** Whether the map is shown, or a table, or resources. */
  readonly shown: Shown
  /** Chosen values by option group, only where they differ from the default. */
  readonly options: Readonly<Record<string, string>>
  readonly layout: LayoutKind
  /** The part of the map that somebody has moved to; undefined = the whole map. */
  readonly sight?: Sight | undefined
  /** Nodes that talk to very many others are not shown. */
  readonly hubs?: 'hide' | undefined
  /** Of a view, only what is near a node is shown. */
  readonly near?: Near | undefined
  /** Label of the metric that the rings of nodes show, empty = none; undefined = as they are at first. */
  readonly ring?: string | undefined
  /** Name of the network whose members are highlighted. */
  readonly network?: string | undefined
  /** Whether all edges are drawn, also of a view with very many. */
  readonly allEdges?: boolean
}

/** The change after which the page leaves nothing of a view out by itself. */
export const nothingLeftOut = { near: undefined, hubs: undefined } satisfies Partial<Route>

/** The most cards below the open one; of more, the lowest are dropped. */
export const BELOW_MOST = 7

const name = /^[\w.-]{1,64}$/

// Only options that some view has: the app refuses a request with an unknown parameter, so a mistyped link would show
// nothing.
const optionNames: Readonly<Record<OptionName, true>> = {
  unconnected: true,
  system: true,
  stopped: true,
  pseudo: true,
  namespace: true,
  group: true,
  open: true,
  rest: true,
  networks: true,
}

/**
 * Reads a location hash such as `#/containers/abc?q=redis&stopped=both` (a node), or `#/containers/abc/def` (the edge
 * from one node to another). Each `card=hosts/def` is a card below; `near=1/hosts/def` shows only what is near that node. Parts that cannot be parsed are ignored.
 */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#\/?/, ''))
  const [view, first, second] = path.split('/').map(decode)
  const options: Record<string, string> = {}
  const below: Place[] = []
  let search = ''
  let layout = layoutKindOf(undefined)
  let sight: Sight | undefined
  let ring: string | undefined
  let network: string | undefined
  let hubs: Route['hubs']
  let near: Near | undefined
  let allEdges = false
  const parameters = new URLSearchParams(query)
  for (const [key, value] of parameters) {
    if (key === 'q') search = value
    else if (key === 'layout') layout = layoutKindOf(value)
    else if (key === 'at') sight = readSight(value)
    else if (key === 'ring') ring = value
    else if (key === 'hubs') hubs = value === 'hide' ? value : undefined
    else if (key === 'near') near = readNear(value)
    else if (key === 'network') network = value || undefined
    else if (key === 'edges') allEdges = value === 'all'
    else if (key === 'card') below.push(...placeOf(value))
    else if (Object.hasOwn(optionNames, key)) options[key] = value
  }
  const known = view && name.test(view) ? view : undefined
  const selected = known ? selectionOf(first, second) : undefined
  return {
    view: known,
    selected,
    below: selected ? below.slice(-BELOW_MOST) : [],
    search,
    shown: readShown(parameters),
    options,
    layout,
    ...(sight ? { sight } : {}),
    ...(ring === undefined ? {} : { ring }),
    ...(network !== undefined && { network }),
    ...(hubs && { hubs }),
    ...(near && { near }),
    ...(allEdges ? { allEdges } : {}),
  }
}

/** Writes what {@link parseRoute} reads. */
export function formatRoute(route: Route): string {
  const query = new URLSearchParams()
  if (route.search) query.set('q', route.search)
  for (const [key, value] of shownParametersOf(route.shown)) query.set(key, value)
  for (const key of Object.keys(route.options).sort()) query.set(key, route.options[key] ?? '')
  if (route.layout !== layoutKinds[0].kind) query.set('layout', route.layout)
  if (route.ring !== undefined) query.set('ring', route.ring)
  if (route.hubs) query.set('hubs', route.hubs)
  if (route.near) query.set('near', nearText(route.near))
  if (route.sight) query.set('at', sightText(route.sight))
  if (route.network !== undefined) query.set('network', route.network)
  if (route.allEdges) query.set('edges', 'all')
  for (const place of route.below) query.append('card', pathOf(place.view, place.selected))
  const text = query.toString()
  return `#/${route.view ? pathOf(route.view, route.selected) : ''}${text ? `?${text}` : ''}`
}

/**
 * The route after a change. When something else is selected, the cards below are closed, unless the change says which
 * ones there are. Another view has other columns and edges, so its table and its map are as they are at first; and other places, as
 * another layout has, so that the part in sight is no longer said.
 */
export function changedRoute(route: Route, change: Partial<Route>): Route {
  const next: { -readonly [Name in keyof Route]: Route[Name] } = { ...route, ...change }
  if (next.view !== route.view) {
    if (change.shown === undefined) next.shown = ofAnotherView(route.shown)
    if (change.allEdges === undefined) delete next.allEdges
  }
  const isElsewhere = next.view !== route.view || next.layout !== route.layout
  if (isElsewhere && change.sight === undefined) delete next.sight
  const closes = next.selected !== route.selected && change.below === undefined
  return closes || !next.selected ? { ...next, below: [] } : next
}

/** `2/containers/abc`: what is at most two steps from a node of a view. */
function nearText({ hops, view, id }: Near): string {
  return `${hops}/${pathOf(view, { kind: 'node', id })}`
}

function readNear(text: string): Near | undefined {
  const [hops, ...path] = text.split('/')
  const [place] = placeOf(path.join('/'))
  if ((hops !== '1' && hops !== '2') || place?.selected.kind !== 'node') return undefined
  return { view: place.view, id: place.selected.id, hops: hops === '1' ? 1 : 2 }
}

function placeOf(path: string): readonly Place[] {
  const [view = '', first, second] = path.split('/').map(decode)
  const selected = selectionOf(first, second)
  return selected && name.test(view) ? [{ view, selected }] : []
}

function pathOf(view: string, selected: Selection | undefined): string {
  return [view, ...idsOf(selected)].map(encodeURIComponent).join('/')
}

function selectionOf(first: string | undefined, second: string | undefined): Selection | undefined {
  if (!first) return undefined
  return second ? { kind: 'edge', source: first, target: second } : { kind: 'node', id: first }
}

function idsOf(selected: Selection | undefined): readonly string[] {
  if (!selected) return []
  return selected.kind === 'node' ? [selected.id] : [selected.source, selected.target]
}

function split(text: string): [string, string] {
  const at = text.indexOf('?')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
