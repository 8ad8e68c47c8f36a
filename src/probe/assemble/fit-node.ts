import { MAX_CONTROLS } from '../../report/control/control.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Fact, ReportNode } from '../../report/schema.ts'

const MAX_TEXTS = 1024
const MAX_PARENTS = 64

/** Limits on the texts of one entity. */
export type TextLimits = Pick<ReportLimits, 'entriesPerNode' | 'nameLength' | 'valueLength'>

/**
 * Cuts a text to a length in UTF-16 units. Half of a surrogate pair at the cut is replaced, so that the result is
 * well-formed.
 */
const cut = (text: string, length: number): string => {
  const short = text.length > length ? text.slice(0, length) : text
  return short.isWellFormed() ? short : short.toWellFormed()
}

/** What is counted while a node is cut. */
interface Cuts {
  /** Texts that were cut or left out. */
  count: number
}

const cutCounted = (text: string, length: number, cuts: Cuts): string => {
  if (text.length > length) cuts.count++
  return cut(text, length)
}

const fitFact = (fact: Fact, { valueLength }: TextLimits, cuts: Cuts): Fact | undefined => {
  if (typeof fact === 'string') return cutCounted(fact, valueLength, cuts)
  if (typeof fact === 'number') return Number.isFinite(fact) ? fact : undefined
  if (typeof fact === 'boolean') return fact
  cuts.count += Math.max(0, fact.length - MAX_TEXTS)
  return fact.slice(0, MAX_TEXTS).map((text) => cutCounted(text, valueLength, cuts))
}

const fitEntries = <T, R>(
  record: Readonly<Record<string, T>>,
  limits: TextLimits,
  cuts: Cuts,
  fit: (value: T) => R | undefined,
): Record<string, R> => {
  const entries: [string, R][] = []
  for (const [key, value] of Object.entries(record)) {
    if (entries.length >= limits.entriesPerNode) {
      cuts.count++
      continue
    }
    if (key === '' || key === '__proto__') continue
    const fitted = fit(value)
    if (fitted !== undefined) entries.push([cutCounted(key, limits.nameLength, cuts), fitted])
  }
  return Object.fromEntries(entries)
}

/** A node within the limits. */
export interface FittedNode {
  readonly node: ReportNode
  /** Names and values of it that were cut or left out. */
  readonly cutTexts: number
}

/**
 * Cuts a node to the limits, and adds the host as its parent unless the node names its host parents itself. An empty
 * list of these means that its host is not in this report.
 *
 * @param hostNode id of the host's node
 * @returns undefined when the id is too long to be sent
 */
export const fitNode = (node: ReportNode, hostNode: string, limits: TextLimits): FittedNode | undefined => {
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
  const cuts = { count: 0 }
  const fitted = {
    id: node.id,
    topology: node.topology,
    name: cutCounted(node.name, limits.nameLength, cuts),
    facts: fitEntries(node.facts, limits, cuts, (fact) => fitFact(fact, limits, cuts)),
    ...(node.labels !== undefined && {
      labels: fitEntries(node.labels, limits, cuts, (value) => cutCounted(value, limits.valueLength, cuts)),
    }),
    parents: Object.fromEntries(kept),
    controls: node.controls.slice(0, MAX_CONTROLS),
  }
  return { node: fitted, cutTexts: cuts.count }
}
