import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import type { AuditEntry, ControlAnswer } from '../../../src/api/types.ts'
import type { AppLimits } from '../../../src/app/app.ts'
import type { Chunk, Lane } from '../../../src/channel/lanes.ts'
import type { ByteStream, Note } from '../../../src/channel/stream.ts'
import { jsonOfNote, parseFrame } from '../../../src/pipe/frames.ts'
import { type AppNote, appNoteSchema } from '../../../src/pipe/notes.ts'
import { facts } from '../../../src/report/facts.ts'
import { clusterKey, token } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { containerId, containerNode, control, report } from '../../support/reports/reports.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { openTestChannel } from '../../support/scope/test-channel.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

/** A control that opens something, of the container `web`. */
const SHELL = 'docker_exec_container'

/** The probe's end of a pipe. */
export interface Process {
  readonly stream: ByteStream
  /** The input that it has read. */
  readonly input: () => string
  /** The notes that it got. */
  readonly notes: readonly Note[]
  /** Whether its input has ended. */
  readonly hasEnd: () => boolean
  /** Why its stream was destroyed. */
  readonly error: () => string | undefined
  write(lane: Lane, text: string | Uint8Array): void
  /** Exits: the note, and the end of its output. */
  exit(code: number): void
}

/** A pipe that was opened by the API. */
export interface OpenedPipe {
  readonly id: string
  readonly path: string
  readonly process: Process
}

/** An app with a probe that can open pipes. */
export interface PipeApp extends TestApp {
  /** `Authorization` with the token. */
  readonly bearer: { readonly authorization: string }
  /** Opens a pipe as whoever the headers prove, by default as the token. */
  open(headers?: Readonly<Record<string, string>>): Promise<OpenedPipe>
  /** The answer to asking for a pipe that the app is to refuse. */
  refused(headers?: Readonly<Record<string, string>>): Promise<{ status: number; code: string }>
  /** Ends the channel of the probe. */
  loseProbe(): void
  /** How pipes have ended, by the audit log, newest first. */
  endings(): Promise<readonly AuditEntry[]>
}

const shellReport = () =>
  report({
    intervalMs: 60_000,
    controls: [control(SHELL, { label: 'Exec shell', opens: 'terminal', enters: true })],
    nodes: [
      containerNode('alpha', 'web', {
        controls: [SHELL],
        facts: { [facts.containerPrivileged]: false, [facts.containerMounts]: [] },
      }),
    ],
  })

/** Reads all that arrives, unless it is told to wait. */
const processOf = (stream: ByteStream): Process & { readonly stream: ByteStream } => {
  const input: Uint8Array[] = []
  const notes: Note[] = []
  let hasEnd = false
  let error: string | undefined
  stream.on('data', ({ lane, bytes }: Chunk) => {
    if (lane === 'in') input.push(bytes)
    else notes.push(jsonOfNote(bytes) as Note)
  })
  stream.on('end', () => {
    hasEnd = true
  })
  stream.on('error', (given) => {
    error = given.message
  })
  return {
    stream,
    input: () => Buffer.concat(input).toString(),
    notes,
    hasEnd: () => hasEnd,
    error: () => error,
    write: (lane, text) => void stream.write({ lane, bytes: Buffer.from(text) }),
    exit: (code) => {
      stream.write({ lane: 'note', bytes: Buffer.from(JSON.stringify({ exit: { code } })) })
      stream.end()
    },
  }
}

/** Starts an app, and a probe that opens a pipe whenever it is asked. */
export const startPipeApp = async (pipes: AppLimits['pipes'] = {}): Promise<PipeApp> => {
  const app = await startTestApp({ access: { insecure: true }, limits: { pipes } })
  const bearer = { authorization: `Bearer ${await token(app.stateDir)}` }
  const probe = await connectTestProbe(app)
  await probe.post(shellReport())
  const channel = await openTestChannel({
    url: app.url,
    probeId: probe.probeId,
    key: probe.key,
    epoch: probe.epoch,
    clusterKey: await clusterKey(app.stateDir),
    number: 1,
  })
  if ('status' in channel) throw new Error(`the channel was refused: ${channel.code}`)
  let served = 0

  const use = async (headers: Readonly<Record<string, string>>) => {
    const path = `/api/control/${probe.probeId}/${encodeURIComponent(containerId('web'))}/${SHELL}`
    const { status, text } = await ask(app.url, { method: 'POST', path, headers: { ...headers } })
    return { status, answer: JSON.parse(text) }
  }

  return {
    ...app,
    bearer,
    async open(headers = bearer) {
      const used = use(headers)
      const number = await eventually('the order', () => channel.opening[served])
      served++
      const stream = channel.streams.open(number)
      channel.answer({ id: number, result: { opened: { tty: true } }, opened: true })
      const { status, answer } = await used
      const { pipe: id }: ControlAnswer = answer
      if (id === undefined) throw new Error(`no pipe: ${status} ${JSON.stringify(answer)}`)
      return { id, path: `/api/pipe/${id}`, process: processOf(stream) }
    },
    async refused(headers = bearer) {
      const { status, answer } = await use(headers)
      return { status, code: answer.error?.code }
    },
    loseProbe: () => channel.socket.terminate(),
    async endings() {
      const { text } = await ask(app.url, { path: '/api/audit', headers: bearer })
      const entries: AuditEntry[] = JSON.parse(text).entries
      return entries.filter(({ action }) => action.endsWith(':end'))
    },
  }
}

/** A socket of a pipe, with all that came on it. */
export interface PipeSocket {
  readonly socket: WebSocket
  readonly notes: readonly AppNote[]
  readonly text: (lane?: 'out' | 'err') => string
  readonly size: () => number
  /** Resolves with how it was closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

/** Opens a socket of a pipe. It acknowledges nothing by itself. */
export const lookAt = async (
  app: Pick<PipeApp, 'port' | 'bearer'>,
  path: string,
  headers: Readonly<Record<string, string>> = app.bearer,
  protocols: readonly string[] = [],
  options: ClientOptions = {},
): Promise<PipeSocket> => {
  const url = `ws://127.0.0.1:${app.port}${path}`
  const socket = new WebSocket(url, [...protocols], { headers, ...options })
  onTestFinished(() => socket.terminate())
  const notes: AppNote[] = []
  const output: { lane?: Lane; bytes: Uint8Array }[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) throw new Error('the app sent text')
    const chunk = path.includes('format=lanes') ? parseFrame(data) : { lane: 'out' as const, bytes: data }
    if (chunk?.lane === 'note') notes.push(appNoteSchema.parse(jsonOfNote(chunk.bytes)))
    else if (chunk !== undefined) output.push(chunk)
  })
  const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }))
  await once(socket, 'open')
  return {
    socket,
    notes,
    text: (lane) =>
      Buffer.concat(
        output.filter((chunk) => lane === undefined || chunk.lane === lane).map(({ bytes }) => bytes),
      ).toString(),
    size: () => output.reduce((sum, { bytes }) => sum + bytes.length, 0),
    closed,
  }
}

/** Writes more than fits between process and viewer. Resolves when it is held up, or all is written. */
export const flood = async ({ stream }: Pick<Process, 'stream'>) => {
  const chunk = Buffer.alloc(16 * 1024, 'x')
  const total = 40 * 1024 * 1024
  let written = 0
  const write = (): void => {
    while (written < total) {
      written += chunk.length
      if (!stream.write({ lane: 'out', bytes: chunk })) return
    }
  }
  stream.on('drain', write)
  write()
  let before = -1
  await eventually('that it is held up', async () => {
    const isStill = before === written
    before = written
    await new Promise((resolve) => setTimeout(resolve, 300))
    return isStill
  })
  return { written: () => written, total }
}
