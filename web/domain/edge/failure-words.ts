import type { FailureReasons } from '../../../src/api/types.ts'
import { count } from '../words/format.ts'

const words: Readonly<Record<keyof FailureReasons, string>> = {
  refused: 'refused',
  timedOut: 'timed out',
  unreachable: 'unreachable',
  outOfPorts: 'out of local ports',
  other: 'for another reason',
}

/** What each reason means, for whoever meets it for the first time. */
const meanings: Readonly<Record<keyof FailureReasons, string>> = {
  refused: 'Refused: nobody listened there, or a firewall said so.',
  timedOut: 'Timed out: no answer came.',
  unreachable: 'Unreachable: there was no route, or a router said so.',
  outOfPorts: 'Out of local ports: the client had none left for that address.',
  other: 'For another reason: a rarer error, or one that the probe could not see.',
}

const keys = Object.keys(words) as (keyof FailureReasons)[]

const given = (reasons: FailureReasons) =>
  keys.filter((key) => reasons[key] > 0).sort((a, b) => reasons[b] - reasons[a])

/** Why connections failed, most frequent reason first: `2 refused, 1 timed out`; for a single reason just `refused`. */
export function reasonWords(reasons: FailureReasons): string {
  const [only, ...others] = given(reasons)
  if (only === undefined) return ''
  if (others.length === 0) return words[only]
  return [only, ...others].map((key) => `${count(reasons[key])} ${words[key]}`).join(', ')
}

/** What those reasons mean, a sentence each. */
export function reasonMeanings(reasons: FailureReasons): string {
  return given(reasons)
    .map((key) => meanings[key])
    .join('\n')
}
