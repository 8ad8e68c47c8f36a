import { type RouteConfig, z } from '@hono/zod-openapi'
import { errorBodySchema } from '../../app.ts'

/**
 * What a request does. Rights are given for actions (`src/app/access/authorise.ts`). `view` covers nodes, edges and events of the
 * map, `report` the reports that it is made of, `channel` the socket on which the app asks a probe. `session:open` is signing
 * in, `session:manage` concerns one's own sessions. Whoever has the right to `control:use` may ask for a control; the right to that of its
 * kind (`control:container` …) is looked at then. `pipe:use` concerns pipes that one has opened.
 */
export type Action =
  | 'app:alive'
  | 'app:read'
  | 'view:read'
  | 'connection:read'
  | 'event:read'
  | 'probe:read'
  | 'report:read'
  | 'report:write'
  | 'channel:open'
  | 'session:read'
  | 'session:open'
  | 'session:manage'
  | 'user:manage'
  | 'audit:read'
  | 'control:use'
  | 'pipe:use'
  | 'control:container'
  | 'control:process'
  | 'control:host'

/** What can be asked at a path. Each names the {@link Action} that it takes the right to do. */
export type Operation = RouteConfig & {
  readonly method: 'get' | 'post' | 'delete'
  readonly summary: string
  readonly request: { readonly params?: z.ZodObject; readonly query: z.ZodObject }
  readonly 'x-action': Action
  /** Most bytes of the body, where it may have more than those of other operations. */
  readonly 'x-body-bytes'?: number
  /** The path speaks WebSocket: the schema of each text frame; of a pipe, of the notes in its frames. */
  readonly 'x-websocket'?: { readonly frame: z.ZodType }
}

/** The right that an operation needs, as a part of its entry. */
export const needs = (action: Action) => ({ 'x-action': action }) as const

/** The JSON body of a request, as a part of the entry of its operation. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})

/** The same for a body that may be left out. */
export const optionalJsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: false as const,
  content: { 'application/json': { schema } },
})

/** What errors there may be beside those of every path: what each means, by status. */
export type Errors = Readonly<Record<number, string>>

export const badParameter = {
  400: 'A parameter has a value that is not possible, or there is no such parameter.',
} satisfies Errors
export const unknownView = { 404: 'There is no such view.' } satisfies Errors

/** The answer of an operation, as a part of its entry. */
export type Answers<Schema extends z.ZodType> = {
  readonly 200: {
    readonly description: string
    readonly content: { readonly 'application/json': { readonly schema: Schema } }
  }
}

/** All answers of an operation, as a part of its entry. @param errors beside those of every path */
export const answers = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  errors: Errors = {},
): Answers<Schema> => ({
  200: { description, content: { 'application/json': { schema } } },
  ...errorAnswers(errors),
})

/** Of a request whose answer has a tag. */
export const ifNoneMatch = z.object({
  'if-none-match': z
    .string()
    .optional()
    .describe(
      'Tags (`ETag`) of answers that are known, with commas between: when nothing changed since, the answer is `304`.',
    ),
})

/** The same for an operation that takes {@link ifNoneMatch}: its answer has a tag, and is `304` when whoever asks has it already. */
export const taggedAnswers = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  errors: Errors = {},
) => {
  const all = answers(description, schema, errors)
  const headers = {
    ETag: {
      description: 'Another one when anything in the answer is another.',
      schema: { type: 'string' },
      required: true,
    },
  } as const
  return {
    ...all,
    200: { ...all[200], headers },
    304: { description: 'Whoever asks has the answer already, as `If-None-Match` says.', headers },
  }
}

/** The answers of an operation that answers without a body, as a part of its entry. @param errors beside those of every path */
export const nothing = (description: string, errors: Errors = {}) => ({
  204: { description },
  ...errorAnswers(errors),
})

/**
 * A socket, as a part of the entry of its operation.
 *
 * @param frame what each text frame holds
 * @param description of a socket with other frames: how it is spoken
 */
export const socket = <Frame extends z.ZodType>(
  frame: Frame,
  errors: Errors = {},
  description = 'A WebSocket; each text frame is as `x-websocket` says.',
) => ({
  'x-websocket': { frame },
  responses: {
    101: { description },
    ...errorAnswers({
      426: 'The request does not ask for a WebSocket.',
      503: 'No more sockets are taken.',
      ...errors,
    }),
  },
})

const ofEveryPath: Errors = {
  ...badParameter,
  401: '`unauthorized`: the request proves nobody who may see; docs/security.md tells who that is.',
  403:
    'Who asks may not do this; `sign_in`: not without signing in; `insecure`: the request has credentials, but came without TLS; ' +
    '`foreign_origin`, `foreign_site`: a page of another site asks.',
  421: '`unknown_host`: the `Host` is none of this app.',
}

const errorAnswers = (errors: Errors) => {
  const content = { 'application/json': { schema: errorBodySchema } }
  const described = Object.entries({ ...ofEveryPath, ...errors })
  return {
    ...Object.fromEntries(described.map(([status, description]) => [status, { description, content }])),
    default: { description: 'The request was not answered.', content },
  }
}
