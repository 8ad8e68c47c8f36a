import { expect, it } from 'vitest'
import type { ConnectionRecord, ReportNode } from '../../../src/report/schema.ts'
import { edgeId } from '../../../src/topology/view/assembling/edge.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  pair,
  processNode,
  serverHalf,
} from '../../support/reports/reports.ts'
import { type Scene, timeline, told } from './timeline.ts'

const client = processNode('alpha', 1, { name: 'curl', container: 'web' })
const database = processNode('alpha', 2, { name: 'postgres', container: 'db' })
const containers = [containerNode('alpha', 'web'), containerNode('alpha', 'db')]
const programs = [
  processNode('alpha', 11, { name: 'cron' }),
  processNode('alpha', 12, { name: 'cron' }),
  processNode('alpha', 13, { name: 'redis' }),
]
const nodes: readonly ReportNode[] = [...containers, client, database, ...programs]

const scene = (...connections: ConnectionRecord[]): Scene => ({ nodes, connections })
const quiet = scene()
const toDatabase = (numbers: Parameters<typeof pair>[3] = {}) => pair('alpha;1', 'alpha;2', 5432, numbers)

const tellsOf = (first: Scene, scenes: Readonly<Record<number, Scene | 'same'>>): string[] => {
  const line = timeline()
  line.at(0, { alpha: first })
  line.at(15, { alpha: first })
  return Object.entries(scenes).flatMap(([second, alpha]) =>
    told(line.at(Number(second), { alpha })).map((text) => `${second} ${text}`),
  )
}

it.each<{ what: string; first: Scene; scenes: Record<number, Scene | 'same'>; tells: string[] }>([
  {
    what: 'nothing of edges that were there at the start',
    first: scene(toDatabase()),
    scenes: { 20: scene(toDatabase({ opened: 5 })), 30: 'same' },
    tells: [],
  },
  {
    what: 'a new edge, once it is clear what it is',
    first: quiet,
    scenes: { 20: scene(toDatabase()), 22: 'same', 23: 'same', 30: 'same' },
    tells: ['23 edge-new: web connects to db on port 5432'],
  },
  {
    what: 'a new edge that fails, of a container that is told of after its connection',
    first: { nodes: nodes.filter(({ id }) => id !== containerId('web') && id !== 'alpha;1') },
    scenes: {
      20: {
        nodes: nodes.filter(({ id }) => id !== containerId('web')),
        connections: [toDatabase({ opened: 0, failed: 1 })],
      },
      21: scene(toDatabase({ opened: 0, failed: 1 })),
      23: 'same',
      30: 'same',
    },
    tells: [
      '21 appeared: The container web started on alpha',
      '23 edge-failing: web fails to connect to db on port 5432',
    ],
  },
  {
    what: 'a new edge that fails, of a process that is only later known to be of a container',
    first: { nodes: nodes.filter(({ id }) => id !== 'alpha;1') },
    scenes: {
      20: {
        nodes: [...nodes.filter(({ id }) => id !== 'alpha;1'), processNode('alpha', 1, { name: 'curl' })],
        connections: [toDatabase({ opened: 0, failed: 1 })],
      },
      21: scene(toDatabase({ opened: 0, failed: 1 })),
      23: 'same',
      30: 'same',
    },
    tells: ['23 edge-failing: web fails to connect to db on port 5432'],
  },
  {
    what: 'nothing of an edge that comes back within the hour, be it of another process',
    first: scene(toDatabase()),
    scenes: {
      20: quiet,
      600: { nodes: [...nodes, processNode('alpha', 3, { container: 'web' })] },
      700: {
        nodes: [...nodes, processNode('alpha', 3, { container: 'web' })],
        connections: [pair('alpha;3', 'alpha;2', 5432)],
      },
      710: 'same',
    },
    tells: [],
  },
  {
    what: 'nothing of an edge that was in use for hours, when another process of the program uses it',
    first: scene(toDatabase({ open: 0, opened: 1, closed: 1, lastMs: 0 })),
    scenes: {
      ...Object.fromEntries(
        Array.from({ length: 36 }, (_, i) => {
          const second = 300 * (i + 1)
          const numbers = { open: 0, opened: 2 + i, closed: 2 + i, lastMs: second * 1000 }
          return [second, scene(toDatabase(numbers))]
        }),
      ),
      10900: {
        nodes: [...nodes, processNode('alpha', 3, { container: 'web' })],
        connections: [pair('alpha;3', 'alpha;2', 5432)],
      },
      10910: 'same',
    },
    tells: [],
  },
  {
    what: 'an edge that nobody has used for hours, when somebody does',
    first: scene(toDatabase({ open: 0, opened: 1, closed: 1, lastMs: 0 })),
    scenes: {
      ...Object.fromEntries(Array.from({ length: 36 }, (_, i) => [300 * (i + 1), quiet])),
      10900: scene(toDatabase()),
      10910: 'same',
    },
    tells: ['10910 edge-new: web connects to db on port 5432'],
  },
  {
    what: 'one edge of many processes of a program',
    first: quiet,
    scenes: {
      20: scene(pair('alpha;11', 'alpha;13', 6379), pair('alpha;12', 'alpha;13', 6379)),
      23: 'same',
      30: 'same',
    },
    tells: ['23 edge-new: cron connects to redis on port 6379'],
  },
  {
    what: 'an edge between a container and what is in none, as one of programs',
    first: quiet,
    scenes: { 20: scene(pair('alpha;11', 'alpha;2', 5432)), 23: 'same' },
    tells: ['23 edge-new: cron connects to postgres on port 5432'],
  },
  {
    what: 'nothing of a container that talks to itself',
    first: quiet,
    scenes: {
      20: {
        nodes: [...nodes, processNode('alpha', 3, { container: 'web' })],
        connections: [pair('alpha;1', 'alpha;3', 80)],
      },
      23: 'same',
    },
    tells: [],
  },
  {
    what: 'an edge that fails, at once and once',
    first: scene(toDatabase()),
    scenes: {
      20: scene(toDatabase({ failed: 1 })),
      21: scene(toDatabase({ failed: 2 })),
      99: scene(toDatabase({ failed: 3 })),
    },
    tells: ['20 edge-failing: web fails to connect to db on port 5432'],
  },
  {
    what: 'a new edge that fails as failing only',
    first: quiet,
    scenes: { 20: scene(toDatabase({ failed: 1 })), 23: 'same', 30: 'same' },
    tells: ['20 edge-failing: web fails to connect to db on port 5432'],
  },
  {
    what: 'failures again after it worked for a while',
    first: scene(toDatabase()),
    scenes: {
      20: scene(toDatabase({ failed: 1 })),
      30: scene(toDatabase({ failed: 1, opened: 2 })),
      100: scene(toDatabase({ failed: 2, opened: 2 })),
    },
    tells: [
      '20 edge-failing: web fails to connect to db on port 5432',
      '100 edge-failing: web fails to connect to db on port 5432',
    ],
  },
  {
    what: 'nothing while it fails now and then',
    first: scene(toDatabase()),
    scenes: {
      20: scene(toDatabase({ failed: 1 })),
      30: scene(toDatabase({ failed: 1, opened: 2 })),
      50: scene(toDatabase({ failed: 2, opened: 2 })),
      60: scene(toDatabase({ failed: 2, opened: 3 })),
      90: scene(toDatabase({ failed: 3, opened: 3 })),
    },
    tells: ['20 edge-failing: web fails to connect to db on port 5432'],
  },
  {
    what: 'nothing of failures of before the probe was seen',
    first: scene(toDatabase({ failed: 7 })),
    scenes: { 20: scene(toDatabase({ failed: 7, opened: 3 })), 30: 'same' },
    tells: [],
  },
  {
    what: 'failures of a record made anew',
    first: scene(toDatabase({ failed: 7, sinceMs: 1000 })),
    scenes: { 20: scene(toDatabase({ failed: 1, sinceMs: 19_000 })) },
    tells: ['20 edge-failing: web fails to connect to db on port 5432'],
  },
  {
    what: 'nothing of the edges of a container made anew',
    first: scene(toDatabase()),
    scenes: {
      20: {
        nodes: [
          { ...containerNode('alpha', 'db-2'), name: 'db' },
          containerNode('alpha', 'web'),
          client,
          processNode('alpha', 2, { container: 'db-2' }),
        ],
        connections: [toDatabase({ sinceMs: 19_000 })],
      },
      23: 'same',
      30: 'same',
    },
    tells: ['20 restarted: The container db was replaced by a new one on alpha'],
  },
  {
    what: 'the Internet as one',
    first: quiet,
    scenes: {
      20: scene(
        clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';8.8.8.8', port: 443 }),
        clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';9.9.9.9', port: 443 }),
      ),
      23: 'same',
    },
    tells: ['23 edge-new: web connects to The Internet on port 443'],
  },
])('tells $what', ({ first, scenes, tells }) => {
  expect(tellsOf(first, scenes)).toEqual(tells)
})

it('finds the other end on another host', () => {
  const line = timeline()
  const beta = {
    nodes: [containerNode('beta', 'api'), processNode('beta', 9, { container: 'api' })],
    connections: [serverHalf('beta;9', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 })],
  }
  line.at(0, { alpha: quiet, beta: { nodes: beta.nodes } })
  line.at(15, { alpha: quiet, beta: { nodes: beta.nodes } })
  const connections = [
    clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }),
  ]
  line.at(20, { alpha: { nodes, connections }, beta })
  const drafts = line.at(23, { alpha: 'same', beta: 'same' })
  expect(told(drafts)).toEqual(['edge-new: web connects to api on port 80'])
  const [source, target] = [containerId('web'), containerId('api')]
  expect(drafts[0]).toMatchObject({
    atMs: 20_000,
    nodes: [
      { id: source, topology: 'container', view: 'containers' },
      { id: target, topology: 'container', view: 'containers' },
    ],
    edge: { id: edgeId(source, target), source, target, port: 80 },
  })
})

it('names the host behind an address that no program of it was seen at', () => {
  const line = timeline()
  const addresses = [address('10.0.0.9', { kind: 'global' }, { owners: ['alpha;<host>'] })]
  line.at(0, { alpha: quiet })
  line.at(15, { alpha: quiet })
  const connections = [
    clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.9', port: 80 }),
  ]
  line.at(20, { alpha: { nodes, connections, addresses } })
  expect(told(line.at(23, { alpha: 'same' }))).toEqual(['edge-new: web connects to alpha on port 80'])
})

it('names the host that an edge has long led to as the map does now', () => {
  const line = timeline()
  const addresses = [address('10.0.0.9', { kind: 'global' }, { owners: ['ubuntu~1a;<host>'] })]
  const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.9', port: 80 }
  const connecting = (failed: number): Scene => ({
    nodes,
    connections: [clientHalf('alpha;1', { ...ends, failed })],
  })
  const same = { alpha: 'same', 'ubuntu~1a': 'same' } as const
  line.at(0, { alpha: quiet, 'ubuntu~1a': { addresses } })
  line.at(15, { ...same, alpha: quiet })
  line.at(20, { ...same, alpha: connecting(0) })
  expect(told(line.at(23, same))).toEqual(['edge-new: web connects to ubuntu on port 80'])
  line.at(600, { ...same, 'ubuntu~99': {} })
  const now = { ...same, 'ubuntu~99': 'same' } as const
  // It is put off until it may be found out again.
  expect(told(line.at(700, { ...now, alpha: connecting(1) }, false))).toEqual([])
  expect(line.deriver.placingDueMs).toBe(700_000)
  expect(told(line.at(701, now))).toEqual(['edge-failing: web fails to connect to ubuntu~1a on port 80'])
  expect(told(line.at(720, now))).toEqual([])
})

it('tells of who has an address now, not of who had it', () => {
  const holding = (name: string): Scene => ({
    nodes,
    addresses: [address('10.0.0.9', { kind: 'global' }, { owners: [containerId(name)] })],
    connections: [],
  })
  const connecting = (name: string, sinceMs: number): Scene => ({
    ...holding(name),
    connections: [
      clientHalf('alpha;11', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.9', port: 80, sinceMs }),
    ],
  })
  const line = timeline()
  line.at(0, { alpha: holding('web') })
  line.at(15, { alpha: holding('web') })
  line.at(20, { alpha: connecting('web', 19_000) })
  expect(told(line.at(23, { alpha: 'same' }))).toEqual(['edge-new: cron connects to web on port 80'])
  line.at(40, { alpha: holding('db') })
  line.at(100, { alpha: connecting('db', 99_000) })
  expect(told(line.at(110, { alpha: 'same' }))).toEqual(['edge-new: cron connects to db on port 80'])
})

it('tells once of a new edge that all containers of a service have, and of each that fails', () => {
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'job' }
  const jobs = (...numbers: number[]): readonly ReportNode[] =>
    numbers.flatMap((n) => [
      containerNode('alpha', `job-${n}`, { labels }),
      processNode('alpha', 100 + n, { container: `job-${n}` }),
    ])
  const ofJob = (n: number, numbers = {}) => pair(`alpha;${100 + n}`, 'alpha;2', 5432, numbers)
  const fails = { failed: 1, lastMs: 49_000 }
  const line = timeline()
  line.at(0, { alpha: quiet })
  line.at(20, { alpha: { nodes: [...nodes, ...jobs(1)], connections: [ofJob(1)] } })
  expect(told(line.at(23, { alpha: 'same' }))).toEqual(['edge-new: job-1 connects to db on port 5432'])
  line.at(40, { alpha: { nodes: [...nodes, ...jobs(2)], connections: [ofJob(2)] } })
  const later = told(line.at(45, { alpha: 'same' }))
  expect(later.filter((text) => text.startsWith('edge'))).toEqual([])
  const failing = { nodes: [...nodes, ...jobs(2, 3)], connections: [ofJob(2, fails), ofJob(3, fails)] }
  const failed = told(line.at(50, { alpha: failing }))
  expect(failed.filter((text) => text.startsWith('edge'))).toEqual([
    'edge-failing: job-2 fails to connect to db on port 5432',
    'edge-failing: job-3 fails to connect to db on port 5432',
  ])
})

it('tells nothing of failures that happened before a record was left out of some reports', () => {
  const line = timeline()
  const failed = toDatabase({ failed: 3, lastMs: 14_000 })
  line.at(0, { alpha: scene(failed) })
  line.at(15, { alpha: scene(failed) })
  line.at(30, { alpha: quiet })
  expect(told(line.at(32, { alpha: scene(failed) }))).toEqual([])
  expect(told(line.at(40, { alpha: 'same' }))).toEqual([])
  expect(told(line.at(41, { alpha: scene(toDatabase({ failed: 4, lastMs: 40_500 })) }))).toEqual([
    'edge-failing: web fails to connect to db on port 5432',
  ])
})

it('puts off what has to be found out, and tells of what is known', () => {
  const line = timeline()
  line.at(0, { alpha: scene(toDatabase()) })
  line.at(15, { alpha: 'same' })
  const cron = (failed: number) => pair('alpha;11', 'alpha;13', 6379, { failed })
  const drafts = line.at(20, { alpha: scene(toDatabase({ failed: 1 }), cron(1)) }, false)
  expect(told(drafts)).toEqual(['edge-failing: web fails to connect to db on port 5432'])
  expect(line.deriver.placingDueMs).toBe(20_000)
  expect(told(line.at(25, { alpha: 'same' }))).toEqual([
    'edge-failing: cron fails to connect to redis on port 6379',
  ])
  expect(told(line.at(40, { alpha: 'same' }))).toEqual([])
})

it('makes one event of many edges that begin to fail at one node', () => {
  const clients = Array.from({ length: 9 }, (_, i) => [
    containerNode('alpha', `worker-${i}`),
    processNode('alpha', 100 + i, { container: `worker-${i}` }),
  ]).flat()
  const failing = Array.from({ length: 9 }, (_, i) =>
    pair(`alpha;${100 + i}`, 'alpha;2', 5432, { failed: 1 }),
  )
  const line = timeline()
  line.at(0, { alpha: { nodes: [...nodes, ...clients] } })
  line.at(15, { alpha: { nodes: [...nodes, ...clients] } })
  const drafts = line.at(20, { alpha: { nodes: [...nodes, ...clients], connections: failing } })
  expect(told(drafts)).toEqual(['edge-failing: 9 nodes fail to connect to db'])
  expect(drafts[0]?.nodes[0]).toMatchObject({ label: 'db' })
  expect(drafts[0]).not.toHaveProperty('edge')
})

it('makes one event of a great many edges that are new at one moment', () => {
  const ends = Array.from({ length: 60 }, (_, i) => [
    containerNode('alpha', `node-${i}`),
    processNode('alpha', 100 + i, { container: `node-${i}` }),
  ]).flat()
  const connections = Array.from({ length: 30 }, (_, i) => pair(`alpha;${100 + i}`, `alpha;${130 + i}`, 80))
  const line = timeline()
  line.at(0, { alpha: { nodes: ends } })
  line.at(20, { alpha: { nodes: ends, connections } })
  const drafts = line.at(23, { alpha: 'same' })
  expect(told(drafts)).toEqual(['edge-new: 30 edges are new'])
  expect(drafts[0]).toMatchObject({ count: 30 })
  expect(drafts[0]?.nodes).toHaveLength(16)
})

it('has the reports of all hosts joined only when something is new whose ends have to be found', () => {
  const line = timeline()
  line.at(0, { alpha: quiet })
  for (let second = 20; second < 30; second++)
    line.at(second, { alpha: scene(toDatabase({ opened: second })) })
  expect(line.placings).toBe(1)
  for (let second = 30; second < 50; second++)
    line.at(second, { alpha: scene(toDatabase({ opened: second })) })
  expect(line.placings).toBe(1)
  const another = clientHalf('alpha;1', {
    clientAddress: ';10.0.0.1',
    serverAddress: ';203.0.113.9',
    port: 443,
  })
  for (let second = 50; second < 60; second++)
    line.at(second, {
      alpha: { ...scene(toDatabase({ opened: second }), another), addresses: [address('203.0.113.9')] },
    })
  expect(line.placings).toBe(2)
})
