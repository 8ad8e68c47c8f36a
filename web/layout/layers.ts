/**
 * Gives each node a layer such that edges lead from lower to higher layers where possible: clients left, servers right.
 * Cycles are broken by a heuristic that lets few edges lead back. A client is then put into the layer just before the
 * nearest of its servers.
 *
 * @param size number of nodes
 * @param edges client and server by index
 */
export function layers(size: number, edges: readonly (readonly [number, number])[]): Int32Array {
  const out: number[][] = Array.from({ length: size }, () => [])
  const waiting = new Int32Array(size)
  for (const [from, to] of edges) {
    if (from === to) continue
    out[from]?.push(to)
    waiting[to] = (waiting[to] ?? 0) + 1
  }
  const layer = new Int32Array(size)
  const order = forwardOrder(size, out, waiting)
  const rank = new Int32Array(size)
  order.forEach((node, at) => {
    rank[node] = at
  })
  const isForward = (from: number, to: number) => (rank[from] ?? 0) < (rank[to] ?? 0)
  for (const node of order) {
    for (const to of out[node] ?? []) {
      if (isForward(node, to)) layer[to] = Math.max(layer[to] ?? 0, (layer[node] ?? 0) + 1)
    }
  }
  for (const node of order.toReversed()) {
    const ahead = (out[node] ?? []).filter((to) => isForward(node, to)).map((to) => layer[to] ?? 0)
    if (ahead.length > 0) layer[node] = Math.min(...ahead) - 1
  }
  return layer
}

/**
 * A topological order. In a cycle, the next node is the one whose outgoing edges exceed its remaining incoming ones the
 * most.
 */
function forwardOrder(size: number, out: readonly (readonly number[])[], waiting: Int32Array): number[] {
  const left = waiting.slice()
  const done = new Uint8Array(size)
  const ready: number[] = []
  const order: number[] = []
  for (let node = 0; node < size; node++) if (left[node] === 0) ready.push(node)
  while (order.length < size) {
    const node = ready.pop() ?? leastBound(size, out, left, done)
    if (done[node]) continue
    done[node] = 1
    order.push(node)
    for (const to of out[node] ?? []) {
      left[to] = (left[to] ?? 0) - 1
      if (left[to] === 0 && !done[to]) ready.push(to)
    }
  }
  return order
}

function leastBound(
  size: number,
  out: readonly (readonly number[])[],
  left: Int32Array,
  done: Uint8Array,
): number {
  let best = -1
  let most = Number.NEGATIVE_INFINITY
  for (let node = 0; node < size; node++) {
    if (done[node]) continue
    const score = (out[node]?.length ?? 0) - (left[node] ?? 0)
    if (score > most) {
      most = score
      best = node
    }
  }
  return best
}
