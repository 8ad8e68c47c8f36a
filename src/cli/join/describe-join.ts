import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Joined } from './join-cluster.ts'

type AppState = ProbeStatusDocument['apps'][number]

/**
 * Describes what came of a join, for the person who pasted the line.
 *
 * @param appUrls of the app that was joined
 * @returns lines, each with a label
 */
export const describeJoin = (
  { oldKeyPath }: Joined,
  appUrls: readonly string[],
  probe: ProbeStatusDocument | undefined,
): [about: string, text: string][] => [
  ...appUrls.map((url): [string, string] => [
    'app',
    `${url}: ${wordsOf((probe?.apps ?? []).filter((app) => app.url === url))}`,
  ]),
  ...(oldKeyPath === undefined
    ? []
    : [['key', `the old cluster key is kept in ${oldKeyPath}`] as [string, string]]),
]

// A stranger can be at the address that was joined, and what it answers is the reason.
const wordsOf = (apps: readonly AppState[]): string => {
  const taken = apps.find(({ state }) => state === 'ok') ?? apps.find(({ state }) => state === 'duplicate')
  if (taken !== undefined && taken.distrust === undefined)
    return 'it takes the reports of this machine; whoever may act there may act here, within --probe.controls'
  const [app] = taken === undefined ? apps : [taken]
  switch (app?.state) {
    case 'ok':
    case 'duplicate':
      return `it takes the reports of this machine, but its orders are not taken: ${harmless(app.distrust ?? '')}`
    case 'refused':
    case 'failed':
      return `PROBLEM: ${harmless(app.reason)}`
    case 'away':
      return `it does not answer, and is tried again (${harmless(app.reason)}); "scope status" tells how it goes`
    default:
      return 'it has not answered yet; "scope status" tells how it goes'
  }
}
