import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { errorBodySchema } from '../../../src/api/app.ts'
import { controlAnswerSchema } from '../../../src/api/control.ts'
import { noteChunk, readNote } from '../../../src/channel/notes.ts'
import type { ByteStream, Chunk, Note } from '../../../src/channel/stream.ts'
import { facts } from '../../../src/report/facts.ts'
import { token } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { containerId, containerNode, control, hostNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import type { TestOperator } from '../../support/scope/test-controls.ts'
import { addUsers, basic } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

const EXEC = 'docker_exec_container'
const LOGS = 'docker_get_logs'
const known = { [facts.containerPrivileged]: false, [facts.containerMounts]: [] }

let app: TestApp
let probe: TestProbe
let operator: TestOperator
let bearer: string
/** The probe's ends of the streams that were opened. */
let streams: ByteStream[]

beforeAll(async () => {
  app = await startTestApp()
  await addUsers(app, ['operator'])
  bearer = `Bearer ${await token(app.stateDir)}`
  probe = await connectTestProbe(app)
  await probe.post(
    report({
      intervalMs: 60_000,
      controls: [
        control(EXEC, { opens: 'terminal', enters: true }),
        control(LOGS, { opens: 'logs' }),
        control('host_exec', { kind: 'host', opens: 'terminal', enters: true }),
        control('docker_attach_container', { opens: 'terminal', enters: true }),
      ],
      nodes: [
        hostNode('alpha', {}, ['host_exec']),
        containerNode('alpha', 'web', { controls: [EXEC, LOGS, 'docker_attach_container'], facts: known }),
      ],
    }),
  )
})
afterAll(() => app.remove())
beforeEach(async () => {
  streams = []
  const opens = (tty: boolean) => () => ({
    opened: {
      tty,
      attach: (stream: ByteStream) => {
        streams.push(stream)
      },
    },
  })
  operator = await probe.serve({
    [EXEC]: opens(true),
    [LOGS]: opens(false),
    host_exec: opens(true),
    docker_attach_container: () => ({ message: 'nothing was opened' }),
  })
})
afterEach(() => operator.close())

const pathOf = (id: string, node = containerId('web')) =>
  `/api/control/${probe.probeId}/${encodeURIComponent(node)}/${id}`
const use = async (id: string, how: { node?: string; body?: object; authorization?: string } = {}) => {
  const { status, text } = await ask(app.url, {
    method: 'POST',
    path: pathOf(id, how.node),
    headers: { authorization: how.authorization ?? bearer },
    ...(how.body && { body: how.body }),
  })
  const body = JSON.parse(text)
  const schema = status === 200 ? controlAnswerSchema : errorBodySchema
  expect(schema.parse(body)).toEqual(body)
  return { status, body }
}
const notesOf = (stream: ByteStream): Note[] => {
  const notes: Note[] = []
  stream.on('data', ({ lane, bytes }: Chunk) => {
    const note = lane === 'note' ? readNote(bytes) : undefined
    if (note !== undefined) notes.push(note)
  })
  return notes
}

describe('a control that opens something', () => {
  it.each([
    [
      'a terminal of a container',
      EXEC,
      undefined,
      { raw_tty: true, resize_tty_control: 'docker_resize_exec_tty' },
    ],
    [
      'a terminal of a host',
      'host_exec',
      'alpha;<host>',
      { raw_tty: true, resize_tty_control: 'host_resize_exec_tty' },
    ],
    ['a log', LOGS, undefined, { raw_tty: false }],
  ])('answers with a pipe: %s', async (_name, id, node, expected) => {
    const { status, body } = await use(id, node === undefined ? {} : { node })
    expect([status, body]).toEqual([200, { pipe: expect.any(String), ...expected }])
    expect(operator.opens).toEqual([true])
  })

  it('joins the pipe with what was opened', async () => {
    const { body } = await use(EXEC)
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/pipe/${body.pipe}`, {
      headers: { authorization: bearer },
    })
    await once(socket, 'open')
    const stream = await eventually('the stream', () => streams[0])
    const typed = once(stream, 'data') as Promise<[Chunk]>
    const shown = once(socket, 'message')
    socket.send('ls\n')
    stream.write({ lane: 'out', bytes: Buffer.from('bin etc\r\n') })
    expect(String((await shown)[0])).toBe('bin etc\r\n')
    const [{ lane, bytes }] = await typed
    expect([lane, String(bytes)]).toEqual(['in', 'ls\n'])
    const closed = once(socket, 'close')
    stream.write(noteChunk({ exit: { code: 0 } }))
    stream.end()
    expect((await closed)[0]).toBe(1000)
  })

  it('is refused as an answer that it should not give when the probe opened nothing', async () => {
    const { status, body } = await use('docker_attach_container')
    expect([status, body.error.code]).toEqual([502, 'bad_answer'])
  })

  it('is ended at once when whoever asked has gone before the answer', async () => {
    operator.close()
    let go = (): void => {}
    const waits = new Promise<void>((resolve) => {
      go = resolve
    })
    const ended: string[] = []
    const slow = await probe.serve({
      [EXEC]: async () => {
        await waits
        return {
          opened: {
            tty: true,
            attach: (stream) => {
              stream.on('error', ({ message }) => ended.push(message)).on('end', () => ended.push('end'))
              stream.resume()
            },
          },
        }
      },
    })
    const { hostname, port } = new URL(app.url)
    const path = pathOf(EXEC)
    const asking = request({ hostname, port, method: 'POST', path, headers: { authorization: bearer } })
    asking.on('error', () => {})
    asking.end()
    const { signal } = await eventually('the order', () => slow.uses[0])
    asking.destroy()
    await eventually('the probe to be told', () => signal.aborted || undefined)
    go()
    await eventually('the end of the stream', () => ended[0])
    slow.close()
  })
})

describe('resizing', () => {
  const resize = (body: object, how: { authorization?: string; id?: string } = {}) =>
    use(how.id ?? 'docker_resize_exec_tty', { ...how, body })

  it('tells the probe the size of the terminal', async () => {
    const { body } = await use(EXEC)
    const notes = notesOf(await eventually('the stream', () => streams[0]))
    expect(await resize({ pipeID: body.pipe, width: '80', height: '24' })).toEqual({ status: 200, body: {} })
    expect(await eventually('the size', () => notes[0])).toEqual({ resize: { columns: 80, rows: 24 } })
    expect(operator.uses).toHaveLength(1)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['without a pipe', { width: '80', height: '24' }, /^pipeID: is missing/],
    ['without a width', { height: '24' }, /^width: is missing/],
    ['with a width of letters', { width: 'wide', height: '24' }, /^width: a decimal number/],
    ['with a height of nothing', { width: '80', height: '0' }, /^height: at least 1/],
    ['with a width beyond all screens', { width: '1001', height: '24' }, /^width: at most 1000/],
    ['with what is no argument', { width: '80', height: '24', depth: '3' }, /depth/],
  ])('%s is refused', async (name, args, message) => {
    const { body } = await use(EXEC)
    const given = name === 'without a pipe' ? args : { pipeID: body.pipe, ...args }
    const answer = await resize(given)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_params' } } })
    expect(answer.body.error.message).toMatch(message)
  })

  it('is not for the pipe of somebody else', async () => {
    const { body } = await use(EXEC)
    const size = { pipeID: body.pipe, width: '80', height: '24' }
    const refused = { status: 404, body: { error: { code: 'unknown_pipe' } } }
    expect(await resize(size, { authorization: basic('operator') })).toMatchObject(refused)
    expect(await resize({ ...size, pipeID: 'nothing' })).toMatchObject(refused)
  })
})
