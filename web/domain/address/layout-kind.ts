import { settings } from '../../settings.ts'
import type { Outline } from '../graph/graph.ts'

/** The ways to lay out connected nodes, each with a word for it; the first is the default. */
export const layoutKinds = [
  { kind: 'flow', label: 'flow', hint: 'From left to right, with few crossings' },
  { kind: 'force', label: 'force', hint: 'Near each other what talks to each other' },
  { kind: 'layered', label: 'layered', hint: 'From left to right, in strict columns' },
] as const

/** From left to right with few crossings, by forces, or in strict columns. */
export type LayoutKind = (typeof layoutKinds)[number]['kind']

/** The kind of that name; the default, when there is none. */
export function layoutKindOf(name: string | null | undefined): LayoutKind {
  return layoutKinds.find(({ kind }) => kind === name)?.kind ?? layoutKinds[0].kind
}

/**
 * Whether a map has too many nodes and edges for a layout, so that it is laid out as by default.
 *
 * @param placing ids of the edges that the layout takes into account; undefined = all
 */
export function isTooLarge(
  kind: LayoutKind,
  { nodes, edges }: Outline,
  placing: ReadonlySet<string> | undefined,
): boolean {
  if (kind !== 'layered') return false
  const laidOut = [...edges.values()].filter(
    ({ id, source, target }) => source !== target && (placing?.has(id) ?? true),
  )
  return nodes.size + laidOut.length > settings.layout.layered.sizeMost
}
