import { expect, test } from 'vitest'
import type { Report } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
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
import { type Asked, fromScratch, whatViewsSay } from './worlds.ts'

const ebpf: Report['status'] = [
  { id: 'connections', mode: 'ebpf', state: 'ok', reason: '', sinceMs: 0, counters: {} },
]
const polled: Report['status'] = [
  { id: 'connections', mode: 'proc', state: 'degraded', reason: '', sinceMs: 0, counters: {} },
]

/** Asks one pipeline about all sets in turn. @returns the labels of the nodes, set by set */
const labelsOfEach = (asked: Asked, sets: readonly (readonly HeldReport[])[]): string[][] => {
  const pipeline = new Pipeline()
  return sets.map((reports) => {
    expect(whatViewsSay(pipeline, [asked], reports)).toEqual(fromScratch([asked], reports))
    const { nodes } = pipeline.view(asked.view, asked.options, reports)
    return [...nodes.values()].map(({ label, labelMinor }) => `${label}: ${labelMinor}`).sort()
  })
}

test('a group loses a member whose last connection another host disproves, though its edges stay', () => {
  const toBeta = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2' }
  const alpha = held(
    report({
      host: 'alpha',
      uptimeMs: 3_600_000,
      nodes: [processNode('alpha', 1, { name: 'busy' }), processNode('alpha', 2, { name: 'idle' })],
      addresses: [address('10.0.0.2', { kind: 'global' })],
      connections: [
        clientHalf('alpha;1', { ...toBeta, port: 80, open: 1, opened: 1 }),
        clientHalf('alpha;2', { ...toBeta, port: 81, open: 0, opened: 1, closed: 1, lastMs: 1000 }),
      ],
      status: ebpf,
    }),
  )
  const beta = (status: Report['status']) =>
    held(
      report({
        host: 'beta',
        nodes: [processNode('beta', 1), processNode('beta', 2)],
        addresses: [address('10.0.0.2', { kind: 'global' }, { owners: ['beta;<host>'] })],
        connections: [pair('beta;1', 'beta;2', 90, { open: 1 })],
        status,
      }),
    )
  const [before, after] = labelsOfEach({ view: 'processes', options: { group: 'host' } }, [
    [alpha, beta(polled)],
    [alpha, beta(ebpf)],
  ])
  expect(before).toEqual(['alpha: 2 processes', 'beta: 2 processes'])
  expect(after).toEqual(['alpha: 1 process', 'beta: 2 processes'])
})

test('connections end at a group as long as any host has it', () => {
  const alpha = held(
    report({
      host: 'alpha',
      nodes: [processNode('alpha', 1, { name: 'client' })],
      connections: [
        clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';10.9.0.2', port: 80, open: 1 }),
      ],
    }),
  )
  const beta = held(
    report({
      host: 'beta',
      nodes: [containerNode('beta', 'quiet', { image: 'nginx:1' })],
      addresses: [address('10.9.0.2', { kind: 'global' }, { owners: [containerId('quiet')] })],
    }),
  )
  const gamma = held(
    report({
      host: 'gamma',
      nodes: [
        containerNode('gamma', 'loud', { image: 'nginx:1' }),
        processNode('gamma', 1, { container: 'loud' }),
        processNode('gamma', 2, { container: 'loud' }),
      ],
      connections: [pair('gamma;1', 'gamma;2', 90, { open: 1 })],
    }),
  )
  const [without, withGroup, again] = labelsOfEach({ view: 'processes', options: { group: 'image' } }, [
    [alpha, beta],
    [alpha, beta, gamma],
    [alpha, beta],
  ])
  expect(without).toHaveLength(2)
  expect(withGroup).toEqual([expect.stringMatching(/^client: /), expect.stringMatching(/^nginx: /)])
  expect(again).toEqual(without)
})
