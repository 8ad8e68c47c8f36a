import type { Graph } from '../graph/graph.ts'

/**
 * The names by which the nodes of a map can be asked for: labels, with the second line of those that share theirs.
 *
 * @returns the ids of the nodes by name
 */
export function namesOfNodes({ nodes }: Graph): ReadonlyMap<string, string> {
  const sharing = new Map<string, number>()
  for (const { label } of nodes.values()) sharing.set(label, (sharing.get(label) ?? 0) + 1)
  const names = new Map<string, string>()
  for (const { id, label, labelMinor } of nodes.values()) {
    const name = (sharing.get(label) ?? 0) > 1 && labelMinor ? `${label} · ${labelMinor}` : label
    if (!names.has(name)) names.set(name, id)
  }
  return names
}

/** The name by which a node can be asked for; undefined where another one has it. */
export function nameOfNode(names: ReadonlyMap<string, string>, id: string): string | undefined {
  for (const [name, named] of names) if (named === id) return name
  return undefined
}

/** The node that a text names: by its whole name, else the only one whose name contains it; case does not matter. */
export function nodeNamed(names: ReadonlyMap<string, string>, text: string): string | undefined {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return undefined
  const found = [...names].filter(([name]) => name.toLowerCase().includes(wanted))
  const whole =
    found.find(([name]) => name === text.trim()) ?? found.find(([name]) => name.toLowerCase() === wanted)
  return (whole ?? (found.length === 1 ? found[0] : undefined))?.[1]
}
