import type { NodeSummary } from '../../../src/api/types.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import { badgeWords } from '../../domain/node/badge-words.ts'
import { goneOrHidden } from '../../domain/node/gone-words.ts'
import type { LeftOut } from '../../domain/views.ts'
import type { Hover } from '../../map/renderer/protocol.ts'

/** What a pinned node is told to be, to whoever points at it. */
export function pinnedWords(node: NodeSummary): string {
  return isClosedGroup(node)
    ? `${node.label} is pinned here. A double click lets go of it, another one opens it.`
    : `${node.label} is pinned here. A double click lets go of it.`
}

/** What is known of nodes beside the content of the map. */
export interface KnownOfNodes {
  /** Ids of those that are pinned. */
  readonly pinned: ReadonlySet<string>
  /** Kinds of nodes that the options of the view hide. */
  readonly leftOut: readonly Pick<LeftOut, 'id' | 'what'>[]
}

/** What is pointed at, in words; empty when it is no node. */
export function pointedLabel(
  content: LiveContent,
  hover: Hover | undefined,
  { pinned, leftOut }: KnownOfNodes,
): string {
  if (hover?.kind === 'node') {
    const node = content.graph.nodes.get(hover.id)
    return [node?.label, node && badgeWords(node), pinned.has(hover.id) && 'pinned']
      .filter(Boolean)
      .join(', ')
  }
  if (hover?.kind !== 'ghost') return ''
  const gone = content.presence.goneNodes.get(hover.id)
  return gone ? `${gone.node.label} is ${goneOrHidden(content.query !== undefined, leftOut)}` : ''
}
