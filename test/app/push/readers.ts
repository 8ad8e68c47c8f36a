import { inflateRawSync } from 'node:zlib'
import type { Edge, NodeSummary, ViewDiff } from '../../../src/api/types.ts'
import type { Frame, Outlet } from '../../../src/app/push/outlet.ts'
import type { ShownView } from '../../../src/app/views/encode.ts'
import { datedEdge } from '../../../src/topology/view/view-edge.ts'
import { ViewDecoder } from '../../../src/view-stream/decode.ts'
import { applyDiff, sortedById, withoutTargets } from '../../support/apply-diff.ts'

/** How frames are spoken. */
export type Protocol = 'scope.view.v2' | 'v1'

/** What a view says to those who speak a protocol: by `scope.view.v2` the edges alone tell which nodes are connected. */
export const saidBy = (
  protocol: Protocol,
  { edges, ...view }: Pick<ShownView, 'nodes' | 'edges' | 'query'>,
) => said(protocol, { ...view, edges: new Map(Array.from(edges, ([id, edge]) => [id, datedEdge(edge)])) })

const said = (
  protocol: Protocol,
  { nodes, edges, query }: Pick<ShownView, 'nodes' | 'query'> & { readonly edges: ReadonlyMap<string, Edge> },
) => ({
  nodes: sortedById(nodes).map(([id, node]) => [id, protocol === 'v1' ? node : withoutTargets(node)]),
  edges: sortedById(edges),
  query,
})

/** A frame under way, and which state of its channel a reader has once it has applied it. */
interface UnderWay {
  readonly frame: Frame
  readonly state: number
}

/** Somebody at the other end of a socket, who applies frames as documented, in their order, when they have time. */
export class Reader {
  readonly protocol: Protocol
  /** Bytes that the socket holds, beside frames that were not read: somebody else's, as it were. */
  isBlocked = false
  /** Whether there is room for further frames among all that are on their way. */
  hasRoom = true
  isOpen = true
  readonly #decoder = new ViewDecoder()
  readonly #state: () => number
  #underWay: UnderWay[] = []
  #nodes = new Map<string, NodeSummary>()
  #edges = new Map<string, Edge>()
  #query: ViewDiff['query']

  /** @param state number of the state that the channel has */
  constructor(protocol: Protocol, state: () => number) {
    this.protocol = protocol
    this.#state = state
  }

  /** How many frames wait to be read. */
  get waiting(): number {
    return this.#underWay.length
  }

  /** The end of the socket at the app. @param maxBytes of what waits in it */
  outlet(maxBytes: number): Outlet {
    const reader = this
    return {
      get isOpen() {
        return reader.isOpen
      },
      get waitingBytes() {
        const waiting = reader.#underWay.reduce((sum, { frame }) => sum + frame.bytes.length, 0)
        return waiting + (reader.isBlocked ? maxBytes + 1 : 0)
      },
      send(frame) {
        if (!reader.hasRoom) return false
        reader.#underWay.push({ frame, state: reader.#state() })
        return true
      },
    }
  }

  /** Reads one frame. @returns the state that it must have now; undefined when there was none */
  read(): number | undefined {
    const next = this.#underWay.shift()
    if (next === undefined) return undefined
    const { bytes, isBinary } = next.frame
    const message = JSON.parse(String(isBinary ? inflateRawSync(bytes) : bytes))
    const diff: ViewDiff = this.protocol === 'v1' ? message : this.#decoder.read(message)
    if (diff.reset) {
      this.#nodes = new Map()
      this.#edges = new Map()
      this.#query = undefined
    }
    applyDiff(this.#nodes, diff)
    applyDiff(this.#edges, diff.edges)
    this.#query = diff.query ?? this.#query
    return next.state
  }

  /** What it has. */
  get has(): ReturnType<typeof saidBy> {
    const query = this.#query && { query: this.#query }
    return said('v1', { nodes: this.#nodes, edges: this.#edges, ...query })
  }
}
