import type { QuerySummary } from '../../../src/api/types.ts'
import { count, plural } from './format.ts'

/** What is to be told to those who do not see the page, and is not told yet. */
export interface Untold {
  /** Whether the page hears from the app, when that has changed. */
  readonly connection?: string
  /** What the filter shows, when it has changed. */
  readonly filter?: string
  /** Findings that began or ended. */
  readonly findings?: string
  /** Labels of nodes that came. */
  readonly came: readonly string[]
  /** Labels of nodes that went. */
  readonly went: readonly string[]
  /** Whether there was a filter then: nodes may only have begun or ceased to match it. */
  readonly filtered?: boolean
}

/** Nothing. */
export const nothingUntold: Untold = { came: [], went: [] }

/** A sentence that is told now, and what is left to tell. */
export interface Telling {
  readonly sentence: string
  readonly rest: Untold
}

/** The sentence to be told first: the most urgent, and of nodes how many came and went. Undefined when there is nothing to tell. */
export function tellNext(untold: Untold): Telling | undefined {
  for (const kind of ['connection', 'filter', 'findings'] as const) {
    const { [kind]: words, ...rest } = untold
    if (words) return { sentence: words, rest }
  }
  const { came, went, filtered, ...rest } = untold
  const [begun, ended] = filtered ? ['now shown', 'no longer shown'] : ['came', 'went']
  const sentence = [
    came.length > 0 && `${nodes(came)} ${begun}`,
    went.length > 0 && `${nodes(went)} ${ended}`,
  ]
    .filter(Boolean)
    .join(', ')
  return sentence === '' ? undefined : { sentence: `${sentence}.`, rest: { ...rest, ...nothingUntold } }
}

/** One node by its name, more as their number. */
function nodes(labels: readonly string[]): string {
  const [only] = labels
  return labels.length === 1 && only ? only : plural(labels.length, 'node')
}

type Labelled = ReadonlyMap<string, { readonly label: string }>

/** Adds the nodes that came and went between two states of one view. @param filtered whether it has a filter */
export function withNodes(untold: Untold, before: Labelled, now: Labelled, filtered = false): Untold {
  if (before === now) return untold
  const [came, went] = [without(now, before), without(before, now)]
  if (came.length === 0 && went.length === 0) return untold
  return {
    ...untold,
    came: [...untold.came, ...came],
    went: [...untold.went, ...went],
    filtered: filtered || (untold.filtered ?? false),
  }
}

/** Labels of the nodes that another state lacks. */
function without(of: Labelled, other: Labelled): readonly string[] {
  const labels: string[] = []
  for (const [id, { label }] of of) if (!other.has(id)) labels.push(label)
  return labels
}

/** What a filter shows; of none, how many nodes there are. */
export function shownWords(summary: QuerySummary | undefined, nodeCount: number): string {
  if (!summary) return `All is shown: ${plural(nodeCount, 'node')}.`
  return `${count(summary.matched)} of ${count(summary.matched + summary.hidden)} shown.`
}

/** What is told when the page loses the app or has it again, by the state of its stream. */
export const connectionWords = {
  reconnecting: 'The connection to the app is lost. What is shown stays as it was.',
  stale: 'The app does not answer. What is shown stays as it was.',
  live: 'What is shown is live again.',
} as const
