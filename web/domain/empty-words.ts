import type { ProbeSummary, QuerySummary } from '../../src/api/types.ts'
import { count, plural } from './format.ts'
import { health } from './health.ts'

/** What is known when there is nothing to draw. */
export interface EmptyFacts {
  readonly viewName: string | undefined
  /** Nodes that options hide. */
  readonly hidden: number
  /** What a filter leaves of the view. */
  readonly filtered?: QuerySummary | undefined
  /** The view's first frame came. */
  readonly loaded: boolean
  /** Nodes that are there but not laid out yet. */
  readonly nodes: number
  readonly stream: 'connecting' | 'live' | 'reconnecting' | 'stale'
  readonly probes: readonly ProbeSummary[] | undefined
  readonly failure: { readonly status: number; readonly message: string } | undefined
}

/** What an empty map says; `busy` = it will pass by itself in a moment. */
export interface EmptyWords {
  readonly title: string
  readonly detail: string
  readonly busy: boolean
}

const waitingWords: Readonly<Partial<Record<EmptyFacts['stream'], string>>> = {
  reconnecting: 'The connection to the app was lost. Trying again.',
  stale: 'The app does not answer. Trying again.',
}

/** Why the map shows nothing and what to do: the cause nearest to the user first. */
export function emptyWords(facts: EmptyFacts): EmptyWords {
  const { failure, loaded, nodes, stream } = facts
  if (failure && !loaded) {
    if (failure.status === 401) return { title: 'This map is locked', detail: failure.message, busy: false }
    return {
      title: 'The app cannot be reached',
      detail: `${failure.message} This page tries again by itself; "scope status" tells how the app does.`,
      busy: false,
    }
  }
  if (!loaded) {
    return { title: 'Reading the map', detail: waitingWords[stream] ?? '', busy: true }
  }
  if (nodes > 0) return { title: `Arranging ${plural(nodes, 'node')}`, detail: '', busy: true }
  if (facts.filtered && facts.filtered.hidden > 0) {
    return {
      title: 'Nothing matches',
      detail: `${facts.filtered.text} hides ${plural(facts.filtered.hidden, 'node')}.`,
      busy: false,
    }
  }
  const name = (facts.viewName ?? 'nodes').toLowerCase()
  if (facts.probes?.length === 0) {
    return {
      title: 'No probe reports yet',
      detail:
        'Start one with "scope launch" or "scope probe" on the host to be watched, and it appears here.',
      busy: false,
    }
  }
  const state = health(facts.probes)?.parts.join(' · ') ?? ''
  if (facts.hidden > 0) {
    return {
      title: `All ${name} are hidden`,
      detail: `The options below hide ${count(facts.hidden)}.`,
      busy: false,
    }
  }
  return { title: `No ${name} yet`, detail: `Start one and it appears here. ${state}`.trim(), busy: false }
}
