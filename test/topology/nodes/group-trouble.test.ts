import { describe, expect, test } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { renderView, type View } from '../../../src/topology/render.ts'
import { containerNode, held, imageNode, pair, processNode, report } from '../../support/reports/reports.ts'

const HEALTH = { unhealthy: { [facts.containerHealth]: 'unhealthy' } }

/** A replica of the service `payments` of the stack `shop`, of a project of Compose of that name. */
const replica = (host: string, number: number, state: string): ReportNode =>
  containerNode(host, `${host}-payments-${number}`, {
    image: 'pay:1',
    state: state === 'unhealthy' ? 'running' : state,
    facts: state === 'unhealthy' ? HEALTH.unhealthy : {},
    labels: {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'payments',
      'com.docker.swarm.service.id': 'a'.repeat(25),
      'com.docker.swarm.service.name': 'shop_payments',
      'com.docker.stack.namespace': 'shop',
    },
  })

const fleet = (...hosts: readonly (readonly string[])[]) =>
  hosts.map((states, at) => {
    const host = ['alpha', 'beta', 'gamma'][at] ?? 'delta'
    const replicas = states.map((state, number) => replica(host, number, state))
    return held(report({ host, nodes: [imageNode(host, 'pay:1'), ...replicas] }))
  })

/** What the only node says that is no pseudo node. */
const said = ({ nodes }: View) => {
  const [node, ...others] = [...nodes.values()].filter(({ pseudo }) => pseudo !== true)
  expect(others).toEqual([])
  return node && { state: node.state, trouble: node.trouble }
}

const one = (state: string, of: number) => ({ state, trouble: { of, states: [{ state, count: 1 }] } })

describe('a closed group shows the trouble of its members', () => {
  const shown = (...hosts: readonly (readonly string[])[]) =>
    said(renderView('containers', { group: 'service', stopped: 'both' }, fleet(...hosts)))

  test.each<[name: string, states: readonly string[], expected: unknown]>([
    ['all well', ['running', 'running'], { state: undefined, trouble: undefined }],
    ['one unhealthy', ['running', 'unhealthy', 'running'], one('unhealthy', 3)],
    ['one restarting', ['restarting', 'running'], one('restarting', 2)],
    ['one paused', ['running', 'paused'], one('paused', 2)],
    ['one dead', ['dead', 'running'], one('dead', 2)],
    [
      'ended or never begun: none',
      ['exited', 'created', 'running'],
      { state: undefined, trouble: undefined },
    ],
    ['one unhealthy, one ended', ['exited', 'unhealthy'], one('unhealthy', 2)],
    [
      'each state with its number, the worst first',
      ['paused', 'unhealthy', 'running', 'unhealthy', 'dead', 'restarting'],
      {
        state: 'dead',
        trouble: {
          of: 6,
          states: [
            { state: 'dead', count: 1 },
            { state: 'unhealthy', count: 2 },
            { state: 'restarting', count: 1 },
            { state: 'paused', count: 1 },
          ],
        },
      },
    ],
  ])('%s', (_, states, expected) => expect(shown(states)).toEqual(expected))

  test('over all hosts', () => {
    expect(shown(['running'], ['running', 'unhealthy'], ['paused'])).toEqual({
      state: 'unhealthy',
      trouble: {
        of: 4,
        states: [
          { state: 'unhealthy', count: 1 },
          { state: 'paused', count: 1 },
        ],
      },
    })
  })

  test('also one of which only an unverified probe tells', () => {
    const [told] = fleet(['unhealthy', 'running'])
    const view = renderView('containers', { group: 'service' }, told ? [{ ...told, verified: false }] : [])
    expect(said(view)).toEqual(one('unhealthy', 2))
    expect([...view.nodes.values()][0]?.verified).toBe(false)
  })

  test('its members that the view hides are none of its trouble', () => {
    expect(
      said(renderView('containers', { group: 'stack', stopped: 'stopped' }, fleet(['paused', 'exited']))),
    ).toEqual({ state: undefined, trouble: undefined })
  })

  test('its details say so, too', () => {
    const reports = fleet(['unhealthy', 'running'])
    const [id = ''] = renderView('containers', { group: 'service' }, reports).nodes.keys()
    const details = nodeDetails('containers', id, { group: 'service' }, reports, () => [])
    expect(details).toMatchObject(one('unhealthy', 2))
  })
})

describe('so does each node of a view that stands for several', () => {
  test.each([
    ['containers-by-image'],
    ['containers-by-hostname'],
    ['compose-projects'],
    ['compose-services'],
    ['swarm-services'],
  ])('%s', (view) => {
    expect(said(renderView(view, {}, fleet(['running', 'unhealthy', 'running'])))).toEqual(
      one('unhealthy', 3),
    )
    expect(said(renderView(view, {}, fleet(['running', 'running'])))?.state).toBeUndefined()
  })

  const process = (pid: number, more: Record<string, string | boolean | number> = {}) =>
    processNode('alpha', pid, { name: 'nginx', facts: { [facts.systemdUnit]: 'nginx.service', ...more } })

  test.each([['processes-by-name'], ['systemd-units']])('%s: those that have exited do not count', (view) => {
    const nodes = [
      process(1),
      process(2, { [facts.processState]: 'stopped' }),
      process(3, { [facts.exited]: true }),
      process(4, { [facts.exitedCount]: 60 }),
    ]
    const reports = [held(report({ nodes }))]
    expect(said(renderView(view, { unconnected: 'show' }, reports))).toEqual(one('paused', 2))
  })

  test('what stands for the containers of a host that have no node of their own', () => {
    const lone = (name: string, health?: 'unhealthy') =>
      containerNode('alpha', name, health ? { facts: HEALTH[health] } : {})
    const stopped = containerNode('alpha', 'job', { state: 'exited' })
    const nodes = [
      processNode('alpha', 1, { container: 'lone' }),
      processNode('alpha', 2, { name: 'cron' }),
      processNode('alpha', 3, { container: 'alpha-payments-0' }),
      ...[lone('lone'), lone('sick', 'unhealthy'), stopped, replica('alpha', 0, 'running')],
    ]
    const connections = [pair('alpha;1', 'alpha;2', 80), pair('alpha;1', 'alpha;3', 80)]
    const reports = [held(report({ nodes, connections }))]
    const of = (view: string, label: string) => {
      const { nodes } = renderView(view, { pseudo: 'show' }, reports)
      return [...nodes.values()].find((node) => node.label === label)
    }
    expect(of('compose-services', 'Unmanaged')).toMatchObject(one('unhealthy', 2))
    expect(of('systemd-units', 'Containers')).toMatchObject(one('unhealthy', 3))
    expect(of('systemd-units', 'Other processes')).not.toHaveProperty('trouble')
  })

  test('an image in the details of its host', () => {
    const details = nodeDetails('hosts', 'alpha;<host>', {}, fleet(['running', 'unhealthy']), () => [])
    const images = details?.children.find(({ topologyId }) => topologyId === 'containers-by-image')
    expect(images?.nodes).toMatchObject([one('unhealthy', 2)])
  })
})

test('a node that stands for itself has a state and nothing more', () => {
  const [node] = renderView('containers', {}, fleet(['unhealthy'])).nodes.values()
  expect(node).toMatchObject({ state: 'unhealthy' })
  expect(node).not.toHaveProperty('trouble')
})
