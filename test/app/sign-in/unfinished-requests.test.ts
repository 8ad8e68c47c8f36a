import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Accounts } from '../../../src/app/accounts/accounts.ts'
import { facts } from '../../../src/report/facts.ts'
import { token } from '../../../src/state/state-dir.ts'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { containerId, containerNode, control, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import type { TestOperator } from '../../support/scope/test-controls.ts'
import { goodPassword } from '../accounts/test-accounts.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'
import { accountsBeside, basic, signIn } from './signing-in.ts'

const STOP = 'docker_stop_container'
const PAUSE = 'docker_pause_container'
const RESTART = 'docker_restart_container'
const m2 = { name: 'm2', role: 'admin', password: goodPassword }

/** How an admin loses his rights, how he has proved who he is, and the container that he restarts: refusals and failures that are alike are told together. */
const calledBack = [
  ['is removed', 'a session', 'web1'],
  ['is removed', 'a password', 'web2'],
  ['gets another role', 'a session', 'web3'],
] as const

const container = (name: string, offered: readonly string[]) =>
  containerNode('alpha', name, {
    controls: [...offered],
    facts: { [facts.containerPrivileged]: false, [facts.containerMounts]: [] },
  })

/** The container `web`, which may be stopped, and which may also be paused when it offers that; and those that may be restarted. */
const told = (offered: readonly string[] = [STOP]) =>
  report({
    intervalMs: 60_000,
    controls: [
      control(STOP, { label: 'Stop' }),
      control(PAUSE, { label: 'Pause' }),
      control(RESTART, { label: 'Restart' }),
    ],
    nodes: [
      container('web', offered),
      ...calledBack.map(([, , restarted]) => container(restarted, [RESTART])),
    ],
  })

let app: TestApp
let beside: Accounts
let probe: TestProbe
let operator: TestOperator

beforeAll(async () => {
  // Who waits for a control waits until the test has offered it, also on a busy machine.
  app = await startTestApp({ limits: { controls: { offeredWithinMs: EVENTUALLY_MS } } })
  beside = accountsBeside(app)
  probe = await connectTestProbe(app)
  await probe.post(told())
  operator = await probe.serve({
    [STOP]: () => ({}),
    [PAUSE]: () => ({}),
    // As a container that takes its time to end.
    [RESTART]: () => new Promise(() => {}),
  })
})
afterAll(async () => {
  operator?.close()
  beside?.close()
  await app.remove()
})
beforeEach(async () => {
  for (const { name } of beside.users.list()) beside.users.remove(name)
  await beside.users.add({ name: 'mallory', role: 'admin', password: goodPassword })
})

const pathOf = (id: string, name = 'web') =>
  `/api/control/${probe.probeId}/${encodeURIComponent(containerId(name))}/${id}`

/** What an admin sends to prove who they are. */
const proofs = {
  'a session': async (): Promise<Readonly<Record<string, string>>> =>
    (await signIn(app, { user: 'mallory', password: goodPassword })).session as never,
  'a password': async (): Promise<Readonly<Record<string, string>>> => {
    const headers = { authorization: basic('mallory') }
    // From now on it is remembered that it is right.
    await ask(app.url, { path: '/api/users', headers })
    return headers
  },
}

/** Sends a request but for the last byte of its body. Resolves when the app has asked for the body: it knows by then who asks. */
const begin = async (path: string, headers: Readonly<Record<string, string>>, body: object) => {
  const text = JSON.stringify(body)
  const socket: Socket = connect(app.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const lines = {
    host: `127.0.0.1:${app.port}`,
    connection: 'close',
    expect: '100-continue',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n${text.slice(0, -1)}`)
  const [first] = (await once(socket, 'data')) as [Buffer]
  expect(String(first)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  return async (): Promise<number> => {
    const answer = socket.toArray()
    socket.write(text.slice(-1))
    return Number(/^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(await answer).toString())?.[1])
  }
}

const losses: Readonly<Record<string, () => unknown>> = {
  'is removed': () => beside.users.remove('mallory'),
  'is removed, and added again': () => {
    beside.users.remove('mallory')
    return beside.users.add({ name: 'mallory', role: 'admin', password: goodPassword })
  },
  'gets another role': () => beside.users.change('mallory', { role: 'viewer' }),
  'gets another password': () => beside.users.change('mallory', { password: 'another password' }),
}
const ways = Object.keys(losses).flatMap((loss) => Object.keys(proofs).map((proof) => [loss, proof] as const))

describe('an admin who is no longer one when the last byte of a request comes', () => {
  it.each(ways)('since he %s adds no user by %s', async (loss, proof) => {
    const finish = await begin('/api/users', await proofs[proof as 'a session'](), m2)
    await losses[loss]?.()
    expect(await finish()).toBe(401)
    expect(beside.users.find('m2')).toBeUndefined()
  })

  it('since all his sessions were ended adds no user', async () => {
    const finish = await begin('/api/users', await proofs['a session'](), m2)
    beside.sessions.endAll('mallory')
    expect(await finish()).toBe(401)
    expect(beside.users.find('m2')).toBeUndefined()
  })

  it('changes no user', async () => {
    await beside.users.add({ name: 'anna', role: 'viewer', password: goodPassword })
    const finish = await begin('/api/users/anna', await proofs['a session'](), { role: 'admin' })
    beside.users.remove('mallory')
    expect(await finish()).toBe(401)
    expect(beside.users.find('anna')?.role).toBe('viewer')
  })

  it.each(Object.keys(proofs))(
    'by %s has no probe use a control, and that is in the audit log',
    async (proof) => {
      const before = operator.uses.length
      const finish = await begin(pathOf(STOP), await proofs[proof as 'a session'](), { timeout: '3' })
      beside.users.remove('mallory')
      expect(await finish()).toBe(401)
      expect(operator.uses).toHaveLength(before)
      const headers = { authorization: `Bearer ${await token(app.stateDir)}` }
      const { text } = await ask(app.url, { path: '/api/audit?limit=1', headers })
      expect(JSON.parse(text).entries).toMatchObject([
        { who: 'mallory', action: 'refused', result: 'refused', reason: expect.stringContaining('mallory') },
      ])
    },
  )

  it('who is still one has it all done', async () => {
    const before = operator.uses.length
    const headers = await proofs['a session']()
    const finish = await begin(pathOf(STOP), headers, { timeout: '3' })
    expect(await finish()).toBe(200)
    expect(operator.uses).toHaveLength(before + 1)
    expect(await (await begin('/api/users', headers, m2))()).toBe(200)
    expect(beside.users.find('m2')?.role).toBe('admin')
  })
})

it('whoever is removed while they wait until a node offers a control does not use it', async () => {
  const before = operator.uses.length
  const headers = await proofs['a session']()
  const asked = ask(app.url, { method: 'POST', path: pathOf(PAUSE), headers: { ...headers } })
  // An answer that came before would be one of 409.
  await probe.post(told())
  beside.users.remove('mallory')
  await probe.post(told([STOP, PAUSE]))
  expect((await asked).status).toBe(401)
  expect(operator.uses).toHaveLength(before)
  await probe.post(told())
})

it.each(calledBack)('what an admin has begun is called back when he %s, by %s', async (loss, proof, name) => {
  const before = operator.uses.length
  const headers = await proofs[proof]()
  const asked = ask(app.url, { method: 'POST', path: pathOf(RESTART, name), headers: { ...headers } })
  const { signal } = await eventually('the order', () => operator.uses[before])
  expect(signal.aborted).toBe(false)
  await losses[loss]?.()
  await eventually('the probe to be told', () => signal.aborted)
  const { status, text } = await asked
  expect([status, JSON.parse(text).error.code]).toEqual([502, 'cancelled'])
  const bearer = { authorization: `Bearer ${await token(app.stateDir)}` }
  const { entries } = JSON.parse((await ask(app.url, { path: '/api/audit?limit=9', headers: bearer })).text)
  expect(entries).toContainEqual(
    expect.objectContaining({
      ...{ who: 'mallory', action: RESTART, result: 'failed' },
      target: expect.stringContaining(containerId(name)),
      reason: expect.stringMatching(/given up: .*mallory/),
    }),
  )
})

it('whoever signs in by a link in a browser whose session ends meanwhile is signed in', async () => {
  const headers = await proofs['a session']()
  const finish = await begin('/api/session', headers, { code: beside.codes.make() })
  beside.users.remove('mallory')
  expect(await finish()).toBe(200)
})
