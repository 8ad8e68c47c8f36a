import { type Handler, Hono } from 'hono'
import { compress } from 'hono/compress'
import type { Faults } from '../log/faults.ts'
import { CHANNEL_PATH } from '../report/channel.ts'
import { access } from './access/access.ts'
import type { AppEnv } from './http/env.ts'
import { answerErrors, methodNotAllowed, notFound } from './http/errors.ts'
import { oneHost } from './http/one-host.ts'
import { secureAnswers } from './http/security-headers.ts'
import { staticPage } from './page/static-page.ts'

/** What answers each path. */
export interface Handlers {
  readonly appDetails: Handler<AppEnv>
  readonly views: Handler<AppEnv>
  readonly document: Handler<AppEnv>
  readonly details: Handler<AppEnv>
  readonly socket: Handler<AppEnv>
  readonly connections: Handler<AppEnv>
  readonly search: Handler<AppEnv>
  readonly complete: Handler<AppEnv>
  readonly probes: Handler<AppEnv>
  readonly events: Handler<AppEnv>
  readonly eventsSocket: Handler<AppEnv>
  readonly health: Handler<AppEnv>
  readonly openApi: Handler<AppEnv>
  readonly rawReports: Handler<AppEnv>
  readonly receiveReport: Handler<AppEnv>
  readonly probeChannel: Handler<AppEnv>
}

/** What {@link makeRoutes} needs beside its handlers. */
export interface RoutesOptions {
  /** Bearer secret of the state directory. */
  readonly secret: string
  /** Absolute path of the built page. */
  readonly webRoot: string
  readonly faults: Faults
}

/** Smaller answers are not worth compressing. */
const COMPRESS_FROM_BYTES = 1400

/** All paths of the app, with what every request goes through on its way to them. */
export const makeRoutes = (handlers: Handlers, { secret, webRoot, faults }: RoutesOptions): Hono<AppEnv> => {
  const app = new Hono<AppEnv>()
  app.onError(answerErrors(faults))
  app.notFound(notFound)
  app.use(secureAnswers())
  app.use(compress({ encoding: 'gzip', threshold: COMPRESS_FROM_BYTES }))
  app.use(oneHost())
  app.use(access(secret))
  app.use('/api/*', async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-cache')
  })

  const get = (path: string, handler: Handler<AppEnv>): void => {
    app.get(path, handler)
    app.all(path, methodNotAllowed('GET, HEAD'))
  }
  get('/api', handlers.appDetails)
  get('/api/topology', handlers.views)
  get('/api/topology/:view', handlers.document)
  get('/api/topology/:view/ws', handlers.socket)
  get('/api/topology/:view/:id', handlers.details)
  get('/api/connections', handlers.connections)
  get('/api/search', handlers.search)
  get('/api/complete', handlers.complete)
  get('/api/probes', handlers.probes)
  get('/api/events', handlers.events)
  get('/api/events/ws', handlers.eventsSocket)
  get('/api/openapi.json', handlers.openApi)
  get(CHANNEL_PATH, handlers.probeChannel)
  get('/health', handlers.health)
  app.get('/api/report', handlers.rawReports)
  app.post('/api/report', handlers.receiveReport)
  app.all('/api/report', methodNotAllowed('GET, HEAD, POST'))
  app.all('/api/*', notFound)
  app.get('/*', staticPage(webRoot))
  app.all('/', methodNotAllowed('GET, HEAD'))
  return app
}
