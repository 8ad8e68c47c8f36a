import fc from 'fast-check'
import { expect, it } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import type { Fact, ReportNode } from '../../../src/report/schema.ts'
import { containerNode, held, hostNode, processNode, report } from '../../support/reports/reports.ts'
import { newDeriver, running, type Scene, server, stopped, timeline, told } from './timeline.ts'

/** What is told after a quiet start with what `first` has, when `scenes` follow at their seconds (from 20). */
const tellsOf = (first: Scene, scenes: Readonly<Record<number, Scene | 'same'>>): string[] => {
  const line = timeline()
  line.at(0, { alpha: first })
  line.at(15, { alpha: first })
  return Object.entries(scenes).flatMap(([second, alpha]) =>
    told(line.at(Number(second), { alpha })).map((text) => `${second} ${text}`),
  )
}

const task = (startedAt: string, id: string) => ({
  ...running(`shop_web.1.${id}`, startedAt),
  labels: { 'com.docker.swarm.service.id': 'abc', 'com.docker.swarm.service.name': 'shop_web' },
})
const web = { nodes: [running('web', 'monday')] }
const nothing = { nodes: [] }
const withFacts = (name: string, more: Readonly<Record<string, Fact>>, id = name) => {
  const node = containerNode('alpha', id)
  return { ...node, name, facts: { ...node.facts, ...more } }
}
const image = (id: string, tag: string) => ({
  [facts.imageId]: id,
  [facts.imageName]: 'registry.example/cart',
  [facts.imageTag]: tag,
})

it.each<{
  what: string
  first: Scene
  scenes: Record<number, Scene | 'same'>
  tells: string[]
}>([
  { what: 'nothing when nothing changes', first: web, scenes: { 20: web, 30: 'same', 99: web }, tells: [] },
  {
    what: 'a container that starts',
    first: nothing,
    scenes: { 20: web, 21: web },
    tells: ['20 appeared: The container web started on alpha'],
  },
  {
    what: 'a container that is removed, once it has been away for a while',
    first: web,
    scenes: { 20: nothing, 24: nothing, 25: 'same', 30: nothing },
    tells: ['25 gone: The container web was removed from alpha'],
  },
  {
    what: 'a container that stops, with its exit code',
    first: web,
    scenes: { 20: { nodes: [stopped('web', 137)] }, 25: 'same' },
    tells: ['25 gone: The container web stopped on alpha with exit code 137'],
  },
  {
    what: 'nothing of a container not seen for a moment',
    first: web,
    scenes: { 20: nothing, 22: web, 99: 'same' },
    tells: [],
  },
  {
    what: 'a restart in one piece',
    first: web,
    scenes: { 20: { nodes: [running('web', 'tuesday')] }, 99: 'same' },
    tells: ['20 restarted: The container web restarted on alpha'],
  },
  {
    what: 'a restart with a pause',
    first: web,
    scenes: { 20: nothing, 22: { nodes: [running('web', 'tuesday')] }, 99: 'same' },
    tells: ['22 restarted: The container web restarted on alpha'],
  },
  {
    what: 'a container made anew under the same name',
    first: web,
    scenes: { 20: nothing, 22: { nodes: [running('web', 'tuesday', { id: 'web-2' })] }, 99: 'same' },
    tells: ['22 restarted: The container web was replaced by a new one on alpha'],
  },
  {
    what: 'a container made anew of another image',
    first: { nodes: [withFacts('web', { ...image('1', '1.4'), [facts.containerStarted]: 'monday' })] },
    scenes: {
      20: {
        nodes: [withFacts('web', { ...image('2', '1.5'), [facts.containerStarted]: 'tuesday' }, 'web-2')],
      },
      99: 'same',
    },
    tells: ['20 replaced: The container web was replaced on alpha: cart 1.4 → 1.5'],
  },
  {
    what: 'health that changes, and not what it is at first',
    first: { nodes: [withFacts('web', { [facts.containerHealth]: 'starting' })] },
    scenes: {
      20: { nodes: [withFacts('web', { [facts.containerHealth]: 'healthy' })] },
      30: { nodes: [withFacts('web', { [facts.containerHealth]: 'unhealthy' })] },
      31: {
        nodes: [
          withFacts('web', { [facts.containerHealth]: 'unhealthy' }),
          withFacts('b', { [facts.containerHealth]: 'healthy' }),
        ],
      },
    },
    tells: [
      '20 healthy: The container web is healthy on alpha',
      '30 unhealthy: The container web is unhealthy on alpha',
      '31 appeared: The container b started on alpha',
    ],
  },
  {
    what: 'a pause and its end',
    first: web,
    scenes: {
      20: {
        nodes: [withFacts('web', { [facts.containerState]: 'paused', [facts.containerStarted]: 'monday' })],
      },
      30: web,
    },
    tells: [
      '20 paused: The container web was paused on alpha',
      '30 unpaused: The container web was unpaused on alpha',
    ],
  },
  {
    what: 'that memory was short, once a minute',
    first: web,
    scenes: {
      20: { nodes: [withFacts('web', { [facts.containerOomKills]: 1, [facts.containerStarted]: 'monday' })] },
      30: { nodes: [withFacts('web', { [facts.containerOomKills]: 2, [facts.containerStarted]: 'monday' })] },
      90: { nodes: [withFacts('web', { [facts.containerOomKills]: 3, [facts.containerStarted]: 'monday' })] },
    },
    tells: [20, 90].map(
      (at) =>
        `${at} oom-killed: The container web was short of memory on alpha: the kernel killed a process of it`,
    ),
  },
  {
    what: 'that memory was short, of a container that has ended by it',
    first: web,
    scenes: {
      20: {
        nodes: [
          withFacts('web', {
            [facts.containerState]: 'exited',
            [facts.containerExitCode]: 137,
            [facts.containerOomKilled]: true,
          }),
        ],
      },
      25: 'same',
    },
    tells: [
      '25 oom-killed: The container web was short of memory on alpha: the kernel killed a process of it',
      '25 gone: The container web stopped on alpha with exit code 137, for want of memory',
    ],
  },
  {
    what: 'a task of Swarm in the place of another as one that was replaced, though both run for a moment',
    first: { nodes: [task('monday', 'aaa')] },
    scenes: {
      20: { nodes: [task('monday', 'aaa'), task('tuesday', 'bbb')] },
      22: { nodes: [task('tuesday', 'bbb')] },
      99: 'same',
    },
    tells: ['20 restarted: The container shop_web.1.bbb was replaced by a new one on alpha'],
  },
  {
    what: 'restarts of a crash loop once a minute, with how many there were',
    first: web,
    scenes: {
      20: { nodes: [running('web', 'a')] },
      25: { nodes: [running('web', 'b')] },
      30: { nodes: [running('web', 'c')] },
      79: 'same',
      80: 'same',
      200: 'same',
    },
    tells: [
      '20 restarted: The container web restarted on alpha',
      '80 restarted: The container web restarted on alpha, 2 times within a minute or so',
    ],
  },
  {
    what: 'a program that flaps as one that restarts, not as coming and going',
    first: { nodes: [server(1, 'nginx')] },
    scenes: {
      20: nothing,
      23: { nodes: [server(2, 'nginx')] },
      30: nothing,
      40: nothing,
      45: { nodes: [server(3, 'nginx')] },
      83: 'same',
      99: 'same',
    },
    tells: [
      '23 restarted: nginx (port 80) restarted on alpha',
      '83 restarted: nginx (port 80) restarted on alpha',
    ],
  },
  {
    what: 'a program that listens, once it has for a while',
    first: nothing,
    scenes: { 20: { nodes: [server(1, 'nginx')] }, 22: 'same', 23: 'same' },
    tells: ['23 appeared: nginx listens on port 80 of alpha'],
  },
  {
    what: 'nothing of workers that come and go',
    first: { nodes: [server(1, 'nginx'), server(2, 'nginx')] },
    scenes: {
      20: { nodes: [server(2, 'nginx'), server(3, 'nginx')] },
      30: { nodes: [server(3, 'nginx')] },
      99: 'same',
    },
    tells: [],
  },
  {
    what: 'nothing of a hundred processes that do not listen',
    first: nothing,
    scenes: {
      20: { nodes: Array.from({ length: 100 }, (_, i) => processNode('alpha', i + 1)) },
      40: nothing,
    },
    tells: [],
  },
  {
    what: 'programs of one name by their ports',
    first: { nodes: [server(1, 'node')] },
    scenes: {
      20: {
        nodes: [
          server(1, 'node'),
          server(2, 'node', { [facts.listeningAddresses]: ['[::1]:9000', '127.0.0.1:8000'] }),
        ],
      },
      23: 'same',
      30: { nodes: [server(1, 'node')] },
      35: 'same',
    },
    tells: [
      '23 appeared: node listens on port 8000 of alpha',
      '35 gone: node no longer listens on port 8000 of alpha',
    ],
  },
  {
    what: 'nothing of who listens just anywhere',
    first: nothing,
    scenes: {
      20: { nodes: [server(1, 'test', { [facts.listeningAddresses]: ['0.0.0.0:40123'] })] },
      40: 'same',
    },
    tells: [],
  },
  {
    what: 'nothing of plumbing',
    first: nothing,
    scenes: { 20: { nodes: [server(1, 'docker-proxy')] }, 40: 'same' },
    tells: [],
  },
  {
    what: 'of a program that only calls itself docker-proxy',
    first: nothing,
    scenes: { 20: { nodes: [server(1, 'docker-proxy', { [facts.uid]: 1000 })] }, 23: 'same' },
    tells: ['23 appeared: docker-proxy listens on port 80 of alpha'],
  },
])('tells $what', ({ first, scenes, tells }) => {
  expect(tellsOf(first, scenes)).toEqual(tells)
})

it('tells of a probe when it joins, not of all it sees, also when it finds out later', () => {
  const line = timeline()
  expect(told(line.at(0, { alpha: nothing }))).toEqual(['probe-joined: The probe of alpha reports'])
  expect(told(line.at(2, { alpha: web }))).toEqual([])
})

it('tells of a probe that goes before it was silent, as one that is stopped does', () => {
  const line = timeline()
  line.at(0, { alpha: web, beta: nothing })
  expect(told(line.at(2, { beta: 'same' }))).toEqual([
    'probe-lost: The probe of alpha reports no more; what it saw is off the map',
  ])
})

it('tells of a probe when it is lost, not of all it saw', () => {
  const line = timeline()
  line.at(0, { alpha: web, beta: nothing })
  expect(told(line.at(20, { beta: 'same' }))).toEqual([
    'probe-lost: The probe of alpha fell silent; what it saw is off the map',
  ])
  expect(told(line.at(60, { beta: 'same' }))).toEqual([])
  expect(told(line.at(70, { alpha: web, beta: 'same' }))).toEqual([
    'probe-joined: The probe of alpha reports',
  ])
})

it('tells once of a probe that was started again', () => {
  const line = timeline()
  line.at(0, { alpha: web })
  expect(told(line.at(20, { alpha: { ...web, epoch: '00000000000000ff' } }))).toEqual([
    'probe-joined: The probe of alpha was started again',
  ])
})

it('names a host as the map does at the time, which may change when another of its name comes or goes', () => {
  const line = timeline()
  const has = (...names: string[]): Scene => ({
    nodes: names.map((name) => running(name, 'monday', { host: 'ubuntu~1a' })),
  })
  line.at(0, { 'ubuntu~1a': has('web') })
  expect(told(line.at(20, { 'ubuntu~1a': has('web', 'db') }))).toEqual([
    'appeared: The container db started on ubuntu',
  ])
  expect(told(line.at(30, { 'ubuntu~1a': 'same', 'ubuntu~99': nothing }))).toEqual([
    'probe-joined: The probe of ubuntu~99 reports',
  ])
  const [drafted] = line.at(40, { 'ubuntu~1a': has('web', 'db', 'cache'), 'ubuntu~99': 'same' })
  expect(drafted).toMatchObject({
    text: 'The container cache started on ubuntu~1a',
    hostName: 'ubuntu~1a',
  })
  line.at(50, { 'ubuntu~1a': has('web', 'db'), 'ubuntu~99': 'same' })
  expect(told(line.at(55, { 'ubuntu~1a': 'same', 'ubuntu~99': 'same' }))).toEqual([
    'gone: The container cache was removed from ubuntu~1a',
  ])
  line.at(60, { 'ubuntu~1a': has('web'), 'ubuntu~99': 'same' })
  line.at(61, { 'ubuntu~1a': 'same' })
  expect(told(line.at(65, { 'ubuntu~1a': 'same' }))).toEqual([
    'gone: The container db was removed from ubuntu',
  ])
})

it('names a host as it is called since its probe was started again', () => {
  const deriver = newDeriver()
  const named = (name: string, epoch: string, ...nodes: ReportNode[]) => {
    const told = report({ host: 'alpha', epoch, nodes: [hostNode('alpha'), ...nodes] })
    return held({ ...told, host: { ...told.host, name } })
  }
  deriver.next([named('alpha', '00000000000000aa')], 0)
  expect(told(deriver.next([named('shop', '00000000000000ab')], 20_000))).toEqual([
    'probe-joined: The probe of shop was started again',
  ])
  expect(told(deriver.next([named('shop', '00000000000000ab', running('web', 'monday'))], 40_000))).toEqual([
    'appeared: The container web started on shop',
  ])
})

it('names a node by the view that shows it, and the moment it went', () => {
  const line = timeline()
  line.at(0, { alpha: web })
  line.at(20, { alpha: nothing })
  const [gone] = line.at(27, { alpha: nothing })
  expect(gone).toMatchObject({
    atMs: 20_000,
    nodes: [{ id: web.nodes[0]?.id, label: 'web', topology: 'container', view: 'containers' }],
  })
})

it('makes one event of a burst', () => {
  const many = Array.from({ length: 50 }, (_, i) => running(`job-${i}`, 'monday'))
  const line = timeline()
  line.at(0, { alpha: nothing })
  const drafts = line.at(20, { alpha: { nodes: many } })
  expect(told(drafts)).toEqual(['appeared: 50 containers and programs started on alpha'])
  expect(drafts[0]).toMatchObject({ count: 50 })
  expect(drafts[0]?.nodes).toHaveLength(16)
})

it('says when it has something to tell', () => {
  const line = timeline()
  line.at(0, { alpha: web })
  expect(line.deriver.dueMs).toBe(Number.POSITIVE_INFINITY)
  line.at(20, { alpha: nothing })
  expect(line.deriver.dueMs).toBe(25_000)
})

it('tells of no going without a coming before, and of nothing twice', () => {
  const names = ['web', 'db', 'cache'] as const
  const moment = fc.record({
    passed: fc.integer({ min: 1, max: 40 }),
    there: fc.subarray([...names]),
    run: fc.constantFrom('monday', 'tuesday'),
  })
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 30 }), (moments) => {
      const line = timeline()
      line.at(0, { alpha: nothing })
      let second = 11
      const there = new Set<string>()
      for (const { passed, there: now, run } of moments) {
        second += passed
        const scene = { alpha: { nodes: now.map((name) => running(name, run)) } }
        const drafts = [...line.at(second, scene), ...line.at(second, scene)]
        for (const { kind, nodes } of drafts) {
          const name = nodes[0]?.label ?? ''
          if (kind === 'appeared') expect(there.has(name)).toBe(false)
          else if (kind === 'gone' || kind === 'restarted') expect(there.has(name)).toBe(true)
          if (kind === 'appeared') there.add(name)
          if (kind === 'gone') there.delete(name)
        }
        expect(line.at(second, scene)).toEqual([])
      }
    }),
  )
})
