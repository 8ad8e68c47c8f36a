import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { errorBodySchema } from '../../../src/api/app.ts'
import { controlAnswerSchema } from '../../../src/api/control.ts'
import type { AuditEntry, MapEvent } from '../../../src/api/types.ts'
import { ChannelError } from '../../../src/app/channel/channel-error.ts'
import { facts } from '../../../src/report/facts.ts'
import { token } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import {
  containerId,
  containerNode,
  control,
  hostNode,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import type { TestControls, TestOperator } from '../../support/scope/test-controls.ts'
import { addUsers, basic } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

/** A host id as real ones are, with characters that a path takes only when they are encoded. */
const HOST = 'alpha~12ab34cd'
const STOP = 'docker_stop_container'
const EXEC = 'docker_exec_container'
const known = { [facts.containerPrivileged]: false, [facts.containerMounts]: [] }

const told = () =>
  report({
    host: HOST,
    intervalMs: 60_000,
    controls: [
      control(STOP, { label: 'Stop' }),
      control('docker_start_container', { label: 'Start' }),
      control('docker_remove_container', { label: 'Remove' }),
      control(EXEC, { label: 'Exec shell', opens: 'terminal', enters: true }),
      control('docker_get_logs', { label: 'Logs', opens: 'logs' }),
      control('quick', { timeoutMs: 1 }),
      control('process_kill', { label: 'Kill', kind: 'process' }),
      control('host_reboot', { label: 'Reboot', kind: 'host' }),
    ],
    nodes: [
      hostNode(HOST, {}, ['host_reboot']),
      containerNode(HOST, 'web', {
        controls: [STOP, EXEC, 'docker_get_logs', 'docker_remove_container', 'quick'],
        facts: known,
      }),
      containerNode(HOST, 'db', { controls: [STOP], facts: known }),
      containerNode(HOST, 'agent', {
        controls: [STOP, EXEC],
        facts: { ...known, [facts.containerPrivileged]: true },
      }),
      processNode(HOST, 7, { name: 'nginx', controls: ['process_kill'] }),
    ],
  })

let app: TestApp
let probe: TestProbe
let operator: TestOperator | undefined
let bearer: string

beforeAll(async () => {
  app = await startTestApp()
  await addUsers(app, ['viewer', 'operator', 'admin'])
  bearer = `Bearer ${await token(app.stateDir)}`
})
afterAll(() => app.remove())
beforeEach(async () => {
  probe ??= await connectTestProbe(app)
  probe.restart()
  await probe.post(told())
})
afterEach(() => operator?.close())

const serve = async (controls: TestControls): Promise<TestOperator> => {
  operator = await probe.serve(controls)
  return operator
}

interface Use {
  readonly node?: string
  readonly query?: string
  readonly body?: object | string
  readonly authorization?: string
  readonly probeId?: string
  readonly headers?: Readonly<Record<string, string>>
}
const pathOf = (id: string, { node = containerId('web'), probeId = probe.probeId, query = '' }: Use = {}) =>
  `/api/control/${probeId}/${encodeURIComponent(node)}/${id}${query}`
const use = async (id: string, how: Use = {}) => {
  const { status, text } = await ask(app.url, {
    method: 'POST',
    path: pathOf(id, how),
    headers: { authorization: how.authorization ?? bearer, ...how.headers },
    ...(how.body === undefined ? {} : { body: how.body }),
  })
  const body = JSON.parse(text)
  const schema = status === 200 ? controlAnswerSchema : errorBodySchema
  expect(schema.parse(body)).toEqual(body)
  return { status, body }
}
const codeOf = async (id: string, how: Use = {}) => {
  const { status, body } = await use(id, how)
  return [status, body.error?.code]
}
const get = async (path: string) =>
  JSON.parse((await ask(app.url, { path, headers: { authorization: bearer } })).text)
const audited = async (): Promise<AuditEntry> => (await get('/api/audit?limit=1')).entries[0]

describe('a control', () => {
  it('is used by its probe, which is told who asks; what came of it is answered', async () => {
    const { uses, opens } = await serve({ [STOP]: () => ({ message: 'it was stopped' }) })
    expect(await use(STOP, { body: { timeout: '3' } })).toEqual({
      status: 200,
      body: { value: 'it was stopped' },
    })
    expect(uses).toEqual([
      expect.objectContaining({
        control: STOP,
        nodeId: containerId('web'),
        args: { timeout: '3' },
        person: 'token',
      }),
    ])
    expect(opens).toEqual([false])
  })

  it.each<[string, Use]>([
    ['no body', {}],
    ['an empty body of JSON', { headers: { 'content-type': 'application/json', 'content-length': '0' } }],
    ['an empty object', { body: {} }],
  ])('takes %s for no arguments', async (_name, how) => {
    const { uses } = await serve({ [STOP]: () => ({}) })
    expect(await use(STOP, how)).toEqual({ status: 200, body: {} })
    expect(uses[0]?.args).toEqual({})
  })

  it.each([
    ['a host', 'host_reboot', `${HOST};<host>`],
    ['a process', 'process_kill', `${HOST};7`],
    ['a container', STOP, containerId('db')],
  ])('of %s is used, whose id has to be encoded', async (_name, id, node) => {
    const { uses } = await serve({ [id]: () => ({}) })
    expect(await use(id, { node })).toEqual({ status: 200, body: {} })
    expect(uses[0]?.nodeId).toBe(node)
  })

  it('says to the probe for which of the processes that had its id it is meant, if whoever asks says so', async () => {
    const { uses } = await serve({ process_kill: () => ({}) })
    const node = `${HOST};7`
    await use('process_kill', { node, query: '?incarnation=4711' })
    await use('process_kill', { node })
    expect(uses.map(({ incarnation }) => incarnation)).toEqual(['4711', undefined])
    for (const query of ['?incarnation=', `?incarnation=${'1'.repeat(65)}`, '?pid=7'])
      expect(await codeOf('process_kill', { node, query })).toEqual([400, 'invalid_parameter'])
    expect(uses).toHaveLength(2)
  })

  it('says which node is gone with it, of that node only', async () => {
    let removedNode = containerId('web')
    await serve({ docker_remove_container: () => ({ removedNode }) })
    expect((await use('docker_remove_container')).body).toEqual({ removedNode: containerId('web') })
    removedNode = containerId('db')
    expect((await use('docker_remove_container')).body).toEqual({})
  })

  it('takes long arguments, and refuses longer ones', async () => {
    const { uses } = await serve({ [STOP]: () => ({}) })
    expect((await use(STOP, { body: { command: 'x'.repeat(60_000) } })).status).toBe(200)
    expect(uses[0]?.args.command).toHaveLength(60_000)
    expect(await codeOf(STOP, { body: { command: 'x'.repeat(70_000) } })).toEqual([400, 'invalid_parameter'])
    const three = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, 'x'.repeat(60_000)]))
    expect(await codeOf(STOP, { body: three })).toEqual([413, 'too_large'])
    expect(uses).toHaveLength(1)
  })

  it('may take longer than a connection may be idle', async () => {
    const other = await startTestApp({ limits: { server: { stallMs: 4000 } } })
    try {
      const slow = await connectTestProbe(other)
      await slow.post(told())
      const operator = await slow.serve({
        [STOP]: async () => {
          await new Promise((resolve) => setTimeout(resolve, 6000))
          return { message: 'at last' }
        },
      })
      const authorization = `Bearer ${await token(other.stateDir)}`
      const path = pathOf(STOP, { probeId: slow.probeId })
      const { text } = await ask(other.url, { method: 'POST', path, headers: { authorization } })
      expect(JSON.parse(text)).toEqual({ value: 'at last' })
      operator.close()
    } finally {
      await other.remove()
    }
  })

  it.each<[string, object | string, Record<string, string>, number, string]>([
    ['a number', { timeout: 3 }, {}, 400, 'invalid_parameter'],
    ['a list', [], {}, 400, 'invalid_parameter'],
    ['a name that is none', { 'a b': 'x' }, {}, 400, 'invalid_parameter'],
    ['no JSON', '{', { 'content-type': 'application/json' }, 400, 'invalid_json'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    [
      'too many arguments',
      Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, ''])),
      {},
      400,
      'invalid_parameter',
    ],
  ])('is not used with %s', async (_name, body, headers, status, code) => {
    const { uses } = await serve({ [STOP]: () => ({}) })
    expect(await codeOf(STOP, { body, headers })).toEqual([status, code])
    expect(uses).toEqual([])
  })
})

describe('an error is answered when', () => {
  it.each<[string, string, Use, number, string]>([
    ['there is no such probe', STOP, { probeId: '0123456789abcdef' }, 404, 'unknown_probe'],
    ['the probe does not report the node', STOP, { node: containerId('gone') }, 404, 'unknown_node'],
    ['the probe has no such control', 'docker_fly_container', {}, 404, 'unknown_control'],
    ['the control has the name of what every object has', 'constructor', {}, 404, 'unknown_control'],
    ['the node does not offer it now', 'docker_start_container', {}, 409, 'not_offered'],
    ['it is one of other nodes', 'process_kill', {}, 409, 'not_offered'],
  ])('%s', async (_name, id, how, status, code) => {
    const { uses } = await serve({})
    expect(await codeOf(id, how)).toEqual([status, code])
    expect(uses).toEqual([])
  })

  it('the probe has no channel', async () => {
    expect(await codeOf(STOP)).toEqual([503, 'no_channel'])
    expect(await audited()).toMatchObject({
      action: STOP,
      result: 'failed',
      reason: expect.stringMatching(/no channel/),
    })
  })

  it('the channel is that of another start of the probe', async () => {
    await serve({ [STOP]: () => ({}) })
    probe.restart()
    await probe.post(told())
    expect(await codeOf(STOP)).toEqual([409, 'stale'])
  })

  it.each<[string, number]>([
    ['invalid_params', 400],
    ['not_allowed', 403],
    ['unknown_node', 404],
    ['unknown_control', 404],
    ['not_offered', 409],
    ['conflict', 409],
    ['too_large', 413],
    ['busy', 503],
    ['timeout', 504],
    ['failed', 502],
    ['anything', 502],
  ])('the probe says %s', async (code, status) => {
    // A reason of its own: equal failures are written down once.
    const reason = `no such thing here: ${code}`
    await serve({
      [STOP]: () => {
        throw new ChannelError(code, reason)
      },
    })
    expect(await use(STOP)).toEqual({ status, body: { error: { code, message: reason } } })
    expect(await audited()).toMatchObject({
      ...{ who: 'token', action: STOP, target: `web (${containerId('web')})`, reason },
      result: status === 403 ? 'refused' : 'failed',
    })
  })

  it('the probe goes before it has answered', async () => {
    const { channel } = await serve({
      [STOP]: () => {
        channel.socket.terminate()
        return new Promise(() => {})
      },
    })
    expect(await codeOf(STOP)).toEqual([502, 'closed'])
  })

  it('the probe answers what it should not', async () => {
    await serve({ [STOP]: () => ({ message: 7 }) as never })
    expect(await codeOf(STOP)).toEqual([502, 'bad_answer'])
  })

  it('the probe does not answer within the time limit of the control', async () => {
    const { uses } = await serve({ quick: () => new Promise(() => {}) })
    expect(await codeOf('quick')).toEqual([504, 'timeout'])
    await eventually('the probe to be told', () => uses[0]?.signal.aborted || undefined)
  })
})

describe('whoever asks', () => {
  it('and goes away is no longer waited for: the probe is told to give up', async () => {
    const { uses } = await serve({ [STOP]: () => new Promise(() => {}) })
    const { hostname, port } = new URL(app.url)
    const asking = request({
      hostname,
      port,
      method: 'POST',
      path: pathOf(STOP),
      headers: { authorization: bearer },
    })
    asking.on('error', () => {})
    asking.end()
    const signal = (await eventually('the order', () => uses[0])).signal
    expect(signal.aborted).toBe(false)
    asking.destroy()
    await eventually('the probe to be told', () => signal.aborted || undefined)
    const entry = await eventually('the entry', async () => {
      const newest = await audited()
      return newest.action === STOP && newest.result === 'failed' ? newest : undefined
    })
    expect(entry.reason).toMatch(/given up/)
  })

  it.each<[string, string, string, Use]>([
    ['viewer', 'forbidden', STOP, {}],
    ['operator', 'forbidden', EXEC, { node: containerId('agent') }],
    ['operator', 'forbidden', 'process_kill', { node: `${HOST};7` }],
    ['operator', 'forbidden', 'host_reboot', { node: `${HOST};<host>` }],
  ])('as %s is refused (%s) %s', async (role, code, id, how) => {
    const { uses } = await serve({})
    expect(await codeOf(id, { ...how, authorization: basic(role) })).toEqual([403, code])
    expect(uses).toEqual([])
    const entry = await audited()
    expect(entry).toMatchObject({
      who: role,
      result: 'refused',
      reason: expect.stringMatching(/takes the role/),
    })
    if (role !== 'viewer') expect(entry.action).toBe(id)
  })

  it.each<[string, string, Use]>([
    ['operator', STOP, {}],
    ['operator', STOP, { node: containerId('agent') }],
    ['admin', 'process_kill', { node: `${HOST};7` }],
    ['admin', 'host_reboot', { node: `${HOST};<host>` }],
  ])('as %s may use %s', async (role, id, how) => {
    const { uses } = await serve({ [id]: () => ({}) })
    expect((await use(id, { ...how, authorization: basic(role) })).status).toBe(200)
    expect(uses[0]?.person).toBe(role)
  })

  it('without credentials is refused, though the kernel names a user of this machine', async () => {
    const { text, status } = await ask(app.url, { method: 'POST', path: pathOf(STOP) })
    expect([status, JSON.parse(text).error.code]).toEqual([403, 'sign_in'])
  })

  it('is not attended to when Scope was started so that nobody controls anything', async () => {
    for (const [access, code] of [
      [{ readOnly: true }, 'read_only'],
      [{ controls: false }, 'no_controls'],
    ] as const) {
      const other = await startTestApp({ access })
      try {
        const authorization = `Bearer ${await token(other.stateDir)}`
        const { text, status } = await ask(other.url, {
          method: 'POST',
          path: pathOf(STOP),
          headers: { authorization },
        })
        expect([status, JSON.parse(text).error.code]).toEqual([403, code])
      } finally {
        await other.remove()
      }
    }
  })
})

describe('a use is told', () => {
  it('in the audit log, and as an event', async () => {
    await serve({ docker_remove_container: () => ({}) })
    await use('docker_remove_container', { authorization: basic('operator') })
    expect(await audited()).toEqual({
      at: expect.any(String),
      from: expect.stringMatching(/^127\.0\.0\.1/),
      ...{
        who: 'operator',
        action: 'docker_remove_container',
        target: `web (${containerId('web')})`,
        result: 'done',
      },
    })
    const event = await eventually('the event', async () => {
      const { events }: { events: MapEvent[] } = await get('/api/events?kind=control-used')
      return events.find(({ text }) => text.startsWith('operator used Remove'))
    })
    expect(event).toMatchObject({
      text: 'operator used Remove on the container web',
      nodes: [{ id: containerId('web'), label: 'web', topology: 'container', view: 'containers' }],
    })
  })

  it('that only reads logs in the audit log alone', async () => {
    await serve({
      docker_get_logs: () => ({ opened: { tty: false, attach: async () => {} } }),
      [STOP]: () => ({}),
    })
    await use('docker_get_logs', { authorization: basic('operator') })
    const { entries }: { entries: AuditEntry[] } = await get('/api/audit?limit=5')
    expect(entries.find(({ action }) => action === 'docker_get_logs')).toMatchObject({
      who: 'operator',
      result: 'done',
    })
    // What is done later is told later, so once this is told, the logs would have been.
    await use(STOP, { authorization: basic('operator'), node: containerId('db') })
    const told = await eventually('the event', async () => {
      const { events }: { events: MapEvent[] } = await get('/api/events?kind=control-used')
      const texts = events.map(({ text }) => text)
      return texts.includes('operator used Stop on the container db') && texts
    })
    expect(told.filter((text) => text.includes('used Logs'))).toEqual([])
  })

  it('with others of the same control at the same time as one event', async () => {
    const names = ['web', 'db', 'agent']
    // Whoever signs in by password may be let in later than another: all are answered together.
    const { promise: asked, resolve: allAsked } = Promise.withResolvers<void>()
    const { uses } = await serve({
      [STOP]: async () => {
        if (uses.length === names.length) allAsked()
        await asked
        return {}
      },
    })
    const authorization = basic('admin')
    await Promise.all(names.map((name) => use(STOP, { authorization, node: containerId(name) })))
    const event = await eventually('the event', async () => {
      const { events }: { events: MapEvent[] } = await get('/api/events?kind=control-used')
      return events.find(({ text }) => text.startsWith('admin used Stop'))
    })
    expect(event).toMatchObject({ text: 'admin used Stop on 3 containers', count: 3 })
  })
})
