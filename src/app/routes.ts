import { OpenAPIHono } from '@hono/zod-openapi'
import type { Handler, Hono } from 'hono'
import { compress } from 'hono/compress'
import type { Operation } from '../api/operations/entry/operation.ts'
import { operations } from '../api/operations/operations.ts'
import type { Faults } from '../log/faults.ts'
import type { Guard } from './access/guard.ts'
import type { AppEnv } from './http/env.ts'
import { answerErrors, methodNotAllowed, notFound } from './http/errors.ts'
import type { Handlers } from './http/handlers.ts'
import { jsonBody } from './http/json-body.ts'
import { type LiveOnlyOptions, liveOnly } from './http/live-only.ts'
import { oneHost } from './http/one-host.ts'
import { onlyKnownParameters, refuseInvalid } from './http/parameters.ts'
import { secureAnswers } from './http/security-headers.ts'
import { COMPRESS_FROM_BYTES } from './http/sending/answer-document.ts'
import type { BytesInFlight } from './http/sending/in-flight.ts'
import type { Onlookers } from './onlookers.ts'
import { staticPage } from './page/static-page.ts'

/** What {@link makeRoutes} needs beside its handlers. */
export interface RoutesOptions {
  readonly guard: Guard
  /** Absolute path of the built page. */
  readonly webRoot: string
  readonly live: LiveOnlyOptions
  readonly faults: Faults
  readonly sending: BytesInFlight
  readonly onlookers: Pick<Onlookers, 'of'>
}

/** Makes the app's routes, with the middleware that every request passes through. */
export const makeRoutes = (handlers: Handlers, options: RoutesOptions): Hono<AppEnv> => {
  const { guard, webRoot, faults, live, sending, onlookers } = options
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid })
  app.onError(answerErrors(faults))
  app.notFound(notFound)
  app.use(async (c, next) => {
    c.set('sending', sending)
    await next()
  })
  app.use(secureAnswers())
  app.use(compress({ encoding: 'gzip', threshold: COMPRESS_FROM_BYTES }))
  app.use(oneHost())
  app.use(guard.entrance)
  app.use('/api/*', async (c, next) => {
    await next()
    const { headers } = c.res
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache')
  })

  const isLive = liveOnly(live)
  const all: [string, Operation][] = Object.entries(operations)
  for (const [name, operation] of all) {
    const handler = handlers[name as keyof Handlers] as Handler<AppEnv>
    const body = jsonBody(operation)
    const middleware = [
      guard.of(operation),
      ...onlookers.of(operation['x-action']),
      ...(body.length === 0 ? [] : [...body, guard.still(operation)]),
      onlyKnownParameters(operation),
      ...('timestamp' in operation.request.query.shape ? [isLive] : []),
    ]
    app.openapi({ ...operation, middleware }, handler)
  }
  for (const [path, ofPath] of Map.groupBy(all, ([, { path }]) => path))
    app.all(routingPath(path), methodNotAllowed(ofPath.map(([, { method }]) => method)))

  app.all('/api/*', notFound)
  app.get('/*', guard.host, staticPage(webRoot))
  app.all('/', methodNotAllowed(['get']))
  return app
}

const routingPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
