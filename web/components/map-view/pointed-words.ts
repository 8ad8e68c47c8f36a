import type { NodeSummary } from '../../../src/api/types.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import { badgeWords } from '../../domain/node/badge-words.ts'
import type { Hover } from '../../map/renderer/protocol.ts'

/** What a pinned node is told to be, to whoever points at it. */
export function pinnedWords(node: NodeSummary): string {
  return isClosedGroup(node)
    ? `${node.label} is pinned here. A double click lets go of it, another one opens it.`
    : `${node.label} is pinned here. A double click lets go of it.`
}

/** What is pointed at, in words; empty when it is no node. @param pinned ids of the nodes that are pinned */
export function pointedLabel(
  content: LiveContent,
  hover: Hover | undefined,
  pinned: ReadonlySet<string>,
): string {
  if (hover?.kind === 'node') {
    const node = content.graph.nodes.get(hover.id)
    return [node?.label, node && badgeWords(node), pinned.has(hover.id) && 'pinned']
      .filter(Boolean)
      .join(', ')
  }
  if (hover?.kind !== 'ghost') return ''
  const gone = content.presence.goneNodes.get(hover.id)
  return gone ? `${gone.node.label} is gone${content.query ? ', or no longer matches' : ''}` : ''
}
