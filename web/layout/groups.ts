/** The connected components of a graph, largest first. Each lists the indexes of its nodes in ascending order. */
export function connectedGroups(size: number, edges: readonly (readonly [number, number])[]): number[][] {
  const leader = Int32Array.from({ length: size }, (_, index) => index)
  const find = (node: number): number => {
    let at = node
    while (leader[at] !== at) {
      leader[at] = leader[leader[at] as number] as number
      at = leader[at] as number
    }
    return at
  }
  for (const [from, to] of edges) leader[find(from)] = find(to)
  const groups = new Map<number, number[]>()
  for (let node = 0; node < size; node++) {
    const head = find(node)
    const group = groups.get(head)
    if (group) group.push(node)
    else groups.set(head, [node])
  }
  return [...groups.values()].sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0))
}
