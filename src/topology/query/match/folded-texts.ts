import type { NodeSummary } from '../../../api/types.ts'
import { fold } from '../language/pattern.ts'
import { hasSameTexts, textsOf } from './node-texts.ts'

/** The texts of a node in lower case. */
export interface Folded {
  /** All of them, joined by newlines, so that one search covers them all. */
  readonly joined: string
  readonly each: readonly string[]
}

interface Known extends Folded {
  readonly of: NodeSummary
  /** By name of field. */
  readonly values: Map<string, readonly string[]>
}

/**
 * The texts of nodes in lower case, remembered for as long as the nodes are there. Share one among queries of the same nodes: it belongs
 * to whoever makes the nodes, or shows them, and goes with that.
 */
export class FoldedTexts {
  readonly #known = new WeakMap<object, Known>()

  /** The texts of a node; the same for versions of it that differ only in metrics and edges. */
  of(node: NodeSummary): Folded {
    return this.#of(node)
  }

  /**
   * The values of a field of a node in lower case.
   *
   * @param field one of a fixed set of names, not a name from a query, because what is remembered of a node is not bounded
   */
  values(
    node: NodeSummary,
    field: string,
    read: (node: NodeSummary) => readonly string[],
  ): readonly string[] {
    const { values } = this.#of(node)
    const known = values.get(field)
    if (known !== undefined) return known
    const made = read(node).map(fold)
    values.set(field, made)
    return made
  }

  #of(node: NodeSummary): Known {
    // When only metrics change, the new node object has the same metadata object.
    const key = node.metadata ?? node
    const before = this.#known.get(key)
    if (before !== undefined && hasSameTexts(before.of, node)) return before
    const each = textsOf(node).map(({ text }) => fold(text))
    const made = { of: node, joined: each.join('\n'), each, values: new Map<string, readonly string[]>() }
    this.#known.set(key, made)
    return made
  }
}
