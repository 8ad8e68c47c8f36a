import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Operation } from '../../api/operations/operation.ts'
import { operations } from '../../api/operations/operations.ts'
import { version } from '../../version.ts'
import { type JsonSchema, jsonSchemasOf } from './json-schemas.ts'

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: JsonSchema
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> } & JsonSchema
  readonly security: readonly JsonSchema[]
}

/**
 * The document of the API, made of the entries by which its paths are registered, its parameters checked and its answers
 * typed.
 */
export const openApiDocument = (): OpenApiDocument => {
  const { entries, named } = withJsonSchemas(Object.values(operations))
  const app = new OpenAPIHono()
  for (const entry of entries)
    app.openAPIRegistry.registerPath({ operationId: operationIdOf(entry), ...entry })
  const info = { title: 'Scope', version }
  const { paths = {} } = app.getOpenAPI31Document({ openapi: '3.1.0', info })
  return {
    openapi: '3.1.0',
    info: {
      ...info,
      description: 'A live map of hosts, processes, containers and the TCP connections between them.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }],
    paths: paths as OpenApiDocument['paths'],
    components: {
      schemas: named,
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

const operationIdOf = ({ method, path }: Operation): string =>
  `${method}${path}`.replace(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())

/**
 * The entries with the schemas of bodies, answers and frames as JSON Schema, made by zod: the generator of
 * @hono/zod-openapi takes a property of `exactOptional` for a required one.
 */
const withJsonSchemas = (given: readonly Operation[]) => {
  const keys = new Map<z.ZodType, string>()
  const parts = given.map(({ request: { body, ...parameters }, ...entry }) => ({ entry, body, parameters }))
  for (const { entry, body } of parts)
    mapSchemas([entry, body], (schema) => keys.set(schema, keys.get(schema) ?? `${keys.size}`))
  const json = jsonSchemasOf(Object.fromEntries(Array.from(keys, ([schema, key]) => [key, schema])))
  const jsonOf = (schema: z.ZodType) => json.of[keys.get(schema) ?? '']
  const entries = parts.map(
    ({ entry, body, parameters }): Operation => ({
      ...mapSchemas(entry, jsonOf),
      request: { ...parameters, ...(body ? { body: mapSchemas(body, jsonOf) } : {}) },
    }),
  )
  return { entries, named: json.named }
}

/** The same with each schema in it replaced. */
const mapSchemas = <Part>(part: Part, replace: (schema: z.ZodType) => unknown): Part => {
  const map = (value: unknown): unknown => {
    if (value instanceof z.ZodType) return replace(value)
    if (Array.isArray(value)) return value.map(map)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]))
  }
  return map(part) as Part
}
