import { once } from 'node:events'
import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as z from 'zod'
import type { Operation } from '../../src/api/operations/entry/operation.ts'
import { operations } from '../../src/api/operations/operations.ts'
import { userNameSchema } from '../../src/api/session.ts'
import type { ControllablesDocument, NodeSummary, ViewDocument } from '../../src/api/types.ts'
import { ChannelError } from '../../src/app/channel/channel-error.ts'
import { token } from '../../src/state/state-dir.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import { ViewDecoder } from '../../src/view-stream/decode.ts'
import { VIEW_PROTOCOL, type ViewFrame } from '../../src/view-stream/frame.ts'
import { containerId, control } from '../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../support/scope/app-client.ts'
import { goodPassword } from './accounts/test-accounts.ts'
import { hostile, names } from './named-as-object.ts'
import { openSocket, signIn } from './sign-in/signing-in.ts'
import { ask, eventually, startTestApp, type TestApp } from './start-test-app.ts'

/** Of a closed WebSocket: what it showed has failed. */
const INTERNAL_ERROR = 1011
/** Names that an argument of a control may have. */
const argumentNames = names.filter((name) => !name.startsWith('_'))
/** Names that a user may have. */
const userNames = names.filter((name) => userNameSchema.safeParse(name).success)
const controls = [
  control('constructor'),
  control('fails'),
  control('asks', {
    arguments: argumentNames.map((name) => ({
      name,
      label: name,
      kind: 'text' as const,
      required: true as const,
    })),
  }),
]

let app: TestApp
let probe: TestProbe
let authorization: string
const given: Readonly<Record<string, string>>[] = []
let code = ''

beforeAll(async () => {
  app = await startTestApp()
  authorization = `Bearer ${await token(app.stateDir)}`
  probe = await connectTestProbe(app)
  expect((await probe.post(hostile(controls))).status).toBe(200)
  await probe.serve({
    constructor: () => ({ message: 'it was done' }),
    asks({ args }) {
      given.push(args)
      return {}
    },
    fails() {
      throw new ChannelError(code, 'it failed')
    },
  })
})
afterAll(() => app.remove())

const keysOf = (schema: z.ZodType | undefined): string[] => {
  if (schema === undefined) return []
  const found = new Set<string>()
  JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), (_, value) => {
    for (const key of Object.keys(value?.properties ?? {})) found.add(key)
    return value
  })
  return [...found]
}

/** Every parameter filled in with a name, and one that is called so. */
const queriesOf = ({ request }: Operation, name: string): string[] => [
  '',
  `?${name}=${name}`,
  ...keysOf(request.query).map((key) => `?${key}=${name}`),
]

const bodiesOf = ({ request }: Operation, name: string): (object | undefined)[] => {
  const media = request.body?.content?.['application/json']
  if (media === undefined || !('schema' in media)) return [undefined]
  const json = media.schema as z.ZodType
  const filled = Object.fromEntries(keysOf(json).map((key) => [key, name]))
  return [
    Object.fromEntries([[name, name]]),
    Object.fromEntries([[name, { [name]: name }]]),
    filled,
    { ...filled, ...Object.fromEntries([[name, name]]) },
  ]
}

/** The path of an operation with a name for each of its parts, and one with a name for its last part alone. */
const pathsOf = ({ path }: Operation, name: string) => {
  const nameIt = (rest: string) => rest.replace(/\{\w+\}/g, encodeURIComponent(name))
  const node = encodeURIComponent(containerId(name))
  const known = path
    .replace('{probeId}', probe.probeId)
    .replace('{nodeId}', node)
    .replace('{view}', 'containers')
  return { named: nameIt(path), known: nameIt(known) }
}

const entries = Object.entries<Operation>(operations)

/** Asks a path for all that its operation takes as a body. */
const askAll = async (operation: Operation, path: string, name: string): Promise<void> => {
  if ('x-websocket' in operation) {
    const { status, socket } = await openSocket(app, path, { authorization })
    expect(status, path).not.toBe(500)
    socket?.terminate()
    return
  }
  const method = operation.method.toUpperCase()
  for (const body of bodiesOf(operation, name)) {
    const asked = { method, path, headers: { authorization }, ...(body && { body }) }
    const { status, text } = await ask(app.url, asked)
    expect(status, `${method} ${path} ${JSON.stringify(body)}: ${text}`).not.toBe(500)
  }
}

describe.each(names)('%s', (name) => {
  it.each(entries)('is a name like any other to %s', async (_, operation) => {
    const { named, known } = pathsOf(operation, name)
    for (const query of queriesOf(operation, name)) await askAll(operation, `${known}${query}`, name)
    if (named !== known) await askAll(operation, named, name)
  })
})

it.each(userNames)('a user called %s is one like any other', async (name) => {
  const asked = { method: 'POST', headers: { authorization } }
  const user = { name, role: 'viewer', password: goodPassword }
  const added = await ask(app.url, { ...asked, path: '/api/users', body: user })
  expect([added.status, JSON.parse(added.text).name]).toEqual([200, name])
  const { session } = await signIn(app, { user: name, password: goodPassword })
  const sessions = await ask(app.url, { path: '/api/sessions', headers: { ...session } })
  expect([sessions.status, JSON.parse(sessions.text).length]).toEqual([200, 1])
  const path = `/api/users/${name}`
  expect((await ask(app.url, { ...asked, path, body: { role: 'operator' } })).status).toBe(200)
  expect((await ask(app.url, { ...asked, path, method: 'DELETE' })).status).toBe(200)
  expect((await ask(app.url, { ...asked, path, method: 'DELETE' })).status).toBe(404)
})

const use = async (node: string, id: string, body: object = {}) => {
  const path = `/api/control/${probe.probeId}/${encodeURIComponent(containerId(node))}/${id}`
  const { status, text } = await ask(app.url, { method: 'POST', path, headers: { authorization }, body })
  return { status, answer: JSON.parse(text) }
}

describe('a control', () => {
  it('is used whatever it and its node are called', async () => {
    for (const name of names)
      expect(await use(name, 'constructor')).toEqual({ status: 200, answer: { value: 'it was done' } })
  })

  it.each(argumentNames)('takes an argument called %s as it is given', async (name) => {
    expect((await use(name, 'asks', { [name]: 'x' })).status).toBe(200)
    expect(Object.entries(given.at(-1) ?? {})).toEqual([[name, 'x']])
  })

  it('has a description that names its arguments, whatever they are called', async () => {
    const { text } = await ask(app.url, {
      path: '/api/controls?system=all&stopped=both',
      headers: { authorization },
    })
    const { nodes }: ControllablesDocument = JSON.parse(text)
    const offered = nodes.flatMap((node) => node.controls).find(({ id }) => id === 'asks')
    expect(offered?.arguments?.map((one) => one.name)).toEqual(argumentNames)
  })

  it.each(names)('that fails with the code %s has failed', async (name) => {
    code = name
    const { status, answer } = await use(name, 'fails')
    expect([status, answer.error]).toEqual([
      502,
      expect.objectContaining({ code: name, message: 'it failed' }),
    ])
  })
})

it.each(catalogue.map(({ id }) => id))('frames of %s tell every node as an answer does', async (view) => {
  const path = `/api/topology/${view}`
  const options = 'stopped=both&system=all&pseudo=show&unconnected=show'
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}/ws?${options}`, [VIEW_PROTOCOL], {
    headers: { authorization },
  })
  const decoder = new ViewDecoder()
  const nodes = new Map<string, NodeSummary>()
  let frames = 0
  socket.on('message', (data: Buffer, isBinary) => {
    const diff = decoder.read(JSON.parse(String(isBinary ? inflateRawSync(data) : data)) as ViewFrame)
    if (diff.reset) nodes.clear()
    for (const id of diff.remove ?? []) nodes.delete(id)
    for (const node of [...(diff.add ?? []), ...(diff.update ?? [])]) nodes.set(node.id, node)
    frames += 1
  })
  const closed = once(socket, 'close')
  await once(socket, 'open')
  expect(socket.protocol).toBe(VIEW_PROTOCOL)
  await eventually(() => expect(frames).toBeGreaterThan(0))
  expect((await probe.post(hostile(controls))).status).toBe(200)
  await eventually(async () => {
    const { text } = await ask(app.url, { path: `${path}?${options}`, headers: { authorization } })
    const document: ViewDocument = JSON.parse(text)
    const bare = Object.entries(document.nodes ?? {}).map(([id, node]) => [
      id,
      { ...node, adjacency: undefined },
    ])
    expect(Object.fromEntries(nodes)).toEqual(Object.fromEntries(bare))
  })
  socket.close()
  const [closedWith] = await closed
  expect(closedWith).not.toBe(INTERNAL_ERROR)
})
