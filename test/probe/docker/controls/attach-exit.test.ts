import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Chunk } from '../../../../src/channel/stream.ts'
import { openAttach } from '../../../../src/probe/docker/controls/attach.ts'
import { createDockerActions } from '../../../../src/probe/docker/daemon/actions.ts'
import { dockerEndpoint } from '../../../../src/probe/docker/daemon/endpoint.ts'
import { createDockerLibrary } from '../../../../src/probe/docker/daemon/library.ts'
import type { ContainerMessage } from '../../../../src/probe/docker/daemon/messages.ts'
import { joinSession } from './session.ts'

const Id = 'c'.repeat(64)
const container = {
  ...{ Id, Name: '/web', State: { Running: true } },
  Config: { Tty: true, OpenStdin: true, StdinOnce: true },
} as unknown as ContainerMessage

const COULD_NOT_WAIT = '{"StatusCode":-1,"Error":{"Message":"no such event"}}'
/** The state of a container whose exit code Podman has not found. */
const ENDED_ANYHOW = { Running: false, ExitCode: -1 }

/** How the daemon takes requests for the end of the container. */
interface Waits {
  /** How long it takes until one is noted, as on a machine that is full. */
  readonly noteMs?: number
  /** Whether the answer begins when one is noted, as Docker has it, and not with the exit code. */
  readonly areTold?: boolean
  /** Whether those that are noted are never told, as Podman has it when the container ends meanwhile. */
  readonly isMissed?: boolean
  /** What is answered at once instead. */
  readonly answer?: string | undefined
  /** What the container writes when it is attached to. It is not ended. */
  readonly output?: string
}

/** A daemon with a container that ends with code 3 when it is written to. Real ones note requests sooner, mostly. */
const createDaemon = async ({ noteMs = 0, areTold = true, isMissed = false, answer, output = '' }: Waits) => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-docker-'))
  const path = join(dir, 'docker.sock')
  const waiting = new Set<ServerResponse>()
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const state = { Running: true, ExitCode: 0 }
  /** What is answered from now on: at once to who waits, and with which status to who asks for the state. */
  const answers = { wait: answer, status: 200 }
  const end = (): void => {
    if (!isMissed) for (const response of waiting) response.end('{"StatusCode":3}')
  }
  const server = createServer(async ({ url = '' }, response) => {
    asked.push(url)
    response.setHeader('content-type', 'application/json')
    if (url.startsWith(`/containers/${Id}/json`)) {
      response.statusCode = answers.status
      return void response.end(JSON.stringify(answers.status === 200 ? { State: state } : { message: 'no' }))
    }
    if (answers.wait !== undefined) return void response.end(answers.wait)
    await sleep(noteMs)
    waiting.add(response)
    response.on('close', () => waiting.delete(response))
    if (areTold) response.flushHeaders()
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
    socket.write(output)
    socket.once('data', () => {
      end()
      socket.end('done')
    })
  })
  server.listen(path)
  await once(server, 'listening')
  const library = createDockerLibrary(dockerEndpoint(`unix://${path}`, {}))
  const close = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    library.close()
    close()
    rmSync(dir, { recursive: true })
  })
  const looks = (): number => asked.filter((url) => url.startsWith(`/containers/${Id}/json`)).length
  return { actions: createDockerActions(library), asked, looks, waiting, state, answers, end, close }
}

const attachOnly = async (waits: Waits) => {
  const daemon = await createDaemon(waits)
  return { ...daemon, opened: await openAttach(daemon.actions, container, AbortSignal.timeout(60_000)) }
}

const attach = async (waits: Waits) => {
  const { opened, ...daemon } = await attachOnly(waits)
  const session = joinSession({
    opened: { tty: opened.tty, attach: (stream) => opened.join(stream), abandon: () => {} },
  })
  return { ...daemon, opened, session }
}

test('the exit code of a container is known that ends as soon as it is attached to, also when Docker takes its time', async () => {
  const { asked, session } = await attach({ noteMs: 500 })
  session.type('\n')
  await session.over
  expect(asked).toEqual([`/containers/${Id}/wait?condition=next-exit`])
  expect(session.text()).toBe('done')
  expect(session.exit()).toEqual({ code: 3 })
})

test('a daemon that does not tell when it has noted whom it is to tell is not waited for', async () => {
  const { session, waiting } = await attach({ areTold: false })
  expect(waiting.size).toBe(1)
  session.type('\n')
  await session.over
  expect(session.exit()).toEqual({ code: 3 })
})

test('a container that has ended before it was attached to ends the terminal with its exit code, although Docker waits for its next start', async () => {
  const { session, state } = await attach({ answer: '{"StatusCode":3}' })
  state.Running = false
  await session.over
  expect(session.exit()).toEqual({ code: 3 })
})

test('so does one that had ended before Docker was asked for its end', async () => {
  const { session, state } = await attach({})
  Object.assign(state, { Running: false, ExitCode: 4 })
  await session.over
  expect(session.exit()).toEqual({ code: 4 })
})

test('so does one of which Docker could not be asked at first whether it runs', async () => {
  const { session, state, answers, looks } = await attach({})
  Object.assign(state, { Running: false, ExitCode: 4 })
  answers.status = 500
  await expect.poll(looks, { timeout: 15_000 }).toBe(1)
  answers.status = 200
  await session.over
  expect(session.exit()).toEqual({ code: 4 })
})

test.each([
  ['that was started again before it was attached to', '{"StatusCode":1}', 3],
  ['for whose end the engine could not wait', '{"StatusCode":-1,"Error":null}', 5],
])('the terminal of a container %s goes on, and ends with its own exit code', async (_, answer, code) => {
  const { session, state, answers } = await attach({ answer })
  answers.wait = undefined
  // Longer than silence is taken for the end.
  await sleep(5000)
  session.type('\n')
  await session.says('done')
  Object.assign(state, { Running: false, ExitCode: code })
  await session.over
  expect(session.exit()).toEqual({ code })
})

test('of a container that has ended, nothing is lost of output that is taken late', async () => {
  const text = 'x'.repeat(3_000_000)
  const { opened, end, state } = await attachOnly({ output: text })
  const [near, far] = duplexPair({ objectMode: true })
  const joined = opened.join(far)
  state.Running = false
  end()
  // Longer than silence is taken for the end.
  await sleep(5000)
  let taken = 0
  near.on('data', ({ lane, bytes }: Chunk) => {
    if (lane === 'out') taken += bytes.length
  })
  await joined
  await finished(near, { writable: false })
  expect(taken).toBe(text.length)
})

test('a container that runs may be silent', async () => {
  const { looks, session } = await attach({})
  await expect.poll(looks).toBe(1)
  session.type('\n')
  await session.over
  expect(session.text()).toBe('done')
  expect(session.exit()).toEqual({ code: 3 })
})

test.each([
  ['does not tell of an end that came while it was noting the request', { isMissed: true }],
  ['could not wait', { answer: COULD_NOT_WAIT }],
])('a container is asked for its exit code itself when the engine %s', async (_, waits) => {
  const { session, state } = await attach(waits)
  session.type('\n')
  await session.says('done')
  Object.assign(state, { Running: false, ExitCode: 5 })
  await session.over
  expect(session.exit()).toEqual({ code: 5 })
})

test.each<[string, string | undefined, (daemon: Awaited<ReturnType<typeof attach>>) => void]>([
  ['is gone', COULD_NOT_WAIT, ({ answers }) => Object.assign(answers, { status: 404 })],
  ['runs on, for whose end the engine could not wait', COULD_NOT_WAIT, () => {}],
  [
    'has ended with a code that is not known',
    COULD_NOT_WAIT,
    ({ state }) => Object.assign(state, ENDED_ANYHOW),
  ],
  ['cannot be asked about, since its daemon is gone', undefined, (daemon) => daemon.close()],
])(
  'the terminal of a container whose output has ended ends within seconds when it %s',
  async (_, answer, change) => {
    const daemon = await attach({ answer, isMissed: true })
    daemon.session.type('\n')
    await daemon.session.says('done')
    change(daemon)
    const begun = performance.now()
    await daemon.session.over
    expect(performance.now() - begun).toBeLessThan(20_000)
    expect(daemon.session.exit()).toBe(undefined)
  },
)

test('whoever lets go after the output has ended no longer has the container asked for its exit code', async () => {
  const { session, looks } = await attach({ isMissed: true })
  session.type('\n')
  await session.says('done')
  await expect.poll(looks, { timeout: 10_000 }).toBeGreaterThan(0)
  session.close()
  await session.over
  const before = looks()
  await sleep(3000)
  expect(looks()).toBe(before)
})

test.each([
  ['{"StatusCode":4}', 4],
  ['{"StatusCode":4,"Error":null}', 4],
  ['{"StatusCode":4,"Error":{"Message":""}}', 4],
  ['{"StatusCode":-1,"Error":{"Message":"no such event"}}', undefined],
  ['{"StatusCode":-1,"Error":{}}', undefined],
  ['{"StatusCode":-1,"Error":null}', undefined],
  ['{"StatusCode":-1}', undefined],
])('what the engine answers to waiting for an end: %s, exit code %s', async (answer, expected) => {
  const { actions } = await createDaemon({ answer })
  const exit = await actions.nextExit(Id, AbortSignal.timeout(60_000))
  expect(await exit().catch(() => undefined)).toBe(expected)
})

test('whoever lets go no longer waits for the end of the container', async () => {
  const { opened, session, waiting } = await attach({})
  expect(waiting.size).toBe(1)
  session.close()
  await opened.end()
  await session.over
  await expect.poll(() => waiting.size).toBe(0)
})

test('what cannot be attached to is not waited for', async () => {
  const daemon = await createDaemon({})
  const refused = {
    ...daemon.actions,
    attach: async () => Promise.reject(Object.assign(new Error('it is paused'), { statusCode: 409 })),
  }
  await expect(openAttach(refused, container, AbortSignal.timeout(60_000))).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(daemon.asked).toHaveLength(1)
  await expect.poll(() => daemon.waiting.size).toBe(0)
})
