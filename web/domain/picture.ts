/** What a picture of the map shows. */
export interface Pictured {
  /** Name of the view. */
  readonly view: string
  /** The query by which it is filtered; empty = by none. */
  readonly query: string
  readonly atMs: number
}

/** A picture of the map that is kept for printing. */
export interface KeptPicture {
  /** What it shows, as a text that is another one when something else is shown. */
  readonly subject: string
  readonly title: string
  /** How many nodes the map had. */
  readonly nodes: number
  /** An SVG document. */
  readonly svg: string
  readonly atMs: number
}

/** Whether a picture that was kept need not be made again: it is young enough, and shows the same as one of now would, with as many nodes. */
export function isFresh(
  kept: KeptPicture | undefined,
  now: Omit<KeptPicture, 'svg' | 'title'>,
  freshMs: number,
): boolean {
  return kept?.subject === now.subject && kept.nodes === now.nodes && now.atMs - kept.atMs < freshMs
}

/** `Containers, name:web*, 28/11/2026, 21:22:03` */
export function pictureTitle({ view, query, atMs }: Pictured): string {
  return [view, query, new Date(atMs).toLocaleString('en-GB')].filter(Boolean).join(', ')
}

/** The name of the file without time and ending: `scope-containers`. */
export function pictureName(viewId: string | undefined): string {
  return viewId === undefined ? 'scope' : `scope-${viewId}`
}
