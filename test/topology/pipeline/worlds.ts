import { createStory } from '../../../src/demo/story.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { catalogue } from '../../../src/topology/view/catalogue.ts'
import { showEverything, type ViewOptions } from '../../../src/topology/view/options/options.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { datedEdge } from '../../../src/topology/view/view-edge.ts'
import { recordedReports } from '../../support/reports/recorded-reports.ts'
import { heldAt } from '../../support/reports/simulation.ts'

/** What hosts reported at successive moments, host by host. */
export type World = readonly (readonly HeldReport[])[]

const START_MS = 7_200_000

/** Hosts of which containers come and go, and that talk with each other and the outside. */
export const simulatedWorld = (hosts: number, moments: number): World => {
  const story = createStory({ hosts, containers: 10 * hosts, churnPerMinute: 900 })
  const all = Array.from({ length: moments }, (_, n) => heldAt(story, START_MS + n * 1000))
  return Array.from({ length: hosts }, (_, host) => all.flatMap((held) => held.slice(host, host + 1)))
}

/** The recorded hosts, each as its two sources of connections saw it. */
export const recordedWorld = (): World => {
  const [ebpf, proc] = [recordedReports('shop-ebpf'), recordedReports('shop-proc')]
  return ebpf.map((one, i) => [one, ...proc.slice(i, i + 1)])
}

/** A view with options, as somebody asks for it. */
export interface Asked {
  readonly view: string
  readonly options: ViewOptions
}

// Some with the rest folded: to ask for each of them both ways would take twice as long.
const restFor = (group: string) => (group === 'image' || group === 'slice' ? { rest: 'fold' } : {})

/** Every view with every grouping, with the default options and with everything shown. */
export const everyView: readonly Asked[] = catalogue.flatMap(({ id: view }) =>
  [
    '',
    'host',
    'service',
    'replicas',
    'compose',
    'image',
    'slice',
    'label:com.docker.compose.service',
  ].flatMap((group) =>
    [{}, showEverything].map((options) => ({
      view,
      options: group === '' ? options : { ...options, group, ...restFor(group) },
    })),
  ),
)

const queries = ['name:web', 'is:pseudo', 'port:5432', '-host:alpha cpu>0'].map((text) => ({
  text,
  query: parseQuery(text),
}))

const sorted = <T>(map: ReadonlyMap<string, T> | undefined) =>
  map && [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** What a view says, in a fixed order. */
export const saying = (view: View) => ({
  nodes: sorted(view.nodes),
  edges: sorted(view.edges)?.map(([id, edge]) => [id, datedEdge(edge)]),
  stats: view.stats,
  members: sorted(view.members),
  found: queries.map(({ text, query }) => [...filterView(view, query, { text }).nodes.keys()].sort()),
})

/** What views say of a set of reports. */
export const whatViewsSay = (pipeline: Pipeline, asked: readonly Asked[], held: readonly HeldReport[]) =>
  asked.map(({ view, options }) => ({ view, options, ...saying(pipeline.view(view, options, held)) }))

/** The same by a pipeline that has not seen any other reports. */
export const fromScratch = (asked: readonly Asked[], held: readonly HeldReport[]) =>
  whatViewsSay(new Pipeline(), asked, held)
