import { describe, expect, test } from 'vitest'
import { metrics } from '../../../src/report/facts.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { hostStem } from '../../../src/topology/grouping/host-names.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { held, hostNode, report } from '../../support/reports/reports.ts'

const stem = (name: string, digits?: number) => hostStem({ ...hostNode(`${name}~1`), name }, digits)?.label

describe('what names of hosts have in common', () => {
  test.each([
    ['node-17', 'node-*'],
    ['web3', 'web*'],
    ['ip-10-0-1-23', 'ip-10-0-1-*'],
    ['ip-10-0-1-23.eu-west-1.compute.internal', 'ip-10-0-1-*.eu-west-1.compute.internal'],
    ['pool-8c2d-x7kq', 'pool-8c2d-*'],
    ['db', undefined],
    ['17', undefined],
  ])('%s: %s', (name, expected) => expect(stem(name)).toBe(expected))

  test.each([
    ['node-017', 1, 'node-01*'],
    ['node-017', 2, 'node-0*'],
    ['node-7', 2, 'node-*'],
    ['pool-x7kq', 1, 'pool-*'],
  ])('%s, of which the last %i digits differ: %s', (name, digits, expected) =>
    expect(stem(name, digits)).toBe(expected),
  )
})

test('hosts alike in name are one node, others stay, and the finest that leaves few is suggested', () => {
  const named = (name: string) => held(report({ host: name, nodes: [hostNode(name)] }))
  const fleet = [...Array.from({ length: 200 }, (_, i) => named(`node-${1000 + i}`)), named('monitor')]
  const pipeline = new Pipeline()
  const labels = (group: string) =>
    Array.from(pipeline.view('hosts', { group }, fleet).nodes.values(), ({ label }) => label).sort()
  expect(labels('host-name')).toEqual(['monitor', 'node-*'])
  expect(labels('host-name:2')).toEqual(['monitor', 'node-10*', 'node-11*'])
  const ids = Object.fromEntries(
    Array.from(pipeline.view('hosts', { group: 'host-name:2' }, fleet).nodes.values(), ({ label, hosts }) => [
      label,
      [hosts?.length, hosts?.[0]],
    ]),
  )
  expect(ids).toEqual({
    monitor: [undefined, undefined],
    'node-10*': [100, 'node-1000;<host>'],
    'node-11*': [100, 'node-1100;<host>'],
  })
  const hosts = pipeline.describe(fleet).find(({ url }) => url.endsWith('/hosts'))
  expect(hosts?.suggested).toEqual({
    group: 'host-name:1',
    label: 'Host name, by tens',
    count: 21,
    of: 201,
  })
  expect(hosts?.groups?.map(({ value, count }) => [value, count])).toEqual([
    ['host-name:1', 20],
    ['host-name:2', 2],
    ['host-name', 1],
  ])
})

describe('hosts that are one node have the mean of CPU and load, and all memory together', () => {
  const sample = (node: string, id: string, value: number, max?: number) => ({
    ...{ node, id, samples: [[0, value]] as [number, number][] },
    ...(max !== undefined && { max }),
  })
  const named = (name: string, cpu: number, memory: number) =>
    held(
      report({
        host: name,
        nodes: [hostNode(name)],
        metrics: [
          sample(`${name};<host>`, metrics.hostCpu, cpu, 100),
          sample(`${name};<host>`, metrics.hostMemory, memory, 16),
          sample(`${name};<host>`, metrics.load1, cpu / 10),
        ],
      }),
    )
  const hosts = [named('node-1', 10, 2), named('node-2', 50, 14)]
  const { nodes } = new Pipeline().view('hosts', { group: 'host-name' }, hosts)
  const [group] = nodes.values()

  test('now', () => {
    const shown = group?.metrics?.map(({ label, value, max, maxIsLimit }) => [label, value, max, maxIsLimit])
    expect(shown).toEqual([
      ['CPU', 30, 100, true],
      ['Memory', 16, 32, true],
      ['Load (1 min)', 3, 3, undefined],
    ])
  })

  test('in all samples that are held, each of those hosts that were measured at the time', () => {
    const both: readonly string[] = ['node-1;<host>', 'node-2;<host>']
    const values: Readonly<Record<string, readonly [number, number]>> = {
      [metrics.hostCpu]: [10, 50],
      [metrics.hostMemory]: [2, 14],
      [metrics.load1]: [1, 5],
    }
    // The second host joined ten seconds later.
    const samples = (nodeId: string, metricId: string) => {
      const nth = both.indexOf(nodeId)
      const value = values[metricId]?.[nth] ?? Number.NaN
      return [0, 5, 10, 15]
        .slice(2 * nth)
        .map((second) => ({ date: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(), value }))
    }
    const details = nodeDetails('hosts', group?.id ?? '', { group: 'host-name' }, hosts, samples)
    const shown = details?.metrics?.map(({ label, value, min, max, samples }) => [
      label,
      { value, min, max },
      samples?.map((sample) => sample.value),
    ])
    expect(shown).toEqual([
      ['CPU', { value: 30, min: 10, max: 100 }, [10, 10, 30, 30]],
      ['Memory', { value: 16, min: 2, max: 32 }, [2, 2, 16, 16]],
      ['Load (1 min)', { value: 3, min: 1, max: 3 }, [1, 1, 3, 3]],
    ])
  })
})
