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
  /** How often its socket was closed and opened again. */
  reopened(): number
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

/** As the page does. */
const AGAIN_AFTER_MS = 1000

/**
 * Follows a view by its frames, as the page does: when its socket is closed, such as that of a reader that was too slow, a new one begins
 * with everything.
 *
 * @param url of the app, `http://…`
 */
export const follow = (url: string, view: string): Follower => {
  const nodes = new Map<string, NodeSummary>()
  const edges = new Map<string, Edge>()
  let failure: Error | undefined
  let isClosed = false
  let reopened = 0
  let socket: WebSocket
  const open = (): void => {
    const decoder = new ViewDecoder()
    socket = new WebSocket(`${url.replace('http', 'ws')}/api/topology/${view}/ws`, VIEW_PROTOCOL)
    // It is closed after that.
    socket.on('error', () => {})
    socket.on('close', () => {
      if (isClosed) return
      reopened += 1
      setTimeout(() => isClosed || open(), AGAIN_AFTER_MS)
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
  }
  open()
  return {
    nodes,
    edges,
    failure: () => failure,
    reopened: () => reopened,
    close() {
      isClosed = true
      socket.close()
    },
  }
}
