import { Agent as HttpAgent } from 'node:http'
import { WebSocket } from 'ws'
import * as z from 'zod'
import {
  type ControlAnswer,
  type ControllablesDocument,
  controlAnswerSchema,
  controllablesDocumentSchema,
  type OfferedControl,
} from '../../../api/control.ts'
import { describeError } from '../../../log/log.ts'
import { createHttpClient, type HttpAnswer, type HttpRequest } from '../../../probe/publish/http-client.ts'
import { createTlsAgent } from '../../../tls/connect.ts'
import { CommandError, UsageError } from '../../options/usage-error.ts'
import type { VerbDefinition } from '../verbs.ts'
import type { ChosenApp } from './choose-app.ts'

/** The app refused what was asked; the message is the app's. */
export class RefusedError extends CommandError {
  readonly status: number
  /** `forbidden`, `not_offered` … */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** By what a control is used, as it was offered. */
export type UsedControl = Pick<OfferedControl, 'probeId' | 'nodeId' | 'incarnation' | 'id'>

/** What commands ask of an app. All may throw {@link RefusedError}, and {@link CommandError} when it does not answer. */
export interface AppClient {
  readonly url: string
  /** The nodes of a view that a query finds, with the controls that they offer now. @throws {UsageError} when it is no query */
  find(view: VerbDefinition['view'], query: string, signal: AbortSignal): Promise<ControllablesDocument>
  /** Whether a view has a node that a query finds, also one that offers nothing. */
  hasNode(view: VerbDefinition['view'], query: string, signal: AbortSignal): Promise<boolean>
  /** Uses a control, on the node for which it was offered. Aborting gives the request up, also in the probe. */
  use(
    control: UsedControl,
    args: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ControlAnswer>
  /** A WebSocket of a pipe. @param query of the path, without `?` */
  openPipe(pipeId: string, query: string): WebSocket
  /** Ends a pipe, and with it what runs at its other end. Does nothing when it has ended. */
  endPipe(pipeId: string): Promise<void>
  close(): void
}

const ASK_LIMIT_MS = 15_000
/** Longer than any control may take in the probe; the app answers earlier. */
const USE_LIMIT_MS = 180_000
/** A busy app needs some time, and what it is not told to end runs on. */
const END_LIMIT_MS = 10_000
/** Some 10,000 nodes. */
const MAX_ANSWER_LENGTH = 64 * 1024 * 1024
const HANDSHAKE_LIMIT_MS = 10_000
/** Controls under way at once. */
export const CONTROLS_AT_ONCE = 8

/** All containers, also those that the views leave out unless told. */
const everything = { system: 'all', stopped: 'both', unconnected: 'show', pseudo: 'hide' }

const nodesSchema = z.object({ nodes: z.record(z.string(), z.unknown()) })

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Makes the client of an app. */
export const createAppClient = ({ url, token, trustOf }: ChosenApp): AppClient => {
  const base = new URL(url)
  const secure = base.protocol === 'https:'
  const headers = { authorization: `Bearer ${token}` }
  const client = createHttpClient(base, ASK_LIMIT_MS, trustOf, {
    maxSockets: CONTROLS_AT_ONCE,
    maxAnswerLength: MAX_ANSWER_LENGTH,
  })
  const agent = secure ? createTlsAgent(trustOf) : new HttpAgent()

  const ask = async (request: HttpRequest): Promise<HttpAnswer> => {
    try {
      return await client.request({ ...request, headers: { ...headers, ...request.headers } })
    } catch (error) {
      request.signal?.throwIfAborted()
      throw new CommandError(`the app at ${url} does not answer: ${inOurOptions(describeError(error))}`, {
        cause: error,
      })
    }
  }

  const read = <T>(answer: HttpAnswer, schema: z.ZodType<T>): T => {
    const { status } = answer
    const json = jsonOf(answer.text)
    if (status === 200) {
      const checked = schema.safeParse(json)
      if (checked.success) return checked.data
      throw new CommandError(
        `the app at ${url} answers something else than this version of Scope understands: ${z.prettifyError(checked.error)}`,
      )
    }
    const said = errorSchema.safeParse(json)
    if (!said.success)
      throw new CommandError(`the app at ${url} answered HTTP ${status}; is it an app of Scope?`)
    const { code, message } = said.data.error
    if (code === 'bad_query') throw new UsageError(message.replace(/^q is no query/, 'QUERY is no query'))
    throw new RefusedError(status, code, message)
  }

  return {
    url,
    async find(view, query, signal) {
      const parameters = new URLSearchParams({
        topology: view,
        ...everything,
        ...(query !== '' && { q: query }),
      })
      const answer = await ask({ method: 'GET', path: `/api/controls?${parameters}`, signal })
      return read(answer, controllablesDocumentSchema)
    },
    async hasNode(view, query, signal) {
      const parameters = new URLSearchParams({ ...everything, q: query })
      const answer = await ask({ method: 'GET', path: `/api/topology/${view}?${parameters}`, signal })
      return Object.keys(read(answer, nodesSchema).nodes).length > 0
    },
    async use({ probeId, nodeId, incarnation, id }, args, signal) {
      const path = ['control', probeId, nodeId, id].map(encodeURIComponent).join('/')
      const answer = await ask({
        method: 'POST',
        path: `/api/${path}${incarnation === undefined ? '' : `?${new URLSearchParams({ incarnation })}`}`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(args)),
        signal,
        timeoutMs: USE_LIMIT_MS,
      })
      return read(answer, controlAnswerSchema)
    },
    openPipe(pipeId, query) {
      const at = new URL(`/api/pipe/${encodeURIComponent(pipeId)}`, base)
      at.protocol = secure ? 'wss:' : 'ws:'
      at.search = query
      return new WebSocket(at, {
        headers,
        agent,
        handshakeTimeout: HANDSHAKE_LIMIT_MS,
        maxPayload: 1024 * 1024,
        perMessageDeflate: false,
        followRedirects: false,
      })
    },
    async endPipe(pipeId) {
      const path = `/api/pipe/${encodeURIComponent(pipeId)}`
      const { status, text } = await ask({ method: 'DELETE', path, timeoutMs: END_LIMIT_MS })
      if (status >= 300 && status !== 404)
        throw new CommandError(`the session was not ended: HTTP ${status} ${text}`)
    },
    close: () => {
      client.close()
      agent.destroy()
    },
  }
}

/** What trusts an app is told to a command by other options than to a probe. */
const inOurOptions = (text: string): string => text.replaceAll('--probe.tls.', '--tls.')

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
