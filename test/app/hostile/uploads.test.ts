import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultUploadLimits, type UploadLimits } from '../../../src/app/reports/uploads.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { checkAppProof } from '../../../src/report/proof/app-proof.ts'
import { proveReport } from '../../../src/report/proof/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'
import { clusterKey, readAppPublicKey } from '../../../src/state/state-dir.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { eventually, startTestApp, type TestApp } from '../start-test-app.ts'
import { packr, valid } from './attack.ts'

const STALL_MS = 500
/** For an upload that goes on: shorter than that takes in all, and seconds longer than each of its pauses. */
const PATIENT_MS = 8000
const PARTS = 8
/** Longer than any test. */
const NEVER_MS = 600_000

let app: TestApp
let attacker: TestProbe
let challenge: string
const open: Socket[] = []
/** Starts an app; limits that are not given are those that it has by default. */
const prepare = async (uploads: Partial<UploadLimits>) => {
  app = await startTestApp({ limits: { uploads } })
  attacker = await connectTestProbe(app)
  challenge = (await fetch(`${app.url}/api/report`, { method: 'POST' })).headers.get('scope-challenge') ?? ''
}
beforeEach(() => prepare({ stallMs: NEVER_MS }))
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
  await app.remove()
  await prepare({ stallMs: STALL_MS })
  const socket = await beginUpload(Buffer.alloc(100_000), 1000)
  expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 408 .*"code":"stalled"/s)
})

it('takes an upload that is slow but goes on', async () => {
  await app.remove()
  await prepare({ stallMs: PATIENT_MS })
  const { probeId, epoch, seq } = attacker
  const envelope = { ...valid('beta').envelope, probeId, epoch, seq: seq + 1 }
  const body = packr.pack({ ...valid('beta'), envelope })
  const socket = await beginUpload(body, 10)
  const partBytes = Math.ceil((body.length - 10) / PARTS)
  for (let at = 10; at < body.length; at += partBytes) {
    await new Promise((resolve) => setTimeout(resolve, (1.2 * PATIENT_MS) / PARTS))
    socket.write(body.subarray(at, at + partBytes))
  }
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /)
})

describe('while none of them is given up', () => {
  const { bodiesPerAddress, heldBytesPerAddress } = defaultUploadLimits
  beforeEach(async () => {
    await app.remove()
    await prepare({ stallMs: NEVER_MS })
  })
  /** Answers come only to those that are refused. */
  const refusedOf = async (sent: readonly Socket[], refusals: number) => {
    const refused: Socket[] = []
    const answers: string[] = []
    for (const socket of sent)
      socket.on('data', (answer) => {
        refused.push(socket)
        answers.push(String(answer))
      })
    await eventually(() => expect(refused.length).toBe(refusals))
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 503 .*"code":"busy"/s)
    return refused
  }

  it('bounds the uploads of one address, and takes others when those are over', async () => {
    const uploads = bodiesPerAddress + 20
    const sent = await Promise.all(
      Array.from({ length: uploads }, () => beginUpload(Buffer.alloc(100_000), 1000)),
    )
    const refused = await refusedOf(sent, uploads - bodiesPerAddress)
    const witness = await connectTestProbe(app)
    expect((await witness.post(valid('alpha'))).status).toBe(503)
    for (const socket of sent) if (!refused.includes(socket)) socket.destroy()
    await eventually(async () => expect((await witness.post(valid('alpha'))).status).toBe(200))
  })

  it('bounds the bytes of all uploads', async () => {
    const body = Buffer.alloc(defaultLimits.bodyBytes)
    const [fit, uploads] = [Math.floor(heldBytesPerAddress / body.length), 6]
    expect(fit).toBeLessThan(uploads)
    const sent = await Promise.all(Array.from({ length: uploads }, () => beginUpload(body, body.length - 1)))
    await refusedOf(sent, uploads - fit)
  })
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
