import { facts } from '../../src/report/facts.ts'
import type { Report, ReportNode } from '../../src/report/schema.ts'
import {
  containerId,
  containerNode,
  imageNode,
  listener,
  pair,
  processNode,
  report,
} from '../support/reports/reports.ts'

/** What a lookup in a plain object finds though nobody put it there. */
export const names = Object.getOwnPropertyNames(Object.prototype)
/** A report may not have it as a key. */
const keys = names.filter((name) => name !== '__proto__')
const byName = (value: string): Record<string, string> => Object.fromEntries(keys.map((key) => [key, value]))

const nodesNamed = (name: string, i: number, controls: readonly string[]): ReportNode[] => {
  // Ids of containers and images are hex digits, and are made of the names.
  const container = containerNode('alpha', name, {
    image: `${name}:${name}`,
    state: name,
    controls,
    labels: { ...byName(name), 'com.docker.compose.project': name, 'com.docker.compose.service': name },
    facts: { ...byName(name), [facts.containerNetworks]: [name], [facts.containerHealth]: name },
  })
  return [
    container,
    imageNode('alpha', `${name}:${i}`),
    imageNode('alpha', `${name}:${name}`),
    processNode('alpha', 2 * i + 1, { name, facts: { [facts.systemdUnit]: name } }),
    {
      ...processNode('alpha', 2 * i + 2, { name }),
      id: `alpha;${name}`,
      parents: { container: [containerId(name)] },
    },
  ]
}

let uptimeMs = 10_000

/** A report in which everything that may be named has these names, each time with greater numbers. @param controls what every container offers */
export const hostile = (controls: Report['controls'] = []): Report => {
  uptimeMs += 1000
  return report({
    ...{ uptimeMs, intervalMs: 60_000, controls },
    nodes: names.flatMap((name, i) =>
      nodesNamed(
        name,
        i,
        controls.map(({ id }) => id),
      ),
    ),
    metrics: names.map((name) => ({ node: `alpha;${name}`, id: name, samples: [[0, uptimeMs]] })),
    connections: names.map((name, i) =>
      pair(`alpha;${2 * i + 1}`, `alpha;${name}`, 80 + i, { opened: uptimeMs, serverName: name, id: name }),
    ),
    listeners: names.map((name, i) => listener(`alpha;${name}`, `0.0.0.0:${80 + i}`, { id: name })),
    status: names.map((id) => ({ id, mode: id, state: 'ok', reason: id, sinceMs: 0, counters: {} })),
  })
}
