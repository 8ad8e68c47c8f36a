import { describe, expect, it } from 'vitest'
import { findOffer } from '../../../src/topology/controls/find-offer.ts'
import { offersOf } from '../../../src/topology/controls/offers.ts'
import {
  containerId,
  containerNode,
  control,
  held,
  hexOf,
  hostNode,
  imageNode,
  processNode,
  report,
} from '../../support/reports/reports.ts'

const stop = control('stop', { rank: 7 })
const pause = control('pause', { rank: 5 })
const logs = control('logs', { rank: 0, opens: 'logs' })
const shell = control('shell', { kind: 'host', opens: 'terminal', enters: true })

const alpha = held(
  report({
    host: 'alpha',
    controls: [stop, pause, logs, shell],
    nodes: [
      hostNode('alpha', {}, ['shell']),
      containerNode('alpha', 'web', { image: 'nginx:1.27', controls: ['stop', 'logs', 'pause'] }),
      containerNode('alpha', 'old', { state: 'exited', controls: ['logs'] }),
      containerNode('alpha', 'scope'),
      containerNode('alpha', 'shared', { controls: ['stop'] }),
      imageNode('alpha', 'nginx:1.27'),
      processNode('alpha', 1),
    ],
  }),
)
const beta = held(
  report({
    host: 'beta',
    controls: [stop, pause],
    nodes: [containerNode('beta', 'shared', { controls: ['stop', 'pause'] })],
  }),
)
const without = held(report({ host: 'gamma', nodes: [processNode('gamma', 1)] }))
const all = [beta, without, alpha]

const idsOf = (...nodes: string[]) =>
  Array.from(offersOf(all, new Set(nodes)), ([id, offers]) => [
    id,
    offers.map((offer) => `${offer.control.id}@${offer.hostname}`),
  ])

describe('what nodes offer', () => {
  it.each<[string, string[], [string, string[]][]]>([
    [
      'a running container, by rank',
      [containerId('web')],
      [[containerId('web'), ['logs@alpha', 'pause@alpha', 'stop@alpha']]],
    ],
    ['one that is stopped', [containerId('old')], [[containerId('old'), ['logs@alpha']]]],
    ['a host', ['alpha;<host>'], [['alpha;<host>', ['shell@alpha']]]],
    ['one that offers nothing', [containerId('scope'), 'alpha;1'], []],
    ['what no report has', ['pseudo:internet', 'nginx'], []],
    [
      'one that two probes report: what the first of them offers is done by it',
      [containerId('shared')],
      [[containerId('shared'), ['pause@beta', 'stop@alpha']]],
    ],
  ])('%s', (_name, nodes, expected) => {
    expect(idsOf(...nodes)).toEqual(expected)
  })

  it('is the same whether ids or nodes are fewer', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `alpha;${i}`)
    const few = offersOf(all, new Set([containerId('web'), 'alpha;<host>']))
    expect(new Set(offersOf(all, new Set([...many, containerId('web'), 'alpha;<host>'])))).toEqual(
      new Set(few),
    )
  })

  it('names the probe, its epoch, and the node as reported', () => {
    const [offer] = offersOf(all, new Set(['alpha;<host>'])).get('alpha;<host>') ?? []
    expect(offer).toEqual({
      probeId: hexOf('alpha', 16),
      epoch: hexOf('alpha-1', 16),
      hostname: 'alpha',
      node: expect.objectContaining({ id: 'alpha;<host>' }),
      control: shell,
    })
  })
})

describe('a control that somebody names', () => {
  const probeId = hexOf('alpha', 16)
  const find = (asked: { probeId?: string; nodeId?: string; control?: string }) =>
    findOffer(all, { probeId, nodeId: containerId('web'), control: 'stop', ...asked })

  it('is found, with whether the node offers it now', () => {
    expect(find({})).toMatchObject({ probeId, control: stop, node: { name: 'web' }, isOffered: true })
    expect(find({ nodeId: containerId('old') })).toMatchObject({ node: { name: 'old' }, isOffered: false })
  })

  it('is that of the probe that is named', () => {
    const nodeId = containerId('shared')
    expect(find({ nodeId })).toMatchObject({ hostname: 'alpha' })
    expect(find({ nodeId, probeId: hexOf('beta', 16) })).toMatchObject({ hostname: 'beta' })
  })

  it.each([
    ['probe', { probeId: hexOf('delta', 16) }],
    ['node', { nodeId: 'alpha;2' }],
    ['node', { nodeId: containerId('web'), probeId: hexOf('beta', 16) }],
    ['control', { control: 'restart' }],
    ['control', { control: 'constructor' }],
  ] as const)('is missing for want of the %s', (missing, asked) => {
    expect(find(asked)).toBe(missing)
  })
})
