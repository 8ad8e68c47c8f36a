import type { Finding, FindingsDocument } from '../../../src/api/types.ts'
import { changedRoute, formatRoute, type Place, type Route } from '../address/route.ts'
import { groupBy, withoutGrouping } from '../grouping/grouping.ts'
import { count } from '../words/format.ts'
import { sinceTime } from '../words/time.ts'

/** Before the first frame: nothing is told. */
export const noFindings: FindingsDocument = { findings: [], total: 0 }

/** The query for what the map shows when it shows only what is in trouble. */
export const TROUBLE_QUERY = 'is:trouble'

/** The filter after it was pressed to show only what is in trouble: all, when that is what is shown. */
export function toggledTrouble(filter: string): string {
  return filter === TROUBLE_QUERY ? '' : TROUBLE_QUERY
}

/** The view, and the node or edge in it, that a finding is about; undefined when it names no node. */
export function findingPlace({ nodes, edge }: Finding): Place | undefined {
  const [node] = nodes
  if (node === undefined) return undefined
  const selected = edge
    ? ({ kind: 'edge', source: edge.source, target: edge.target } as const)
    : ({ kind: 'node', id: node.id } as const)
  return { view: node.view, selected }
}

/**
 * The address that shows what a finding is about. Neither a filter, the focus on another node, hidden hubs nor the folding of nodes
 * into groups may hide it, so the address has none of these. A node is found in the group into which the view is folded by itself; an edge is not.
 */
export function findingAddress(finding: Finding, route: Route): string {
  const place = findingPlace(finding)
  if (place === undefined) return formatRoute(route)
  const options = finding.edge ? groupBy(undefined, undefined, route.options) : withoutGrouping(route.options)
  const change = { ...place, search: '', near: undefined, hubs: undefined, options }
  return formatRoute(changedRoute(route, change))
}

/** What the strip has room for, and how many more there are. */
export interface Strip {
  readonly shown: readonly Finding[]
  readonly more: number
}

/** The first findings; one more that there is room for is shown rather than counted. @param most at least 1 */
export function stripOf({ findings, total }: FindingsDocument, most: number): Strip {
  const shown = findings.slice(0, most)
  return { shown, more: total - shown.length }
}

/** How many findings say that something does not work. */
export function troubles({ findings, total }: FindingsDocument): number {
  const untold = total - findings.length
  const fails = findings.filter(({ severity, ended }) => severity === 'fail' && ended === undefined).length
  // Those that are not told come after the told ones, so they are as bad only when all of these are.
  return fails === findings.length ? fails + untold : fails
}

/** `since 14:02`, with the date when that was not today; `ended` for what is over. */
export function sinceWords({ since, ended }: Finding, nowMs: number): string {
  return ended === undefined ? sinceTime(since, nowMs) : 'ended'
}

/** The most findings that are read out at a time. */
const READ_MOST = 3

/**
 * What a screen reader is told after a change: what is new, and what has ended. Nothing when only numbers have changed.
 */
export function spoken(before: FindingsDocument, { findings }: FindingsDocument): string {
  const known = new Map(before.findings.map((one) => [one.id, one]))
  const began = findings.filter(({ id, ended }) => ended === undefined && !known.has(id))
  const ended = findings.filter(({ id, ended }) => {
    const earlier = known.get(id)
    return ended !== undefined && earlier !== undefined && earlier.ended === undefined
  })
  const lines = [...began.map(({ text }) => text), ...ended.map(({ text }) => `Ended: ${text}`)]
  const rest = lines.length - READ_MOST
  return [...lines.slice(0, READ_MOST), ...(rest > 0 ? [`and ${count(rest)} more`] : [])].join('. ')
}
