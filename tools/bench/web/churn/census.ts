import { type Follower, follow } from '../../../soak/simulated/followers.ts'

/** Counts what comes and goes in a view. */
export interface Census {
  /** Nodes and edges that are there now. */
  readonly nodes: number
  readonly edges: number
  /** How often a node or an edge came or went since the census began. */
  readonly nodeChanges: number
  readonly edgeChanges: number
  close(): void
}

const LOOK_MS = 200

/** Begins a census of a view of an app. @param url of the app, `http://…` */
export const takeCensus = (url: string, view: string): Census => {
  const follower = follow(url, view)
  let [nodeChanges, edgeChanges] = [0, 0]
  let known: { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> } | undefined
  const look = () => {
    const now = idsOf(follower)
    if (known) {
      nodeChanges += changesOf(known.nodes, now.nodes)
      edgeChanges += changesOf(known.edges, now.edges)
    }
    // The first frame is not something that came.
    if (now.nodes.size > 0) known = now
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    get nodes() {
      return follower.nodes.size
    },
    get edges() {
      return follower.edges.size
    },
    get nodeChanges() {
      return nodeChanges
    },
    get edgeChanges() {
      return edgeChanges
    },
    close() {
      clearInterval(timer)
      follower.close()
    },
  }
}

const idsOf = ({ nodes, edges }: Follower) => ({ nodes: new Set(nodes.keys()), edges: new Set(edges.keys()) })

/** How many are in one set only. */
const changesOf = (before: ReadonlySet<string>, now: ReadonlySet<string>): number => {
  const stayed = [...now].filter((id) => before.has(id)).length
  return before.size + now.size - 2 * stayed
}
