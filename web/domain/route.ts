/** What the address of the page tells: which view, with which options, which node is open, what is searched. */
export interface Route {
  /** View id; undefined = the first one. */
  readonly view: string | undefined
  readonly node: string | undefined
  readonly search: string
  /** Chosen values by option group, only where they differ from the default. */
  readonly options: Readonly<Record<string, string>>
}

const name = /^[\w.-]{1,64}$/

/** Reads a location hash such as `#/containers/abc?q=redis&stopped=both`. What cannot be read is passed over. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#\/?/, ''))
  const [view, node] = path.split('/').map(decode)
  const options: Record<string, string> = {}
  let search = ''
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'q') search = value
    else if (name.test(key)) options[key] = value
  }
  return { view: view && name.test(view) ? view : undefined, node: node || undefined, search, options }
}

/** Writes what {@link parseRoute} reads. */
export function formatRoute(route: Route): string {
  const path = route.view
    ? `${encodeURIComponent(route.view)}${route.node ? `/${encodeURIComponent(route.node)}` : ''}`
    : ''
  const query = new URLSearchParams()
  if (route.search) query.set('q', route.search)
  for (const key of Object.keys(route.options).sort()) query.set(key, route.options[key] ?? '')
  const text = query.toString()
  return `#/${path}${text ? `?${text}` : ''}`
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
