import { describe, expect, it } from 'vitest'
import { type Clients, clientsOf } from '../../../src/topology/controls/clients.ts'
import { controllables, type RefuseOffer } from '../../../src/topology/controls/controllables.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../../src/topology/render.ts'
import { showEverything } from '../../../src/topology/view/options/options.ts'
import {
  clientHalf,
  containerId,
  containerNode,
  control,
  held,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

const system = { 'io.scope.role': 'system' }
const reports = [
  held(
    report({
      controls: [
        control('stop', {
          ...{ label: 'Stop', rank: 7, confirmation: 'Stop this container?' },
          arguments: [{ name: 'timeout', label: 'Time limit', kind: 'text' }],
        }),
        control('logs', { label: 'Logs', icon: 'far fa-file-alt', opens: 'logs' }),
      ],
      nodes: [
        containerNode('alpha', 'web', { controls: ['stop', 'logs'] }),
        containerNode('alpha', 'cache', { controls: ['logs', 'stop'] }),
        containerNode('alpha', 'db', { controls: [] }),
        containerNode('alpha', 'pod', { labels: system, controls: ['logs'] }),
        ...['web', 'web', 'cache', 'db', 'pod'].map((container, i) =>
          processNode('alpha', i + 1, { name: `p${i + 1}`, container }),
        ),
        processNode('alpha', 9, { name: 'curl' }),
        processNode('alpha', 10, { name: 'curl' }),
      ],
      connections: [
        pair('alpha;9', 'alpha;1', 80, { open: 2 }),
        pair('alpha;10', 'alpha;1', 80, { open: 1 }),
        pair('alpha;4', 'alpha;2', 81, { open: 7 }),
        pair('alpha;5', 'alpha;1', 80, { open: 1 }),
        pair('alpha;3', 'alpha;1', 80, { open: 0, closed: 1 }),
        pair('alpha;1', 'alpha;2', 81, { open: 5 }),
        pair('alpha;1', 'alpha;3', 6379, { open: 3 }),
        serverHalf('alpha;1', {
          clientAddress: ';203.0.113.9',
          serverAddress: ';10.0.0.1',
          port: 443,
          open: 4,
        }),
        clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';1.1.1.1', port: 443, open: 9 }),
      ],
    }),
  ),
]
const nobody: Clients = { open: 0, total: 0, names: [] }
const everythingIn = (view: string) => new Pipeline().parts(view, showEverything, reports)

describe('who is connected now', () => {
  it.each<[string, string, string, Clients]>([
    [
      'to a container: those outside of it, hidden ones as well, the busiest first',
      'containers',
      containerId('web'),
      { open: 15, total: 4, names: ['db', 'The Internet', 'Uncontained', 'pod'] },
    ],
    [
      'to one with a single client',
      'containers',
      containerId('cache'),
      { open: 3, total: 1, names: ['web'] },
    ],
    ['to one that nobody uses', 'containers', containerId('db'), { open: 0, total: 0, names: [] }],
    [
      'to a process: each other process; a name is told once',
      'processes',
      'alpha;1',
      { open: 8, total: 4, names: ['The Internet', 'curl', 'p5'] },
    ],
    ['to what is not there', 'containers', 'nothing', { open: 0, total: 0, names: [] }],
  ])('%s', (_name, view, id, expected) => {
    const { names, ...counts } = clientsOf(everythingIn(view), new Set([id])).get(id) ?? nobody
    expect({ ...counts, names: names.map((name) => name.replace(/^Uncontained.*/, 'Uncontained')) }).toEqual(
      expected,
    )
  })

  it('is found for several nodes at once', () => {
    const ids = ['web', 'cache', 'db'].map(containerId)
    const found = clientsOf(everythingIn('containers'), new Set(ids))
    expect(ids.map((id) => found.get(id)?.open)).toEqual([15, 3, 0])
  })

  it('names the first five', () => {
    const many = [
      held(
        report({
          nodes: Array.from({ length: 10 }, (_, i) => processNode('alpha', i, { name: `p${i}` })),
          connections: Array.from({ length: 9 }, (_, i) =>
            pair(`alpha;${i + 1}`, 'alpha;0', 80, { open: i + 1 }),
          ),
        }),
      ),
    ]
    expect(
      clientsOf(new Pipeline().parts('processes', showEverything, many), new Set(['alpha;0'])).get('alpha;0'),
    ).toEqual({
      open: 45,
      total: 9,
      names: ['p9', 'p8', 'p7', 'p6', 'p5'],
    })
  })
})

describe('what can be acted on', () => {
  const nothingRefused: RefuseOffer = () => undefined
  const find = (refuse = nothingRefused, limit = 10) =>
    controllables({
      nodes: renderView('containers', {}, reports).nodes.values(),
      everything: everythingIn('containers'),
      held: reports,
      refuse,
      limit,
    })

  it('is told by label, each with its controls by rank and who is connected', () => {
    const { nodes, total } = find()
    expect(total).toBe(2)
    expect(nodes.map(({ label }) => label)).toEqual(['cache', 'web'])
    expect(nodes[1]).toEqual({
      id: containerId('web'),
      label: 'web',
      labelMinor: 'alpha',
      clients: { open: 15, total: 4, names: expect.arrayContaining(['db']) },
      controls: [
        {
          ...{ probeId: reports[0]?.report.envelope.probeId, nodeId: containerId('web'), id: 'logs' },
          ...{ human: 'Logs', icon: 'far fa-file-alt', rank: 0, kind: 'container', opens: 'logs' },
        },
        {
          ...{ probeId: reports[0]?.report.envelope.probeId, nodeId: containerId('web'), id: 'stop' },
          ...{ human: 'Stop', icon: 'fa fa-stop', rank: 7, kind: 'container' },
          confirmation: 'Stop this container?',
          arguments: [{ name: 'timeout', label: 'Time limit', kind: 'text' }],
        },
      ],
    })
  })

  it('has what is refused with the reason', () => {
    const refused = { code: 'forbidden', message: 'not you' }
    const { nodes } = find(({ control: { id } }) => (id === 'stop' ? refused : undefined))
    expect(
      nodes.map(({ controls }) =>
        controls.map(({ id, refused: why, refusedCode }) => [id, why, refusedCode]),
      ),
    ).toEqual(
      Array(2).fill([
        ['logs', undefined, undefined],
        ['stop', 'not you', 'forbidden'],
      ]),
    )
  })

  it('is cut at the limit, and says how many there are', () => {
    const { nodes, total } = find(nothingRefused, 1)
    expect(nodes.map(({ label }) => label)).toEqual(['cache'])
    expect(total).toBe(2)
  })
})
