import type { OptionName } from '../../src/api/operations/entry/parameters.ts'
/** What is open in the card: a node by its id, or an edge by the ids of its two ends. */
export type Selection =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'edge'; readonly source: string; readonly target: string }

/** The state that the address of the page holds: the view, its options, the selection and the filter. */
export interface Route {
  /** View id; undefined = the default view. */
  readonly view: string | undefined
  readonly selected: Selection | undefined
  /** A query; the map shows only what it selects. Empty = everything. */
  readonly search: string
  /** Chosen values by option group, only where they differ from the default. */
  readonly options: Readonly<Record<string, string>>
}

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
}

/**
 * Reads a location hash such as `#/containers/abc?q=redis&stopped=both` (a node), or `#/containers/abc/def` (the edge
 * from one node to another). Parts that cannot be parsed are ignored.
 */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#\/?/, ''))
  const [view, first, second] = path.split('/').map(decode)
  const options: Record<string, string> = {}
  let search = ''
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'q') search = value
    else if (Object.hasOwn(optionNames, key)) options[key] = value
  }
  const known = view && name.test(view) ? view : undefined
  return { view: known, selected: known ? selectionOf(first, second) : undefined, search, options }
}

/** Writes what {@link parseRoute} reads. */
export function formatRoute(route: Route): string {
  const parts = route.view ? [route.view, ...idsOf(route.selected)] : []
  const query = new URLSearchParams()
  if (route.search) query.set('q', route.search)
  for (const key of Object.keys(route.options).sort()) query.set(key, route.options[key] ?? '')
  const text = query.toString()
  return `#/${parts.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`
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
