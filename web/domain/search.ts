import type { NodeSummary } from '../../src/topology/types.ts'

/**
 * The nodes in which every word of a query occurs: in name, second line, id, facts, parents, or labels. Capitals do not
 * matter. Undefined when the query is empty, so that no search and no match differ. In the order of the nodes.
 */
export function search(nodes: Iterable<NodeSummary>, query: string): readonly string[] | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return undefined
  const found: string[] = []
  for (const node of nodes) {
    const text = searchText(node)
    if (words.every((word) => text.includes(word))) found.push(node.id)
  }
  return found
}

const texts = new WeakMap<NodeSummary, string>()

function searchText(node: NodeSummary): string {
  const known = texts.get(node)
  if (known !== undefined) return known
  const parts = [node.label, node.labelMinor, node.id, node.state ?? '']
  for (const row of node.metadata ?? []) parts.push(row.value)
  for (const parent of node.parents ?? []) parts.push(parent.label)
  for (const table of node.tables ?? []) {
    for (const row of table.rows) parts.push(...Object.values(row.entries))
  }
  const text = parts.join('\n').toLowerCase()
  texts.set(node, text)
  return text
}
