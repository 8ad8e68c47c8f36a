import type { NodeSummary } from '../../../src/api/types.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import type { UndatedEdge } from '../../../src/topology/view/view-edge.ts'

/** A view without what moves while nothing changes: its nodes by id with their labels and states, its edges by id with what is counted. */
export interface Shown {
  readonly nodes: ReadonlyMap<string, string>
  readonly edges: ReadonlyMap<string, string>
}

/** What of a view has to be right. */
export const shownOf = ({
  nodes,
  edges,
}: {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, UndatedEdge>
}): Shown => ({
  nodes: new Map(
    Array.from(nodes, ([id, { label, labelMinor, state = '' }]) => [
      id,
      `${label} ${labelMinor} ${state}`.trim(),
    ]),
  ),
  edges: new Map(
    Array.from(edges, ([id, { source, target, open, opened, closed, failed, ports }]) => [
      id,
      `${source} ${target} ${open} open of ${opened}, ${closed} closed, ${failed} failed, ports ${ports}`,
    ]),
  ),
})

/** Makes views from reports alone, by stages that have seen none before. */
export const shownFrom = (held: readonly HeldReport[]): ((view: AskedView) => Shown) => {
  const pipeline = new Pipeline()
  return ({ id, options }) => shownOf(pipeline.view(id, options, held))
}

/** A view with its options. */
export interface AskedView {
  readonly id: string
  readonly options: Readonly<Record<string, string>>
}

/** @param asked as in a URL: `containers?group=host` */
export const askedView = (asked: string): AskedView => {
  const [id = '', query] = asked.split('?')
  return { id, options: Object.fromEntries(new URLSearchParams(query)) }
}

const MOST_TOLD = 5

const differencesOf = (
  what: string,
  shown: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): string[] => [
  ...[...shown.keys()].filter((id) => !right.has(id)).map((id) => `shows the ${what} ${id}, which is gone`),
  ...[...right].flatMap(([id, text]) => {
    const told = shown.get(id)
    if (told === text) return []
    return [
      told === undefined
        ? `does not show the ${what} ${id}`
        : `shows the ${what} ${id} as "${told}" instead of "${text}"`,
    ]
  }),
]

/** How a view differs from what is right, in words; the first few differences, and how many there are. */
export const differences = (shown: Shown, right: Shown): readonly string[] => {
  const all = [
    ...differencesOf('node', shown.nodes, right.nodes),
    ...differencesOf('edge', shown.edges, right.edges),
  ]
  const more = all.length - MOST_TOLD
  return more > 0 ? [...all.slice(0, MOST_TOLD), `and differs in ${more} more ways`] : all
}
