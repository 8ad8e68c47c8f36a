import { inflateRawSync } from 'node:zlib'
import { WebSocket } from 'ws'
import type { Edge, NodeSummary } from '../../../src/api/types.ts'
import { ViewDecoder } from '../../../src/view-stream/decode.ts'
import { VIEW_PROTOCOL, type ViewFrame } from '../../../src/view-stream/frame.ts'

/** A view as its socket has told it, frame by frame. */
export interface Follower {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
  /** Why it cannot be followed any more; undefined as long as it can. */
  failure(): Error | undefined
  close(): void
}

const textOf = (data: Buffer, isBinary: boolean): string => String(isBinary ? inflateRawSync(data) : data)

const apply = <Entity extends { readonly id: string }>(
  known: Map<string, Entity>,
  {
    add,
    update,
    remove,
  }: Readonly<Record<'add' | 'update', readonly Entity[] | null>> & {
    readonly remove: readonly string[] | null
  },
): void => {
  for (const id of remove ?? []) known.delete(id)
  for (const entity of [...(update ?? []), ...(add ?? [])]) known.set(entity.id, entity)
}

/**
 * Follows a view by its frames, as the page does.
 *
 * @param url of the app, `http://…`
 * @param view with its options, such as `containers?group=host`
 */
export const follow = (url: string, view: string): Follower => {
  const [id = '', query = ''] = view.split('?')
  const nodes = new Map<string, NodeSummary>()
  const edges = new Map<string, Edge>()
  const decoder = new ViewDecoder()
  let failure: Error | undefined
  let isClosed = false
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/topology/${id}/ws?${query}`, VIEW_PROTOCOL)
  socket.on('error', (error) => {
    failure ??= error
  })
  socket.on('close', (code, reason) => {
    if (!isClosed) failure ??= new Error(`the socket of ${view} was closed: ${code} ${reason}`)
  })
  socket.on('message', (data: Buffer, isBinary) => {
    try {
      const diff = decoder.read(JSON.parse(textOf(data, isBinary)) as ViewFrame)
      if (diff.reset) {
        nodes.clear()
        edges.clear()
      }
      apply(nodes, diff)
      apply(edges, diff.edges)
    } catch (error) {
      failure ??= error as Error
    }
  })
  return {
    nodes,
    edges,
    failure: () => failure,
    close() {
      isClosed = true
      socket.close()
    },
  }
}
