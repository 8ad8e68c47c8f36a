import { describe, expect, it } from 'vitest'
import { hiddenHubsWords, hubsAmong, hubsOf, withoutNodes } from '../../../../web/domain/graph/hubs.ts'
import { noPresence } from '../../../../web/domain/node/presence.ts'
import { settings } from '../../../../web/settings.ts'
import { graph, node } from '../../support/graph.ts'

const rules = settings.layout.flow
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)
/** A chain of services, of which a monitor asks some. */
const world = (asked: number, size = 40) =>
  graph(
    ...numbers(1, size).map((at) => `s${at - 1}>s${at}`),
    ...numbers(0, asked).map((at) => `monitor>s${at}`),
  )

describe('hubs', () => {
  it('are those who talk to at least half of all others', () => {
    expect([...hubsOf(world(20), rules)]).toEqual(['monitor'])
    expect([...hubsOf(world(19), rules)]).toEqual([])
  })

  it('stay so while they talk to a little less', () => {
    const known = new Set(['monitor'])
    expect([...hubsOf(world(17), rules, known)]).toEqual(['monitor'])
    expect([...hubsOf(world(12), rules, known)]).toEqual([])
  })

  it('are none on a small map, nor where many talk to most others', () => {
    expect([...hubsOf(world(9, 10), rules)]).toEqual([])
    const all = numbers(0, 20).flatMap((from) => numbers(0, 20).map((to) => [from, to] as const))
    expect(hubsAmong(20, all, rules).size).toBe(0)
  })

  it('do not count who talks to nobody, and are asked as well as asking', () => {
    const { nodes, edges } = world(20)
    const lonely = graph('x>x').nodes
    const of = { nodes: new Map([...nodes, ...lonely]), edges }
    expect([...hubsOf(of, rules)]).toEqual(['monitor'])
    const asked = graph(...numbers(0, 30).map((at) => `s${at}>db`))
    expect([...hubsOf(asked, rules)]).toEqual(['db'])
  })

  it('are hidden with their edges', () => {
    const content = { view: 'containers', graph: world(20), presence: noPresence }
    const left = withoutNodes(content, hubsOf(content.graph, rules)).graph
    expect(left.nodes.size).toBe(40)
    expect([...left.edges.values()].filter(({ source }) => source === 'monitor')).toEqual([])
    expect(withoutNodes(content, new Set())).toBe(content)
  })

  it('stay hidden while they fade, and other nodes fade as ever', () => {
    const was = graph('monitor>s1', 'monitor>old', 'old>s1')
    const presence = {
      ...noPresence,
      goneNodes: new Map(['monitor', 'old'].map((id) => [id, { node: node(id), atMs: 0 }])),
      goneEdges: new Map([...was.edges].map(([id, edge]) => [id, { edge, atMs: 0 }])),
    }
    const content = { view: 'containers', graph: graph('s1>s2'), presence }
    const shown = withoutNodes(content, new Set(['monitor'])).presence
    expect([...shown.goneNodes.keys()]).toEqual(['old'])
    expect([...shown.goneEdges.keys()]).toEqual(['old>s1'])
  })

  it('are told in words', () => {
    expect([0, 1, 3].map(hiddenHubsWords)).toEqual(['no hub to hide', '1 hub hidden', '3 hubs hidden'])
  })
})
