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
