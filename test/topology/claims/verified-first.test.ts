import { describe, expect, test } from 'vitest'
import { verifiedFirst } from '../../../src/topology/claims/verified-first.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

const global = { kind: 'global' } as const
const edgesOf = (view: ReturnType<typeof renderView>): string[] =>
  [...view.edges.values()].map(
    ({ source, target }) => `${view.nodes.get(source)?.label} -> ${view.nodes.get(target)?.label}`,
  )
const show = (reports: readonly HeldReport[], view = 'processes') =>
  renderView(view, { unconnected: 'show' }, verifiedFirst()(reports))

const alpha = held(
  report({
    host: 'alpha',
    nodes: [processNode('alpha', 1, { name: 'client' }), containerNode('alpha', 'web')],
    addresses: [address('10.0.0.1', global, { owners: ['alpha;<host>'] })],
    connections: [
      clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }),
    ],
  }),
)
const beta = held(
  report({
    host: 'beta',
    nodes: [processNode('beta', 1, { name: 'server' })],
    addresses: [address('10.0.0.2', global, { owners: ['beta;<host>'] })],
    connections: [serverHalf('beta;1', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 })],
  }),
)
const mallory = (parts: Parameters<typeof report>[0]) =>
  held(report({ host: 'mallory', ...parts }), { verified: false })

describe('what an unverified probe says of a verified one’s', () => {
  test('address: it stays where it is, and its connections as they are', () => {
    const liar = mallory({
      nodes: [processNode('mallory', 6, { name: 'evil' })],
      addresses: [
        address('10.0.0.1', global, { owners: ['mallory;<host>'] }),
        address('10.0.0.2', global, { owners: ['mallory;<host>'] }),
      ],
      connections: [
        clientHalf('mallory;6', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }),
        serverHalf('mallory;6', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }),
      ],
    })
    // As long as its word counts, this is what it can do.
    const believed = edgesOf(renderView('processes', {}, [alpha, beta, { ...liar, verified: true }]))
    expect(believed).not.toContain('client -> server')
    for (const reports of [
      [alpha, beta, liar],
      [liar, beta, alpha],
    ]) {
      const edges = edgesOf(show(reports))
      expect(edges).toContain('client -> server')
      expect(edges.filter((edge) => /client|server/.test(edge))).toEqual(['client -> server'])
    }
  })

  test('container: neither it nor what runs in it changes', () => {
    const liar = mallory({
      nodes: [
        { ...containerNode('mallory', 'web', { state: 'paused' }), name: 'not-web' },
        processNode('mallory', 6, { name: 'evil', container: 'web' }),
      ],
      metrics: [{ node: containerId('web'), id: 'docker_cpu_total_usage', samples: [[0, 100]] }],
    })
    const view = show([liar, alpha], 'containers')
    expect(view.nodes.get(containerId('web'))).toMatchObject({ label: 'web' })
    expect(view.nodes.get(containerId('web'))?.verified).toBeUndefined()
    expect(view.nodes.get(containerId('web'))?.metrics).toBeUndefined()
    const evil = show([liar, alpha]).nodes.get('mallory;6')
    expect(evil?.parents?.map(({ topologyId }) => topologyId)).not.toContain('containers')
  })

  test('counts again when that one is gone, with the same objects as long as nothing changes', () => {
    const first = verifiedFirst()
    const liar = mallory({ nodes: [containerNode('mallory', 'web')] })
    const both = first([alpha, liar])
    expect(both[1]?.report.nodes.map(({ id }) => id)).toEqual(['mallory;<host>'])
    const later = first([held({ ...alpha.report }), liar])
    expect(later[1]?.report).toBe(both[1]?.report)
    expect(first([liar])[0]).toBe(liar)
    const verified = [alpha, beta]
    expect(first(verified)).toBe(verified)
  })

  test('namespace: an address that is unique there is not taken by a host that is called so', () => {
    const named = held(
      report({
        host: 'alpha-4026',
        nodes: [processNode('alpha-4026', 6)],
        addresses: [
          address('127.0.0.9', { kind: 'host', hostId: 'alpha-4026' }, { owners: ['alpha-4026;<host>'] }),
        ],
      }),
      { verified: false },
    )
    const [, shown] = verifiedFirst()([alpha, named])
    expect(shown?.report.addresses.map(({ id }) => id)).toEqual([
      `unverified-${named.report.envelope.probeId};127.0.0.9`,
    ])
  })
})

describe('a public address', () => {
  const caller = held(
    report({
      host: 'alpha',
      nodes: [processNode('alpha', 1, { name: 'caller' })],
      addresses: [address('10.0.0.1', global, { owners: ['alpha;<host>'] }), address('8.8.8.8')],
      connections: [
        clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';8.8.8.8', port: 443 }),
      ],
    }),
  )
  const claims = (id: string, scope: 'global' | 'host') =>
    report({
      host: 'mallory',
      nodes: [processNode('mallory', 6, { name: 'evil' })],
      addresses: [
        {
          ...address('8.8.8.8', scope === 'global' ? global : { kind: 'host', hostId: 'mallory' }),
          owners: ['mallory;<host>'],
        },
      ],
      connections: [serverHalf('mallory;6', { clientAddress: ';10.0.0.1', serverAddress: id, port: 443 })],
    })

  test.each([
    [';8.8.8.8', 'global'],
    ['mallory;8.8.8.8', 'host'],
  ] as const)('is not taken by who says to have %s, and reports from elsewhere', (id, scope) => {
    const liar = held(claims(id, scope), { verified: false, from: '10.0.0.66/32' })
    expect(edgesOf(renderView('processes', {}, [caller, { ...liar, verified: true }]))).toEqual([
      'caller -> evil',
    ])
    const view = show([caller, liar])
    const [edge] = [...view.edges.values()].filter(({ source }) => source === 'alpha;1')
    expect(edge?.target).toBe('out-theinternet')
  })

  test('is that of who reports from it', () => {
    const honest = held(claims(';8.8.8.8', 'global'), { verified: false, from: '8.8.8.8/32' })
    expect(edgesOf(show([caller, honest]))).toEqual(['caller -> evil'])
  })
})

describe('what an unverified probe says of its own', () => {
  const honest = mallory({
    nodes: [processNode('mallory', 6, { name: 'caller' }), containerNode('mallory', 'own')],
    addresses: [address('10.0.0.3', global, { owners: ['mallory;<host>'] })],
    connections: [
      clientHalf('mallory;6', { clientAddress: ';10.0.0.3', serverAddress: ';10.0.0.2', port: 80 }),
    ],
  })
  const told = held(
    report({
      ...{ host: 'beta', nodes: [processNode('beta', 1, { name: 'server' })] },
      addresses: [address('10.0.0.2', global, { owners: ['beta;<host>'] })],
      connections: [
        serverHalf('beta;1', { clientAddress: ';10.0.0.3', serverAddress: ';10.0.0.2', port: 80 }),
      ],
    }),
  )

  test('is on the map with the rest, connected, and marked', () => {
    const view = show([honest, told])
    expect(edgesOf(view)).toEqual(['caller -> server'])
    expect(view.nodes.get('mallory;6')).toMatchObject({ verified: false })
    expect(view.nodes.get('mallory;6')?.metadata?.[0]).toMatchObject({ id: 'verified', label: 'Verified' })
    expect(view.nodes.get('beta;1')?.verified).toBeUndefined()
  })

  test.each([
    ['verified:no', ['mallory;6']],
    ['verified:yes', ['beta;1']],
  ])('is found by %s', (text, ids) => {
    const found = filterView(show([honest, told]), parseQuery(text), { text })
    expect([...found.nodes.keys()]).toEqual(ids)
  })
})
