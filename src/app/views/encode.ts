import type { Edge, NodeSummary, QuerySummary, ViewDiff } from '../../api/types.ts'
import type { FilteredView } from '../../topology/query/filter/view-filter.ts'
import type { View } from '../../topology/view/view.ts'
import { datedEdge, type ViewEdge } from '../../topology/view/view-edge.ts'

/** A view, whole or filtered by a query. */
export type ShownView = View & Partial<Pick<FilteredView, 'query'>>

const encodeList = (entities: Iterable<NodeSummary | Edge> | null): string =>
  entities === null ? 'null' : `[${Array.from(entities, (entity) => JSON.stringify(entity)).join(',')}]`

const encodeQuery = (query: QuerySummary | undefined): string =>
  query === undefined ? '' : `,"query":${JSON.stringify(query)}`

/** A piece of a `ViewDocument`: a node, an edge, or the text between them. */
export type DocumentPiece = NodeSummary | ViewEdge | string

/** The pieces of a view's `ViewDocument`. */
export const documentPieces = ({ nodes, edges, query }: ShownView): readonly DocumentPiece[] => {
  const pieces: DocumentPiece[] = ['{"nodes":{']
  // By an iterator the maps would have to be copied before they change.
  nodes.forEach((node) => void pieces.push(node))
  pieces.push('},"edges":{')
  edges.forEach((edge) => void pieces.push(edge))
  pieces.push(`}${encodeQuery(query)}}`)
  return pieces
}

/** Encodes a piece of a document. @param before the piece before it */
export const encodePiece = (piece: DocumentPiece, before: DocumentPiece | undefined): string => {
  if (typeof piece === 'string') return piece
  const entity = 'firstSeenMs' in piece ? datedEdge(piece) : piece
  return `${typeof before === 'string' ? '' : ','}${JSON.stringify(piece.id)}:${JSON.stringify(entity)}`
}

/** Encodes a view as the first frame of a socket. */
export const encodeReset = ({ nodes, edges, query }: ShownView): string =>
  `{"add":${encodeList(nodes.size === 0 ? null : nodes.values())},"update":null,"remove":null,"reset":true,` +
  `"edges":{"add":${encodeList(edges.size === 0 ? null : Array.from(edges.values(), datedEdge))},` +
  `"update":null,"remove":null}${encodeQuery(query)}}`

/** Encodes a `ViewDiff` as a frame. */
export const encodeDiff = ({ add, update, remove, reset, edges, query }: ViewDiff): string =>
  `{"add":${encodeList(add)},"update":${encodeList(update)},"remove":${JSON.stringify(remove)},` +
  `${reset === true ? '"reset":true,' : ''}"edges":{"add":${encodeList(edges.add)},` +
  `"update":${encodeList(edges.update)},"remove":${JSON.stringify(edges.remove)}}${encodeQuery(query)}}`
