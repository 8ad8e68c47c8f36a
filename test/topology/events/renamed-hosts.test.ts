import { expect, it } from 'vitest'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  processNode,
} from '../../support/reports/reports.ts'
import { type Scene, timeline, told } from './timeline.ts'

const nodes = [processNode('alpha', 11, { name: 'cron' })]
const quiet: Scene = { nodes, connections: [] }
const at = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.9', port: 80 }

/** What `cron` on alpha, which runs in no container, has done so far at the address 10.0.0.9. */
const connecting = (failed: number): Scene => ({
  nodes,
  connections: [clientHalf('alpha;11', { ...at, failed })],
})

/** A timeline on which `cron` has connected for long to a host that is called ubuntu until another of that name joins, at 600. */
const untilRenamed = (first: Scene) => {
  const line = timeline()
  const addresses = [address('10.0.0.9', { kind: 'global' }, { owners: ['ubuntu~1a;<host>'] })]
  const same = { alpha: 'same', 'ubuntu~1a': 'same' } as const
  line.at(0, { alpha: quiet, 'ubuntu~1a': { addresses } })
  line.at(15, { ...same, alpha: quiet })
  line.at(20, { ...same, alpha: connecting(0) })
  expect(told(line.at(23, same))).toEqual(['edge-new: cron connects to ubuntu on port 80'])
  const before = told(line.at(30, { ...same, alpha: first }))
  line.at(600, { ...same, 'ubuntu~99': {} })
  const now = { ...same, 'ubuntu~99': 'same' } as const
  return { before, at: (second: number, alpha: Scene | 'same') => told(line.at(second, { ...now, alpha })) }
}

it('tells once that a program fails to connect to a host, whatever that is called meanwhile', () => {
  const line = untilRenamed(connecting(1))
  expect(line.before).toEqual(['edge-failing: cron fails to connect to ubuntu on port 80'])
  expect(line.at(700, connecting(2))).toEqual([])
  expect(line.at(701, 'same')).toEqual([])
  expect(line.at(702, connecting(3))).toEqual([])
})

it('tells of no new edge when a program connects again to a host that has got another name', () => {
  const line = untilRenamed(connecting(0))
  const again = (failed: number): Scene => ({
    nodes: [...nodes, processNode('alpha', 12, { name: 'cron' })],
    connections: [clientHalf('alpha;12', { ...at, failed })],
  })
  expect(line.at(800, again(0))).toEqual([])
  expect(line.at(810, 'same')).toEqual([])
  // It is called what the map calls it as soon as there is something to tell.
  expect(line.at(900, again(1))).toEqual(['edge-failing: cron fails to connect to ubuntu~1a on port 80'])
})

it('tells once that a program fails to connect to the address of a container, also when that is made anew', () => {
  const line = timeline()
  const labels = { 'io.kubernetes.container.name': 'shop' }
  const failing = (failed: number, id: string): Scene => ({
    ...connecting(failed),
    nodes: [...nodes, containerNode('alpha', id, { labels })],
    addresses: [address('10.0.0.9', { kind: 'global' }, { owners: [containerId(id)] })],
  })
  const edges = (second: number, alpha: Scene) =>
    told(line.at(second, { alpha })).filter((text) => text.startsWith('edge'))
  line.at(0, { alpha: quiet })
  expect(edges(20, failing(1, 'pod-0'))).toEqual(['edge-failing: cron fails to connect to shop on port 80'])
  expect(edges(100, failing(2, 'pod-1'))).toEqual([])
  expect(edges(110, failing(3, 'pod-1'))).toEqual([])
})
