/** Who calls whom, as far as the order of a matrix needs it. */
export interface Link {
  readonly source: string
  readonly target: string
}

const sweepsMost = 20

/**
 * The ids in the order of a matrix's rows and columns: those that talk with each other stand together, the largest cluster first.
 * Depends on what is linked only, not on the order of ids and links.
 *
 * @param before what this returned last: those ids keep their order among themselves, and a newcomer stands after the last of its
 *   neighbours (at the end if it has none)
 */
export function matrixOrder(
  ids: Iterable<string>,
  links: Iterable<Link>,
  before: readonly string[] = [],
): readonly string[] {
  const near = neighboursOf(ids, links)
  const kept = before.filter((id) => near.has(id))
  const fresh = byCluster(near)
  if (kept.length === 0) return fresh
  const order = [...kept]
  const placed = new Set(kept)
  for (const id of fresh) {
    if (placed.has(id)) continue
    const beside = order.findLastIndex((other) => near.get(id)?.has(other))
    order.splice(beside < 0 ? order.length : beside + 1, 0, id)
    placed.add(id)
  }
  return order
}

function neighboursOf(ids: Iterable<string>, links: Iterable<Link>): Map<string, Set<string>> {
  const near = new Map([...new Set(ids)].sort().map((id) => [id, new Set<string>()]))
  for (const { source, target } of links) {
    const [from, to] = [near.get(source), near.get(target)]
    if (!from || !to || source === target) continue
    from.add(target)
    to.add(source)
  }
  return near
}

function byCluster(near: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const labels = labelsOf(near)
  const clusters = Map.groupBy(near.keys(), (id) => labels.get(id) ?? id)
  const sorted = [...clusters.values()].sort((a, b) => b.length - a.length || compare(a[0], b[0]))
  const position = new Map(sorted.flat().map((id, index) => [id, index]))
  const centre = (id: string) => {
    const places = [...(near.get(id) ?? [])].map((other) => position.get(other) ?? 0)
    return places.reduce((sum, place) => sum + place, 0) / Math.max(1, places.length)
  }
  return sorted.flatMap((members) => members.sort((a, b) => centre(a) - centre(b) || compare(a, b)))
}

/** Label propagation in the order of ids: each takes the label that most of its neighbours have, its own or else the first of equals. */
function labelsOf(near: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string> {
  const labels = new Map([...near.keys()].map((id) => [id, id]))
  for (let sweep = 0; sweep < sweepsMost; sweep++) {
    let moved = false
    for (const [id, others] of near) {
      const counts = new Map<string, number>()
      for (const other of others) {
        const label = labels.get(other) ?? other
        counts.set(label, (counts.get(label) ?? 0) + 1)
      }
      const most = Math.max(0, ...counts.values())
      const own = labels.get(id) ?? id
      if (most === 0 || counts.get(own) === most) continue
      const [first = own] = [...counts]
        .filter(([, count]) => count === most)
        .map(([label]) => label)
        .sort()
      labels.set(id, first)
      moved = true
    }
    if (!moved) break
  }
  return labels
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}
