import { MAX_CONTROLS } from '../../report/control.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Fact, ReportNode } from '../../report/schema.ts'

const MAX_TEXTS = 1024
const MAX_PARENTS = 64

/**
 * Cuts a text to a length in UTF-16 units. Half of a surrogate pair at the cut is replaced, so that the result is
 * well-formed.
 */
const cut = (text: string, length: number): string => {
  const short = text.length > length ? text.slice(0, length) : text
  return short.isWellFormed() ? short : short.toWellFormed()
}

const fitFact = (fact: Fact, limits: ReportLimits): Fact | undefined => {
  if (typeof fact === 'string') return cut(fact, limits.valueLength)
  if (typeof fact === 'number') return Number.isFinite(fact) ? fact : undefined
  if (typeof fact === 'boolean') return fact
  return fact.slice(0, MAX_TEXTS).map((text) => cut(text, limits.valueLength))
}

const fitEntries = <T, R>(
  record: Readonly<Record<string, T>>,
  limits: ReportLimits,
  fit: (value: T) => R | undefined,
): Record<string, R> => {
  const entries: [string, R][] = []
  for (const [key, value] of Object.entries(record)) {
    if (entries.length >= limits.entriesPerNode) break
    if (key === '' || key === '__proto__') continue
    const fitted = fit(value)
    if (fitted !== undefined) entries.push([cut(key, limits.nameLength), fitted])
  }
  return Object.fromEntries(entries)
}

/**
 * Cuts a node to the limits, and adds the host as its parent unless the node names its host parents itself. An empty
 * list of these means that its host is not in this report.
 *
 * @param hostNode id of the host's node
 * @returns undefined when the id is too long to be sent
 */
export const fitNode = (node: ReportNode, hostNode: string, limits: ReportLimits): ReportNode | undefined => {
  if (node.id.length > limits.nameLength || node.id === '') return undefined
  const parents =
    node.topology === 'host' || node.parents.host !== undefined
      ? node.parents
      : { host: [hostNode], ...node.parents }
  const kept = Object.entries(parents)
    .map(
      ([topology, ids]) =>
        [
          topology,
          ids
            .filter((id) => id !== '' && id.length <= limits.nameLength)
            .slice(0, Math.min(MAX_PARENTS, limits.entriesPerNode)),
        ] as const,
    )
    .filter(([, ids]) => ids.length > 0)
  return {
    id: node.id,
    topology: node.topology,
    name: cut(node.name, limits.nameLength),
    facts: fitEntries(node.facts, limits, (fact) => fitFact(fact, limits)),
    ...(node.labels !== undefined && {
      labels: fitEntries(node.labels, limits, (value) => cut(value, limits.valueLength)),
    }),
    parents: Object.fromEntries(kept),
    controls: node.controls.slice(0, MAX_CONTROLS),
  }
}
