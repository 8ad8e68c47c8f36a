/**
 * Divides things into the smallest groups that have no key in common. The order within a group is that of `things`.
 *
 * @param keysOf the keys of a thing; one without keys is a group of its own
 */
export const partition = <Thing>(
  things: readonly Thing[],
  keysOf: (thing: Thing) => readonly number[],
): readonly (readonly Thing[])[] => {
  const parents = things.map((_, i) => i)
  const rootOf = (of: number): number => {
    let at = of
    for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
      parents[at] = parents[parent] ?? parent
      at = parent
    }
    return at
  }
  const firstWith = new Map<number, number>()
  things.forEach((thing, i) => {
    for (const key of keysOf(thing)) {
      const first = firstWith.get(key)
      if (first === undefined) firstWith.set(key, i)
      else {
        const [a, b] = [rootOf(first), rootOf(i)]
        parents[Math.max(a, b)] = Math.min(a, b)
      }
    }
  })
  const groups = new Map<number, Thing[]>()
  things.forEach((thing, i) => {
    const root = rootOf(i)
    const group = groups.get(root)
    if (group) group.push(thing)
    else groups.set(root, [thing])
  })
  return [...groups.values()]
}
