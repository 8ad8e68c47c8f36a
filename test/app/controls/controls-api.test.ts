import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControllablesDocument, OfferedControl } from '../../../src/api/types.ts'
import { facts } from '../../../src/report/facts.ts'
import { clusterKey, token } from '../../../src/state/state-dir.ts'
import {
  containerId,
  containerNode,
  control,
  hostNode,
  imageNode,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { openTestChannel } from '../../support/scope/test-channel.ts'
import { addUsers, basic } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

const HOST = 'alpha~12ab34cd'
const known = { [facts.containerPrivileged]: false, [facts.containerMounts]: [] }

const everything = () =>
  report({
    host: HOST,
    intervalMs: 60_000,
    controls: [
      control('docker_stop_container', { label: 'Stop', rank: 7, confirmation: 'Stop this container?' }),
      control('docker_exec_container', { label: 'Exec shell', rank: 2, opens: 'terminal', enters: true }),
      control('docker_start_container', { label: 'Start', rank: 3 }),
      control('process_kill', { label: 'Kill (SIGKILL)', kind: 'process', rank: 1 }),
      control('host_exec', { label: 'Exec shell', kind: 'host', opens: 'terminal', enters: true }),
    ],
    nodes: [
      hostNode(HOST, {}, ['host_exec']),
      containerNode(HOST, 'web', {
        image: 'nginx:1.27',
        controls: ['docker_stop_container', 'docker_exec_container'],
        facts: known,
      }),
      containerNode(HOST, 'agent', {
        controls: ['docker_exec_container', 'docker_stop_container'],
        facts: { ...known, [facts.containerReachesHost]: ['it mounts /var/run/docker.sock'] },
      }),
      containerNode(HOST, 'old', { state: 'exited', controls: ['docker_start_container'], facts: known }),
      imageNode(HOST, 'nginx:1.27'),
      processNode(HOST, 1, { name: 'nginx', container: 'web', controls: ['process_kill'] }),
      processNode(HOST, 2, { name: 'curl', container: 'agent' }),
      processNode(HOST, 3, {
        name: 'sleep',
        controls: ['process_kill'],
        facts: { [facts.startTicks]: 4711 },
      }),
    ],
    connections: [pair(`${HOST};2`, `${HOST};1`, 80, { open: 3 })],
  })

let app: TestApp
let probe: TestProbe
let headers: Record<string, Record<string, string>>

beforeAll(async () => {
  app = await startTestApp()
  await addUsers(app, ['viewer', 'operator', 'admin'])
  headers = {
    kernel: {},
    viewer: { authorization: basic('viewer') },
    operator: { authorization: basic('operator') },
    admin: { authorization: basic('admin') },
    token: { authorization: `Bearer ${await token(app.stateDir)}` },
  }
  probe = await connectTestProbe(app)
  await probe.post(everything())
  const channel = await openTestChannel({
    ...{ url: app.url, probeId: probe.probeId, key: probe.key, epoch: probe.epoch, number: 1 },
    clusterKey: await clusterKey(app.stateDir),
  })
  if ('status' in channel) throw new Error(channel.code)
})
afterAll(() => app.remove())

const get = async (path: string, as = 'token', of = app) => {
  const { status, text } = await ask(of.url, { path, headers: headers[as] ?? {} })
  return { status, body: JSON.parse(text) }
}
const find = async (query = '', as = 'token'): Promise<ControllablesDocument> =>
  (await get(`/api/controls${query}`, as)).body
const labelsOf = ({ nodes }: ControllablesDocument) => nodes.map(({ label }) => label)
const controlsOf = async (
  view: string,
  id: string,
  as: string,
  of = app,
): Promise<readonly OfferedControl[]> =>
  (await get(`/api/topology/${view}/${encodeURIComponent(id)}`, as, of)).body.node.controls
const refusals = (controls: readonly OfferedControl[]) =>
  Object.fromEntries(controls.map(({ id, refusedCode = 'yes' }) => [id, refusedCode]))

describe('GET /api/controls', () => {
  it.each<[string, string[]]>([
    ['', ['agent', 'web']],
    ['?q=image:nginx', ['web']],
    ['?q=nothing-like-this', []],
    ['?stopped=both', ['agent', 'old', 'web']],
    ['?stopped=both&q=old', ['old']],
    ['?topology=processes', ['nginx']],
    ['?topology=processes&unconnected=show', ['nginx', 'sleep']],
    ['?topology=hosts', ['alpha']],
    ['?topology=containers-by-image', []],
    ['?group=host', ['agent', 'web']],
    [`?ids=${encodeURIComponent(`${containerId('old')},${containerId('web')},nothing`)}`, ['old', 'web']],
    [`?q=image:nginx&ids=${encodeURIComponent(`${containerId('old')},${containerId('web')}`)}`, ['web']],
    ['?ids=', []],
  ])('%s', async (query, labels) => {
    const found = await find(query)
    expect(labelsOf(found)).toEqual(labels)
    expect(found.total).toBe(labels.length)
  })

  it('tells of a node what it offers, from which probe, and who is connected', async () => {
    const { nodes } = await find('?q=image:nginx')
    const of = { probeId: probe.probeId, nodeId: containerId('web'), icon: 'fa fa-stop', kind: 'container' }
    expect(nodes).toEqual([
      {
        id: containerId('web'),
        label: 'web',
        labelMinor: 'alpha',
        clients: { open: 3, total: 1, names: ['agent'] },
        controls: [
          { ...of, id: 'docker_exec_container', human: 'Exec shell', rank: 2, opens: 'terminal' },
          {
            ...of,
            id: 'docker_stop_container',
            human: 'Stop',
            rank: 7,
            confirmation: 'Stop this container?',
          },
        ],
      },
    ])
  })

  it('tells a process from others that have its pid before or after it', async () => {
    const { nodes } = await find('?topology=processes&unconnected=show&q=sleep')
    expect(nodes).toMatchObject([
      { controls: [{ id: 'process_kill', nodeId: `${HOST};3`, incarnation: '4711' }] },
    ])
    const [host] = (await find('?topology=hosts')).nodes
    expect(host?.controls[0]).not.toHaveProperty('incarnation')
  })

  it('says how many there are beyond the limit', async () => {
    const found = await find('?limit=1')
    expect(labelsOf(found)).toEqual(['agent'])
    expect(found.total).toBe(2)
  })

  it.each([
    ['?topology=nothing', 404, 'unknown_view'],
    ['?q=((', 400, 'bad_query'],
    ['?limit=0', 400, 'invalid_parameter'],
    ['?limit=10001', 400, 'invalid_parameter'],
    ['?topology=processes&unconnected=x', 400, 'invalid_parameter'],
    ['?view=hosts', 400, 'invalid_parameter'],
  ])('%s is refused', async (query, status, code) => {
    expect(await get(`/api/controls${query}`)).toMatchObject({ status, body: { error: { code } } })
  })
})

describe('the details of a node', () => {
  const enters = 'docker_exec_container'
  const stops = 'docker_stop_container'

  it.each<[string, string, string, Record<string, string>]>([
    [
      'a container',
      'containers',
      containerId('web'),
      { kernel: 'sign_in', viewer: 'forbidden', operator: 'yes', admin: 'yes', token: 'yes' },
    ],
    [
      'a process',
      'processes',
      `${HOST};1`,
      { kernel: 'sign_in', viewer: 'forbidden', operator: 'forbidden', admin: 'yes', token: 'yes' },
    ],
    [
      'a host',
      'hosts',
      `${HOST};<host>`,
      { kernel: 'sign_in', viewer: 'forbidden', operator: 'forbidden', admin: 'yes', token: 'yes' },
    ],
  ])('of %s tell each what they may do', async (_name, view, id, expected) => {
    for (const [as, code] of Object.entries(expected)) {
      const controls = await controlsOf(view, id, as)
      expect(controls.length).toBeGreaterThan(0)
      expect([as, [...new Set(Object.values(refusals(controls)))]]).toEqual([as, [code]])
    }
  })

  it('tell an operator that entering a container that reaches its host takes an admin, and why', async () => {
    const controls = await controlsOf('containers', containerId('agent'), 'operator')
    expect(refusals(controls)).toEqual({ [enters]: 'forbidden', [stops]: 'yes' })
    expect(controls.find(({ id }) => id === enters)?.refused).toMatch(
      /takes the role admin.*it mounts \/var\/run\/docker\.sock.*operator is operator/,
    )
    expect(refusals(await controlsOf('containers', containerId('agent'), 'admin'))).toEqual({
      [enters]: 'yes',
      [stops]: 'yes',
    })
  })

  it.each([
    ['what stands for several', 'processes-by-name', 'nginx'],
    ['a process that offers nothing', 'processes', `${HOST};2`],
  ])('of %s have none', async (_name, view, id) => {
    expect(await controlsOf(view, id, 'admin')).toEqual([])
  })

  it('of an image have none', async () => {
    const { body } = await get('/api/topology/containers-by-image')
    const [image = ''] = Object.keys(body.nodes).filter((id) => id.includes('nginx'))
    expect(await controlsOf('containers-by-image', image, 'admin')).toEqual([])
  })

  it('decide by facts that the request has hidden, too', async () => {
    const path = `/api/topology/containers/${encodeURIComponent(containerId('agent'))}?hideEnvironmentVariables=true`
    const { body } = await get(path, 'operator')
    expect(refusals(body.node.controls)).toEqual({ [enters]: 'forbidden', [stops]: 'yes' })
  })
})

describe('started so that nobody controls anything', () => {
  it.each([
    ['--app.read-only', { readOnly: true }, 'read_only'],
    ['--no-controls', { controls: false }, 'no_controls'],
  ])('%s: all are there with the reason', async (_option, access, code) => {
    const other = await startTestApp({ access })
    try {
      const authorization = `Bearer ${await token(other.stateDir)}`
      await (await connectTestProbe(other)).post(everything())
      const { text } = await ask(other.url, { path: '/api/controls', headers: { authorization } })
      const { nodes } = JSON.parse(text) as ControllablesDocument
      expect(nodes.flatMap(({ controls }) => Object.values(refusals(controls)))).toEqual(Array(4).fill(code))
    } finally {
      await other.remove()
    }
  })
})

describe('a probe without a channel', () => {
  it('is told of at each control that would be allowed', async () => {
    const other = await startTestApp()
    try {
      const authorization = `Bearer ${await token(other.stateDir)}`
      await (await connectTestProbe(other)).post(everything())
      const { text } = await ask(other.url, {
        path: '/api/controls?q=image:nginx',
        headers: { authorization },
      })
      const { nodes } = JSON.parse(text) as ControllablesDocument
      for (const { refused, refusedCode } of nodes[0]?.controls ?? [])
        expect({ refused, refusedCode }).toEqual({
          refusedCode: 'no_channel',
          refused: expect.stringMatching(/^the probe on alpha takes no orders from this app/),
        })
    } finally {
      await other.remove()
    }
  })
})
