import { expect, it } from 'vitest'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { labels } from '../reading.ts'

const here = { clientAddress: 'alpha;172.17.0.2', port: 80 }
const to = (...serverAddresses: readonly string[]) =>
  serverAddresses.map((serverAddress) => clientHalf('alpha;1', { ...here, serverAddress }))
const network = (start: string) => Array.from({ length: 21 }, (_, i) => `${start}.${i + 1}`)

const view = renderView('containers', { pseudo: 'show' }, [
  held(
    report({
      nodes: [
        containerNode('alpha', 'web'),
        containerNode('alpha', 'db'),
        processNode('alpha', 1, { container: 'web' }),
        processNode('alpha', 2, { container: 'db' }),
      ],
      connections: [
        pair('alpha;1', 'alpha;2', 5432),
        ...to('alpha-7;127.0.0.1', 'alpha-7;::1', 'alpha-7;169.254.169.254', 'alpha-7;fe80::9'),
        ...to('alpha;172.17.0.9', 'alpha;fd00::9', 'network:n1;10.0.5.3', ';192.168.1.5'),
        ...to(';203.0.113.9', ';10.9.8.7', ';fd12::7', ...network(';10.1.1'), ...network('alpha;172.18.0')),
      ],
      addresses: [address('192.168.1.5', { kind: 'global' }, { owners: ['web', 'db'].map(containerId) })],
    }),
  ),
])
const found = (text: string) => {
  const shown = filterView(view, parseQuery(text), { text })
  return { nodes: labels(shown).sort(), edges: shown.edges.size }
}

const outside = ['10.1.1.0/24', '10.9.8.7', '169.254.169.254', 'The Internet', 'fd12::7', 'fe80::9']
const inside = ['10.0.5.3', '127.0.0.1', '172.17.0.9', '172.18.0.0/24', '::1', 'fd00::9', 'web or db']

it('has an edge to each of them', () => {
  expect(labels(view).sort()).toEqual([...outside, ...inside, 'db', 'web'].sort())
})

it('external:true selects connections with other machines that nobody watches', () => {
  expect(found('external:true')).toEqual({ nodes: [...outside, 'web'].sort(), edges: outside.length })
  expect(found('is:external').nodes).toEqual([...outside].sort())
})

it('external:false selects those with loopback, and with what is on a network of containers or held by somebody', () => {
  expect(found('external:false')).toEqual({
    nodes: [...inside, 'db', 'web'].sort(),
    edges: inside.length + 1,
  })
})
