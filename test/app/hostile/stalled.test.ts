import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

const VIEW = '/api/topology/processes?unconnected=show'
/** Whoever reads takes something within that time, on a busy machine, too. */
const STALLED_MS = 3000

let app: TestApp
let probe: TestProbe
const open: { destroy(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) one.destroy()
  await app.remove()
})

let posted = 0
/** A view that is large, and another one each time. */
const post = async (): Promise<void> => {
  posted += 1
  const facts = { cmdline: `${'a long command line '.repeat(40)}${posted}` }
  const nodes = Array.from({ length: 600 }, (_, i) => processNode('alpha', i + 1, { facts }))
  const answer = await probe.post(report({ nodes, uptimeMs: 10_000 + posted, intervalMs: 60_000 }))
  expect(answer.status).toBe(200)
}

const start = async (limits: Parameters<typeof startTestApp>[0]): Promise<void> => {
  app = await startTestApp(limits)
  probe = await connectTestProbe(app)
  await post()
}

const openSocket = async (): Promise<Socket> => {
  const socket = connect(app.port, '127.0.0.1')
  open.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.pause()
  return socket
}

const watch = async (query: string): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/processes/ws?${query}`)
  open.push({ destroy: () => socket.terminate() })
  socket.on('error', () => {})
  await once(socket, 'open')
  return socket
}

it('goes on answering while versions of a view are on their way to nobody', async () => {
  await start({ limits: { sending: { bytes: 1_500_000, stalledMs: STALLED_MS } } })
  expect((await ask(app.url + VIEW)).body.length).toBeGreaterThan(400_000)
  for (let i = 0; i < 8; i++) {
    const socket = await openSocket()
    socket.write(`GET ${VIEW} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(16))
    await post()
  }
  await eventually(async () => expect((await ask(app.url + VIEW)).status).toBe(200))
})

it('sends all of answers that are larger than may be on the way, also of several at once', async () => {
  await start({ limits: { sending: { bytes: 200_000, stalledMs: 60_000 } } })
  const sizeOf = (body: string): number => {
    JSON.parse(body)
    return body.length
  }
  expect(sizeOf((await ask(app.url + VIEW)).text)).toBeGreaterThan(400_000)
  await post()
  const views = Array.from({ length: 4 }, (_, i) => `${app.url}${VIEW}&q=process+-${1000 + i}`)
  const answers = await Promise.all(views.map((url) => ask(url)))
  const refused = answers.filter(({ status }) => status === 503)
  expect(refused.length).toBeLessThan(views.length)
  for (const { text } of refused) expect(JSON.parse(text)).toMatchObject({ error: { code: 'busy' } })
  for (const { status, text } of answers) if (status !== 503) expect(sizeOf(text)).toBeGreaterThan(400_000)
})

it('goes on telling sockets that read while others do not', async () => {
  await start({
    limits: { sending: { bytes: 1_500_000, stalledMs: STALLED_MS }, push: { bufferedBytes: 100_000 } },
  })
  const reading = await watch('unconnected=show')
  let frames = 0
  reading.on('message', () => frames++)
  const deaf = await Promise.all(
    Array.from({ length: 4 }, (_, i) => watch(`unconnected=show&q=process+-${i}`)),
  )
  for (const socket of deaf) socket.pause()
  for (let i = 0; i < 12; i++) {
    const before = frames
    await post()
    await eventually(() => expect(frames).toBeGreaterThan(before))
  }
})

it('takes no more connections and sockets of one address than its bound', async () => {
  await start({ limits: { server: { connectionsPerAddress: 10 }, push: { socketsPerAddress: 3 } } })
  for (let i = 0; i < 6; i++) await watch('')
  const refused = new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/processes/ws`)
  refused.on('error', () => {})
  const [, answer] = await once(refused, 'unexpected-response')
  expect(answer.statusCode).toBe(503)
  answer.destroy()
  const sockets = await Promise.all(Array.from({ length: 30 }, openSocket))
  for (const socket of sockets) socket.resume()
  await eventually(() => expect(sockets.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(16))
  for (const socket of sockets) socket.destroy()
  await eventually(async () => expect((await ask(`${app.url}/health`)).status).toBe(200))
})
