/** What a picture of the map shows. */
export interface Pictured {
  /** Name of the view. */
  readonly view: string
  /** The query by which it is filtered; empty = by none. */
  readonly query: string
  readonly atMs: number
}

/** `Containers, name:web*, 28/11/2026, 21:22:03` */
export function pictureTitle({ view, query, atMs }: Pictured): string {
  return [view, query, new Date(atMs).toLocaleString('en-GB')].filter(Boolean).join(', ')
}

/** The name of the file without time and ending: `scope-containers`. */
export function pictureName(viewId: string | undefined): string {
  return viewId === undefined ? 'scope' : `scope-${viewId}`
}
