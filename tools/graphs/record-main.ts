/**
 * Records `test/fixtures/graphs` again: the nodes and edges of views of simulated worlds, for tests of the page's layout.
 * What is in each file is said in it (`what`).
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultStory, type StoryOptions } from '../../src/demo/options.ts'
import { createStory } from '../../src/demo/story.ts'
import { renderView, type View } from '../../src/topology/render.ts'
import { heldAt } from '../../test/support/reports/simulation.ts'

const folder = join(import.meta.dirname, '../../test/fixtures/graphs')
const atMs = 2 * 3_600_000

interface Recorded {
  readonly id: string
  readonly label: string
  readonly minor: string
}

const worldOf = (options: Partial<StoryOptions>) =>
  heldAt(createStory({ ...defaultStory, churnPerMinute: 0, ...options }), atMs)

/** Nodes for which `idOf` and `labelOf` give the same are one, as replicas in their service are. */
async function record(
  name: string,
  what: string,
  view: View,
  merged: (label: string) => string = (label) => label,
): Promise<void> {
  const nodes = new Map<string, Recorded>()
  const idOf = new Map<string, string>()
  for (const node of view.nodes.values()) {
    const label = merged(node.label)
    // Ids of containers are long, and differ early.
    const id = label === node.label ? node.id.replace(/^([0-9a-f]{12})[0-9a-f]{52};/, '$1;') : label
    idOf.set(node.id, id)
    nodes.set(id, { id, label, minor: label === node.label ? node.labelMinor : '' })
  }
  const ids = [...nodes.keys()].sort()
  const pairs = new Set(
    [...view.edges.values()].map(({ source, target }) =>
      JSON.stringify([ids.indexOf(idOf.get(source) ?? ''), ids.indexOf(idOf.get(target) ?? '')]),
    ),
  )
  const lines = (values: readonly string[]) => `[\n${values.map((value) => `    ${value}`).join(',\n')}\n  ]`
  const text = `{
  "what": ${JSON.stringify(what)},
  "nodes": ${lines(ids.map((id) => JSON.stringify(nodes.get(id))))},
  "edges": [${[...pairs].sort().join(', ')}]
}
`
  await writeFile(join(folder, `${name}.json`), text)
  process.stdout.write(`${name}: ${ids.length} nodes, ${pairs.size} edges\n`)
}

/** `web_frontend.3` (Swarm) and `crm-users-2` (Compose) are replicas. */
const serviceOf = (label: string) => label.replace(/^([\w-]+_[\w-]+)\.\d+$|^([\w-]+)-\d+$/, '$1$2')

const shop = worldOf({})
const large = worldOf({ hosts: 20, containers: 1000 })
await record('shop', 'The demo: its containers', renderView('containers', {}, shop))
await record(
  'shop-services',
  'The demo: its containers, replicas merged into their service',
  renderView('containers', {}, shop),
  serviceOf,
)
await record('stacks', '1,000 containers by stack', renderView('containers', { group: 'stack' }, large))
await record(
  'services',
  '1,000 containers, replicas merged into their service',
  renderView('containers', {}, large),
  serviceOf,
)
await record('hosts', '50 hosts', renderView('hosts', {}, worldOf({ hosts: 50, containers: 1000 })))
await record('processes', 'The processes of one host', renderView('processes', {}, worldOf({ hosts: 1 })))
