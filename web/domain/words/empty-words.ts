import type { ProbeSummary, QuerySummary } from '../../../src/api/types.ts'
import { health } from '../health/health.ts'
import { count, plural } from './format.ts'

/** The facts from which {@link emptyWords} explains an empty map. */
export interface EmptyFacts {
  readonly viewName: string | undefined
  /** Number of nodes that the options hide. */
  readonly hidden: number
  /** How much the filter selects and hides; undefined without a filter. */
  readonly filtered?: QuerySummary | undefined
  /** Whether the first frame of the view has been received. */
  readonly loaded: boolean
  /** Number of nodes that have been received but not laid out yet. */
  readonly nodes: number
  readonly stream: 'connecting' | 'live' | 'reconnecting' | 'stale'
  readonly probes: readonly ProbeSummary[] | undefined
  readonly failure: { readonly status: number; readonly message: string } | undefined
}

/** The text on an empty map. `busy` means that the state will pass by itself in a moment. */
export interface EmptyWords {
  readonly title: string
  readonly detail: string
  readonly busy: boolean
}

const waitingWords: Readonly<Partial<Record<EmptyFacts['stream'], string>>> = {
  reconnecting: 'The connection to the app was lost. Trying again.',
  stale: 'The app does not answer. Trying again.',
}

/** Explains why the map is empty and what to do about it. Of several causes, the first that applies is told. */
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
