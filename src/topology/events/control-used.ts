import type { EventNode } from '../../api/types.ts'
import { counted } from '../nodes/naming/labels.ts'
import type { EventDraft } from './draft.ts'

/** Nodes that one event lists, at most. */
const MAX_NODES = 16

/** Uses of one control by one person within a short time. */
export interface ControlUses {
  readonly who: string
  /** What the control is called: `Stop`. */
  readonly label: string
  /** When the first of them was done: ms since 1970. */
  readonly atMs: number
  /** The node of each use, in their order. Never empty. */
  readonly nodes: readonly EventNode[]
}

/** The event that tells of them: `anna used Stop on the container web`, `anna used Stop on 12 containers`. */
export const controlUsed = ({ who, label, atMs, nodes }: ControlUses): EventDraft => {
  const different = [...new Map(nodes.map((node) => [node.id, node])).values()]
  return {
    kind: 'control-used',
    atMs,
    text: `${who} used ${label} on ${wordsOf(different)}${oftenText(nodes.length, different.length)}`,
    nodes: different.slice(0, MAX_NODES),
    ...(nodes.length > 1 ? { count: nodes.length } : {}),
  }
}

const wordsOf = (nodes: readonly EventNode[]): string => {
  const [first, ...others] = nodes
  const kind = others.every(({ topology }) => topology === first?.topology) ? kindOf(first) : 'node'
  return others.length === 0 ? `the ${kind} ${first?.label}` : counted(nodes.length, kind, pluralOf(kind))
}

const kindOf = (node: EventNode | undefined): string =>
  node?.topology === 'container_image' ? 'image' : (node?.topology ?? 'node')

const pluralOf = (kind: string): string => (kind === 'process' ? 'processes' : `${kind}s`)

const oftenText = (uses: number, nodes: number): string => (nodes === 1 && uses > 1 ? `, ${uses} times` : '')
