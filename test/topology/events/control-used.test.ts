import { expect, it } from 'vitest'
import type { EventNode } from '../../../src/api/types.ts'
import { controlUsed } from '../../../src/topology/events/control-used.ts'

const container = (label: string): EventNode => ({
  id: `${label};<container>`,
  label,
  topology: 'container',
  view: 'containers',
})
const web = container('web')
const db = container('db')
const nginx: EventNode = { id: 'alpha;1', label: 'nginx', topology: 'process', view: 'processes' }
const alpha: EventNode = { id: 'alpha;<host>', label: 'alpha', topology: 'host', view: 'hosts' }

it.each<[string, EventNode[], string]>([
  ['a container', [web], 'anna used Stop on the container web'],
  ['a process', [nginx], 'anna used Stop on the process nginx'],
  ['a host', [alpha], 'anna used Stop on the host alpha'],
  ['several containers', [web, db], 'anna used Stop on 2 containers'],
  ['several processes', [nginx, { ...nginx, id: 'alpha;2' }], 'anna used Stop on 2 processes'],
  ['nodes of several kinds', [web, nginx], 'anna used Stop on 2 nodes'],
  ['the same again', [web, web, web], 'anna used Stop on the container web, 3 times'],
  ['several, some of them again', [web, db, web], 'anna used Stop on 2 containers'],
])('tells of %s', (_name, nodes, text) => {
  const event = controlUsed({ who: 'anna', label: 'Stop', atMs: 7, nodes })
  expect(event).toMatchObject({ kind: 'control-used', atMs: 7, text })
  expect(event.count).toBe(nodes.length > 1 ? nodes.length : undefined)
  expect(event.nodes).toEqual([...new Set(nodes)])
})

it('names the first sixteen', () => {
  const nodes = Array.from({ length: 20 }, (_, i) => container(`web-${i}`))
  const event = controlUsed({ who: 'anna', label: 'Stop', atMs: 7, nodes })
  expect(event.text).toBe('anna used Stop on 20 containers')
  expect(event.nodes).toEqual(nodes.slice(0, 16))
  expect(event.count).toBe(20)
})
