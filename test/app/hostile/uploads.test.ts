import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkAppProof } from '../../../src/report/proof/app-proof.ts'
import { proveReport } from '../../../src/report/proof/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'
import { clusterKey, readAppPublicKey } from '../../../src/state/state-dir.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { eventually, startTestApp, type TestApp } from '../start-test-app.ts'
import { packr, valid } from './attack.ts'

const STALL_MS = 500

let app: TestApp
let attacker: TestProbe
let challenge: string
const open: Socket[] = []
beforeEach(async () => {
  app = await startTestApp({ limits: { uploads: { stallMs: STALL_MS } } })
  attacker = await connectTestProbe(app)
  challenge = (await fetch(`${app.url}/api/report`, { method: 'POST' })).headers.get('scope-challenge') ?? ''
})
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  await app.remove()
})

/** Proves a body, and sends only its beginning. */
const beginUpload = async (body: Uint8Array, sentBytes: number): Promise<Socket> => {
  attacker.seq += 1
  const { probeId, epoch, seq, key } = attacker
  const proof = proveReport({ challenge, probeId, epoch, seq, body }, key, await clusterKey(app.stateDir))
  const headers = { ...proof, 'content-type': REPORT_CONTENT_TYPE, 'content-length': body.length }
  const socket = connect(app.port, '127.0.0.1')
  open.push(socket)
  socket.on('error', () => {})
  socket.write(
    [
      'POST /api/report HTTP/1.1',
      'Host: localhost',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      '',
    ].join('\r\n'),
  )
  socket.write(body.subarray(0, sentBytes))
  await once(socket, 'connect')
  return socket
}

const answerOf = async (socket: Socket): Promise<string> => Buffer.concat(await socket.toArray()).toString()

it('takes reports while many uploads stall', async () => {
  await Promise.all(Array.from({ length: 40 }, () => beginUpload(Buffer.alloc(100_000), 1000)))
  const witness = await connectTestProbe(app)
  expect((await witness.post(valid('alpha'))).status).toBe(200)
})

it('ends an upload that stalls, with an answer', async () => {
  const socket = await beginUpload(Buffer.alloc(100_000), 1000)
  expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 408 .*"code":"stalled"/s)
})

it('takes an upload that is slow but goes on', async () => {
  const { probeId, epoch, seq } = attacker
  const envelope = { ...valid('beta').envelope, probeId, epoch, seq: seq + 1 }
  const body = packr.pack({ ...valid('beta'), envelope })
  const socket = await beginUpload(body, 10)
  const half = Math.floor(body.length / 2)
  for (const part of [body.subarray(10, half), body.subarray(half, -1), body.subarray(-1)]) {
    await new Promise((resolve) => setTimeout(resolve, STALL_MS / 2))
    socket.write(part)
  }
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /)
})

it('bounds the uploads of one address, and takes others when those are over', async () => {
  const many = await Promise.all(Array.from({ length: 100 }, () => beginUpload(Buffer.alloc(100_000), 1000)))
  const answers = await Promise.all(many.map(answerOf))
  const refused = answers.filter((answer) => answer.startsWith('HTTP/1.1 503'))
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]).toContain('"code":"busy"')
  const witness = await connectTestProbe(app)
  await eventually(async () => expect((await witness.post(valid('alpha'))).status).toBe(200))
})

it('bounds the bytes of all uploads', async () => {
  const body = Buffer.alloc(8_000_000)
  const sent = await Promise.all(Array.from({ length: 20 }, () => beginUpload(body, body.length - 1)))
  const answers = await Promise.all(sent.map(answerOf))
  expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 503')).length).toBeGreaterThan(5)
})

it('proves itself about an empty body, before anything is told to it', async () => {
  const socket = await beginUpload(new Uint8Array(), 0)
  const [answer] = await once(socket, 'data')
  const { probeId, epoch, seq } = attacker
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(String(answer))?.[1]
  const subject = { challenge, probeId, epoch, seq, body: new Uint8Array() }
  expect(String(answer)).toMatch(/^HTTP\/1.1 204 /)
  expect(checkAppProof(subject, await clusterKey(app.stateDir), header)).toEqual({
    key: await readAppPublicKey(app.stateDir),
  })
  const witness = await connectTestProbe(app)
  expect((await witness.post(valid('alpha'))).status).toBe(200)
})
