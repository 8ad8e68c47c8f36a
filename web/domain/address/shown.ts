import type { Sorting } from '../plot/table.ts'

/** What the page shows of a view: its map, its nodes as a table, hosts with what runs on them by what they use, or who calls whom as a matrix. */
export type Shown =
  | { readonly kind: 'map' }
  | {
      readonly kind: 'table'
      /** Undefined = as the table is at first. */
      readonly sorting?: Sorting | undefined
      /** Ids of the columns besides the name, in their order; undefined = those remembered or shown at first. */
      readonly columns?: readonly string[] | undefined
    }
  | { readonly kind: 'resources'; readonly by: ResourceKind }
  | { readonly kind: 'matrix' }

/** What the resources view measures boxes by. */
export type ResourceKind = 'cpu' | 'memory'

/** The name of what is shown. */
export type ShownKind = Shown['kind']

/** What is shown unless the address says otherwise. */
export const mapShown: Shown = { kind: 'map' }

/** What is shown at first of a kind. */
export function firstShown(kind: ShownKind): Shown {
  return kind === 'resources' ? { kind, by: 'cpu' } : { kind }
}

/** Reads what {@link shownParametersOf} writes; what cannot be read is passed over. */
export function readShown(parameters: URLSearchParams): Shown {
  const kind = parameters.get('show')
  if (kind === 'resources') return { kind, by: parameters.get('by') === 'memory' ? 'memory' : 'cpu' }
  if (kind === 'matrix') return { kind }
  if (kind !== 'table') return mapShown
  const sort = parameters.get('sort')
  const columns = parameters.get('columns')
  return {
    kind,
    ...(sort ? { sorting: { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } } : {}),
    ...(columns === null ? {} : { columns: columns.split(',').filter((id) => id !== '') }),
  }
}

/** The parameters by which an address says what is shown: `show=table`, `sort=-cpu`, `columns=cpu,mem`. */
export function shownParametersOf(shown: Shown): readonly (readonly [string, string])[] {
  if (shown.kind === 'map') return []
  const { kind } = shown
  if (kind === 'matrix') return [['show', kind]]
  if (kind === 'resources')
    return [['show', kind], ...(shown.by === 'cpu' ? [] : [['by', shown.by] as const])]
  const { sorting, columns } = shown
  return [
    ['show', kind],
    ...(sorting ? [['sort', `${sorting.descending ? '-' : ''}${sorting.column}`] as const] : []),
    ...(columns ? [['columns', columns.join(',')] as const] : []),
  ]
}

/** What is shown of another view: the same kind, since its columns are others. */
export function ofAnotherView(shown: Shown): Shown {
  return shown.kind === 'table' ? firstShown('table') : shown
}
