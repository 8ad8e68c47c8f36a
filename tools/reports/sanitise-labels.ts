import { stackLabels } from '../../src/topology/reports/stacks.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { sanitisePath } from './sanitise-text.ts'

/** Their values are the names of stacks, services and containers, which stay. */
const KEPT: ReadonlySet<string> = new Set([
  stackLabels.composeProject,
  stackLabels.composeService,
  stackLabels.composeNumber,
  stackLabels.composeVersion,
  'com.docker.compose.oneoff',
  stackLabels.swarmServiceName,
  stackLabels.swarmStack,
])

const PATHS: ReadonlySet<string> = new Set([stackLabels.composeDirectory, stackLabels.composeFiles])

/** Keys that say nothing of those who use them. */
const WELL_KNOWN = /^(com\.docker\.|org\.opencontainers\.|io\.kubernetes\.|maintainer$)/

/** @param keep keys of more labels that stay as they are */
export const sanitiseLabels = (
  labels: Readonly<Record<string, string>>,
  keep: ReadonlySet<string>,
  pseudonyms: Pseudonyms,
  text: (text: string) => string,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels).map(([key, value]) => {
      const kept = keep.has(key)
      if (kept || KEPT.has(key)) return [key, text(value)]
      const name = WELL_KNOWN.test(key) ? key : pseudonyms.of('label', key)
      if (PATHS.has(key))
        return [
          name,
          value
            .split(',')
            .map((path) => sanitisePath(path, pseudonyms))
            .join(),
        ]
      return [name, value === '' ? '' : pseudonyms.of('value', value)]
    }),
  )
