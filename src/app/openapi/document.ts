import type * as z from 'zod'
import { errorBodySchema } from '../../api/app.ts'
import {
  getOperations,
  type Operation,
  reportConflictSchema,
  reportMessageSchema,
  reportTakenSchema,
} from '../../api/operations.ts'
import { proofHeaders } from '../../report/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../report/schema.ts'
import { version } from '../../version.ts'
import { type JsonSchema, jsonSchemasOf } from './json-schemas.ts'
import { type Parameter, viewOptionParameters } from './view-option-parameters.ts'

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: JsonSchema
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> } & JsonSchema
  readonly security: readonly JsonSchema[]
}

const REPORT_PATH = '/api/report'

/** The document of the API, made of the schemas that its answers are typed and its parameters are checked by. */
export const openApiDocument = (): OpenApiDocument => {
  const operations: [string, Operation][] = Object.entries(getOperations)
  const parametersOf = ({ path, query }: Operation) => ({
    path: path?.shape ?? {},
    query: query?.shape ?? {},
  })
  const schemas: Record<string, z.ZodType> = {
    error: errorBodySchema,
    message: reportMessageSchema,
    taken: reportTakenSchema,
    conflict: reportConflictSchema,
  }
  for (const [at, operation] of operations) {
    schemas[`${at} answer`] = operation.answer
    for (const [place, shape] of Object.entries(parametersOf(operation)))
      for (const [name, schema] of Object.entries(shape))
        schemas[`${at} ${place} ${name}`] = schema as z.ZodType
  }
  const json = jsonSchemasOf(schemas)
  const schemaOf = (key: string): JsonSchema => json.of[key] ?? {}

  const parameters = (at: string, operation: Operation): Parameter[] =>
    Object.entries(parametersOf(operation)).flatMap(([place, shape]) =>
      Object.keys(shape).map((name) => {
        const key = `${at} ${place} ${name}`
        return parameterOf(name, place, schemaOf(key), !json.optional.has(key))
      }),
    )
  const errors = (more: Operation['errors'] = {}): Record<string, JsonSchema> => ({
    ...Object.fromEntries(
      Object.entries({ ...commonErrors, ...more }).map(([status, description]) => [
        status,
        jsonAnswer(description, schemaOf('error')),
      ]),
    ),
    default: jsonAnswer('The request was not answered.', schemaOf('error')),
  })
  const operationOf = (at: string, operation: Operation): JsonSchema => ({
    operationId: `get${at}`.replace(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase()),
    summary: operation.summary,
    ...(operation.isSocket ? { 'x-websocket': { frame: schemaOf(`${at} answer`) } } : {}),
    parameters: [
      ...parameters(at, operation),
      ...(operation.takesViewOptions ? viewOptionParameters(at.includes('{view}')) : []),
    ],
    responses: {
      ...(operation.isSocket
        ? { 101: { description: 'A WebSocket; each text frame is as `x-websocket` says.' } }
        : { 200: jsonAnswer(operation.summary, schemaOf(`${at} answer`)) }),
      ...errors(operation.errors),
    },
  })

  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const [at, operation] of operations) paths[at] = { get: operationOf(at, operation) }
  paths[REPORT_PATH] = {
    ...paths[REPORT_PATH],
    post: {
      operationId: 'postReport',
      summary: 'For probes: the report of a host',
      description: REPORT_WORDS,
      security: [],
      parameters: proofParameters,
      requestBody: {
        required: true,
        content: { [REPORT_CONTENT_TYPE]: { schema: schemaOf('message') } },
      },
      responses: {
        200: jsonAnswer('The report was taken.', schemaOf('taken')),
        ...errors(reportErrors),
        409: jsonAnswer('The report does not follow those before.', schemaOf('conflict')),
      },
    },
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Scope',
      version,
      description: 'A live map of hosts, processes, containers and the TCP connections between them.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }],
    paths,
    components: {
      schemas: json.named,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'What `scope token` prints. On the machine itself, by a loopback name, it is not needed.',
        },
      },
    },
  }
}

const commonErrors = {
  401: 'The request needs the bearer token, or to come from the machine itself.',
  403: 'A page of another site may not ask.',
}

const reportErrors = {
  400: 'The report, or a header, is not valid; `field` names what.',
  401: "The proof does not answer the app's challenge, which the answer carries: prove it again.",
  403: 'The proof is wrong.',
  413: 'The report is larger than the limits that `GET /api` tells.',
  415: 'The body is of another type.',
  503: 'Too many reports are being received at once.',
}

const REPORT_WORDS =
  'The body is MessagePack of what its schema describes, optionally with `Content-Encoding: gzip`. The headers prove who ' +
  'the probe is and that it holds the cluster key; the app proves the latter back in `Scope-App-Proof`.'

const headerWords: Readonly<Record<keyof typeof proofHeaders, string | undefined>> = {
  probeId: 'Probe id, 16 hex digits.',
  epoch: 'Random per start of the probe, 16 hex digits.',
  seq: 'Counts the reports of one epoch from 1.',
  publicKey: 'Raw Ed25519 public key, base64url.',
  signature: 'Ed25519 signature, base64url.',
  clusterProof: 'HMAC-SHA256 under the cluster key, base64url.',
  bodySha256: 'SHA-256 of the body as sent, lower-case hex.',
  challenge: "The app's challenge, from its 401 answer.",
  appProof: undefined,
}

const proofParameters: readonly Parameter[] = Object.entries(headerWords).flatMap(([key, description]) =>
  description === undefined
    ? []
    : [
        {
          name: proofHeaders[key as keyof typeof proofHeaders],
          in: 'header',
          required: true,
          description,
          schema: { type: 'string' },
        },
      ],
)

const parameterOf = (
  name: string,
  place: string,
  { description, ...schema }: JsonSchema,
  required: boolean,
): Parameter => ({
  name,
  in: place,
  required,
  ...(description === undefined ? {} : { description: String(description) }),
  schema,
  // Several values of one parameter are told apart by commas.
  ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
})

const jsonAnswer = (description: string, schema: JsonSchema): JsonSchema => ({
  description,
  content: { 'application/json': { schema } },
})
