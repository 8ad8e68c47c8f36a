import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { AppDetails } from '../../src/api/types.ts'
import { type ClientChoices, defaultClients } from '../../src/app/client-choices.ts'
import { clientLimitsOf, serverLimitsOf } from '../../src/app/client-limits.ts'
import { defaultServerLimits } from '../../src/app/listen/server.ts'
import { proveReport } from '../../src/report/proof/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../src/report/schema.ts'
import { clusterKey } from '../../src/state/state-dir.ts'
import { report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { startPipeApp } from './pipes/pipe-app.ts'
import { ask, eventually, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp | undefined
const opened: (Socket | WebSocket)[] = []

afterEach(async () => {
  for (const one of opened.splice(0)) one instanceof WebSocket ? one.terminate() : one.destroy()
  await app?.remove()
  app = undefined
})

const start = async (clients: Partial<ClientChoices>): Promise<TestApp> => {
  app = await startTestApp({ limits: { clients } })
  return app
}

/** @returns 101 when the socket was opened, else the status of the refusal */
const watch = async ({ port }: TestApp): Promise<number> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/topology/hosts/ws`)
  opened.push(socket)
  socket.on('error', () => {})
  return Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, answer]) => answer.statusCode),
  ])
}

const detailsOf = async ({ url }: TestApp): Promise<AppDetails> => JSON.parse((await ask(`${url}/api`)).text)

describe('what clients may take', () => {
  it('is told by the app: as it is by default, and as it was chosen', async () => {
    expect((await detailsOf(await start({}))).limitsOfClients).toEqual({ ...defaultClients })
    await app?.remove()
    const chosen = { sockets: 7, terminals: 3, sendingBytes: 2_000_000 }
    expect((await detailsOf(await start(chosen))).limitsOfClients).toEqual({ ...defaultClients, ...chosen })
  })

  it('bounds the sockets of all', async () => {
    const own = await start({ sockets: 3 })
    for (let i = 0; i < 3; i++) expect(await watch(own)).toBe(101)
    expect(await watch(own)).toBe(503)
    ;(opened[0] as WebSocket).terminate()
    await eventually(async () => expect(await watch(own)).toBe(101))
  })

  it('bounds the sockets of one address, of loopback to twice as many', async () => {
    const own = await start({ socketsPerAddress: 1 })
    for (let i = 0; i < 2; i++) expect(await watch(own)).toBe(101)
    expect(await watch(own)).toBe(503)
  })

  it('bounds the connections of one address', async () => {
    const own = await start({ connectionsPerAddress: 10 })
    const sockets = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const socket = connect(own.port, '127.0.0.1')
        opened.push(socket)
        socket.on('error', () => {})
        await once(socket, 'connect')
        return socket.resume()
      }),
    )
    await eventually(() => expect(sockets.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(10))
  })

  it.each([
    ['all', { uploads: 2 }],
    ['one address', { uploadsPerAddress: 2 }],
  ])('bounds the reports that are being received of %s', async (_, limits) => {
    const own = await start(limits)
    const sender = await connectTestProbe(own)
    const witness = await connectTestProbe(own)
    const challenge =
      (await fetch(`${own.url}/api/report`, { method: 'POST' })).headers.get('scope-challenge') ?? ''
    const secret = await clusterKey(own.stateDir)
    const body = Buffer.alloc(100_000)
    /** Proves a body, and sends nothing of it. */
    const begin = async (): Promise<void> => {
      sender.seq += 1
      const { probeId, epoch, seq, key } = sender
      const headers = {
        ...proveReport({ challenge, probeId, epoch, seq, body }, key, secret),
        ...{ host: 'localhost', 'content-type': REPORT_CONTENT_TYPE, 'content-length': body.length },
      }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      const socket = connect(own.port, '127.0.0.1')
      opened.push(socket)
      socket.on('error', () => {})
      socket.write(['POST /api/report HTTP/1.1', ...lines, '', ''].join('\r\n'))
      await once(socket, 'connect')
    }
    await Promise.all([begin(), begin()])
    await eventually(async () =>
      expect((await witness.post(report({ host: 'alpha', intervalMs: 60_000 }))).status).toBe(503),
    )
  })

  it('bounds terminals of all, and of one user', async () => {
    const pipes = clientLimitsOf({ ...defaultClients, terminals: 2, terminalsPerUser: 1 }).pipes ?? {}
    const own = await startPipeApp(pipes)
    try {
      await own.open()
      expect(await own.refused()).toEqual({ status: 503, code: 'too_many_pipes' })
    } finally {
      await own.remove()
    }
  })
})

it('every choice reaches the part that it is for', () => {
  const choices: ClientChoices = {
    ...{ connectionsPerAddress: 1, uploads: 2, uploadsPerAddress: 3, sockets: 4, socketsPerAddress: 5 },
    ...{ terminals: 6, terminalsPerUser: 7, sendingBytes: 8 },
  }
  expect(clientLimitsOf(choices)).toEqual({
    uploads: { bodies: 2, bodiesPerAddress: 3 },
    push: { sockets: 4, socketsPerAddress: 5 },
    pipes: { pipes: 6, pipesPerSubject: 7 },
    sending: { bytes: 8 },
  })
  expect(serverLimitsOf(10, choices).connectionsPerAddress).toBe(1)
})

it('more sockets and terminals make room for more connections', () => {
  const { connections } = defaultServerLimits(1000)
  const more = (choices: Partial<ClientChoices>) =>
    serverLimitsOf(1000, { ...defaultClients, ...choices }).connections - connections
  expect(more({})).toBe(0)
  expect(more({ sockets: 10, terminals: 1 })).toBe(0)
  expect(more({ sockets: defaultClients.sockets + 500 })).toBe(500)
  expect(more({ terminals: defaultClients.terminals + 50 })).toBe(50)
})
