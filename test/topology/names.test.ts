import { describe, expect, test } from 'vitest'
import type { Address } from '../../src/report/schema.ts'
import { nodeDetails } from '../../src/topology/details.ts'
import { namedServices } from '../../src/topology/named-services.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import type { RenderContext } from '../../src/topology/render.ts'
import { renderView } from '../../src/topology/render.ts'
import { address, clientHalf, held, processNode, report, serverHalf } from '../support/reports/reports.ts'
import { labels } from './reading.ts'

const client = { clientAddress: ';10.0.0.1', port: 443 }

/** One process that connects to addresses, asked for by name or not. */
const asking = (
  to: readonly { readonly ip: string; readonly serverName?: string; readonly scope?: string }[],
  addresses: readonly Address[] = [],
) =>
  held(
    report({
      nodes: [processNode('alpha', 10, { name: 'app' })],
      connections: to.map(({ ip, serverName, scope = '' }, i) =>
        clientHalf('alpha;10', {
          ...client,
          id: `c${i}`,
          serverAddress: `${scope};${ip}`,
          ...(serverName === undefined ? {} : { serverName }),
        }),
      ),
      addresses,
    }),
  )

const global = { kind: 'global' } as const

describe('outside addresses', () => {
  test('stand by the name they were asked for, before the names of the address', () => {
    const reports = [
      asking(
        [{ ip: '3.3.3.3', serverName: 'files.s3.amazonaws.com' }, { ip: '3.3.3.3' }],
        [address('3.3.3.3', global, { names: ['s3-1.amazonaws.com'] })],
      ),
    ]
    expect(labels(renderView('processes', {}, reports))).toEqual([
      'app',
      'files.s3.amazonaws.com',
      's3-1.amazonaws.com',
    ])
  })

  test('stand by a name of the address when what was asked for is no named service', () => {
    const reports = [
      asking(
        [{ ip: '3.3.3.3', serverName: 'files.example' }],
        [address('3.3.3.3', global, { names: ['s3-1.amazonaws.com'] })],
      ),
    ]
    expect(labels(renderView('processes', {}, reports))).toEqual(['app', 's3-1.amazonaws.com'])
  })

  test('of other names are the Internet, and the tables tell the name', () => {
    const reports = [
      asking(
        [{ ip: '3.3.3.3', serverName: 'files.example' }, { ip: '4.4.4.4' }, { ip: '5.5.5.5' }],
        [
          address('3.3.3.3', global, { names: ['reverse.example'] }),
          address('4.4.4.4', global, { names: ['b.example', 'c.example'] }),
        ],
      ),
    ]
    expect(labels(renderView('processes', {}, reports))).toEqual(['The Internet', 'app'])
    const rows = (id: string, side: 0 | 1) =>
      nodeDetails('processes', id, {}, reports, () => [])?.connections[side].connections ?? []
    const expected = ['5.5.5.5', 'b.example (4.4.4.4)', 'files.example (3.3.3.3)']
    expect(
      rows('alpha;10', 1)
        .map(({ label }) => label)
        .sort(),
    ).toEqual(expected)
    expect(
      rows('out-theinternet', 0)
        .map(({ metadata }) => metadata.find(({ id }) => id === 'remote')?.value)
        .sort(),
    ).toEqual(expected)
  })

  test('that were folded by prefix show it', () => {
    const reports = [asking([{ ip: '203.0.113.0/24' }])]
    const details = nodeDetails('processes', 'alpha;10', {}, reports, () => [])
    expect(details?.connections[1].connections.map(({ label }) => label)).toEqual(['203.0.113.0/24'])
  })

  test('which names are services is the app’s to say', () => {
    const context: RenderContext = { isNamedService: namedServices(['*.example']) }
    const reports = [
      asking([
        { ip: '3.3.3.3', serverName: 's3.amazonaws.com' },
        { ip: '4.4.4.4', serverName: 'pay.example' },
      ]),
    ]
    expect(labels(renderView('processes', {}, reports, context))).toEqual([
      'The Internet',
      'app',
      'pay.example',
    ])
    expect(labels(renderView('processes', {}, reports))).toEqual(['The Internet', 'app', 's3.amazonaws.com'])
    expect(nodeDetails('processes', 'service-pay.example', {}, reports, () => [])).toBeUndefined()
    expect(
      nodeDetails('processes', 'service-pay.example', {}, reports, () => [], new Pipeline(context))?.label,
    ).toBe('pay.example')
  })
})

describe('private addresses that nobody watches', () => {
  const nodeOf = (id: string, ...reports: ReturnType<typeof asking>[]) => {
    const node = renderView('processes', {}, reports).nodes.get(`pseudo:address:${id}`)
    return [node?.label, node?.labelMinor]
  }

  test('without a name are called by the address', () => {
    expect(nodeOf(';10.9.9.9', asking([{ ip: '10.9.9.9' }]))).toEqual(['10.9.9.9', ''])
  })

  test('are called by the name they were asked for, before the names of the address', () => {
    const names = [address('10.9.9.9', global, { names: ['nas.example'] })]
    expect(nodeOf(';10.9.9.9', asking([{ ip: '10.9.9.9' }], names))).toEqual(['nas.example', '10.9.9.9'])
    expect(
      nodeOf(';10.9.9.9', asking([{ ip: '10.9.9.9', serverName: 'zoo' }, { ip: '10.9.9.9' }], names)),
    ).toEqual(['zoo', '10.9.9.9'])
  })

  test('are one node, whatever they are called', () => {
    const twice = [
      { ip: '10.9.9.9', serverName: 'b.example' },
      { ip: '10.9.9.9', serverName: 'a.example' },
    ]
    expect(nodeOf(';10.9.9.9', asking(twice))).toEqual(['a.example', '10.9.9.9'])
    expect(nodeOf(';10.9.9.9', asking(twice.toReversed()))).toEqual(['a.example', '10.9.9.9'])
  })

  test('tell their host where they mean something there only', () => {
    expect(
      nodeOf('alpha;172.17.0.9', asking([{ ip: '172.17.0.9', scope: 'alpha', serverName: 'db' }])),
    ).toEqual(['db', '172.17.0.9 (alpha)'])
  })
})

test('a client has no name that anybody asked for', () => {
  const reports = [
    held(
      report({
        nodes: [processNode('alpha', 10, { name: 'nginx' })],
        connections: [
          serverHalf('alpha;10', {
            clientAddress: ';203.0.113.9',
            serverAddress: ';10.0.0.1',
            port: 80,
            serverName: 's3.amazonaws.com',
          }),
        ],
      }),
    ),
  ]
  expect(labels(renderView('processes', {}, reports))).toEqual(['The Internet', 'nginx'])
})
