import type { ConnectionsDocument, EdgeFlow } from '../../../src/api/types.ts'
import { count, plural } from '../words/format.ts'
import type { EdgePart, EdgeParts } from './edge-parts.ts'

/**
 * Who calls whom within an edge of a group, by the names of the programs or addresses and the port: those that fail first, then those with
 * most connections. @param most how many parts are told
 */
export function flowParts({ flows }: Pick<ConnectionsDocument, 'flows'>, most: number): EdgeParts {
  const alike = Map.groupBy(flows, ({ client, server, port }) =>
    JSON.stringify([client.name, `${server.name}:${port}`]),
  )
  const parts = [...alike].map(([id, same]) => ({ ...sumOf(same), id }))
  const told = parts
    .toSorted(
      (a, b) => b.failed - a.failed || b.open - a.open || b.opened - a.opened || (a.id < b.id ? -1 : 1),
    )
    .slice(0, most)
  return {
    sum: plural(parts.length, 'way', 'ways'),
    parts: told.map(({ id, failed, open, opened }): EdgePart => {
      const [from, to] = JSON.parse(id) as [string, string]
      if (failed > 0) return { id, from, to, words: `${count(failed)} failed`, tone: 'fail' }
      return { id, from, to, words: open > 0 ? `${count(open)} open` : `${count(opened)} opened` }
    }),
    rest: parts.length - told.length,
  }
}

function sumOf(flows: readonly EdgeFlow[]): Pick<EdgeFlow, 'failed' | 'open' | 'opened'> {
  const sum = (key: 'failed' | 'open' | 'opened') => flows.reduce((all, flow) => all + flow[key], 0)
  return { failed: sum('failed'), open: sum('open'), opened: sum('opened') }
}
