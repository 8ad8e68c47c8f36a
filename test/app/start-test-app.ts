import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppOptions, startApp } from '../../src/app/app.ts'
import { createLogger } from '../../src/log/log.ts'
import { EVENTUALLY_MS } from '../support/eventually.ts'

/** An app of its own for a test file. */
export interface TestApp extends App {
  /** The handiest address. */
  readonly url: string
  readonly stateDir: string
  readonly webRoot: string
  /** Every line logged so far. */
  readonly logged: readonly string[]
  /** Stops it, and starts another with the same state. */
  restarted(): Promise<TestApp>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** Tests post as fast as they can. */
const UNPACED = { postsPerSecond: 100_000, postsPerSecondInAll: 1_000_000 }

/** Starts an app on a free port of the loopback address, with a state directory of its own. */
export const startTestApp = async (
  options: Partial<
    Pick<
      AppOptions,
      'address' | 'windowMs' | 'labelFilters' | 'limits' | 'access' | 'localUsers' | 'launchedBy'
    >
  > = {},
  kept?: string,
): Promise<TestApp> => {
  const dir = kept ?? (await mkdtemp(join(tmpdir(), 'scope-app-')))
  const stateDir = join(dir, 'state')
  const webRoot = join(dir, 'web')
  const logged: string[] = []
  const log = createLogger({ format: 'text', debug: true, write: (line) => logged.push(line) })
  const {
    address = '127.0.0.1:0',
    // Long enough for what was posted once to be there still on a machine that is busy with other tests.
    windowMs = 600_000,
    labelFilters = [],
    limits = {},
    access = {},
    localUsers,
    launchedBy,
  } = options
  const app = await startApp({
    address,
    stateDir,
    windowMs,
    labelFilters,
    webRoot,
    limits: { ...limits, intake: { ...UNPACED, ...limits.intake } },
    access,
    log,
    ...(localUsers && { localUsers }),
    ...(launchedBy && { launchedBy }),
  })
  return {
    ...app,
    url: app.urls[0] ?? '',
    stateDir,
    webRoot,
    logged,
    async restarted() {
      await app.stop()
      return startTestApp(options, dir)
    },
    async remove() {
      await app.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** A request with exactly the headers given, `Host` too, and of a body that is an object its `Content-Type`. */
export const ask = (
  url: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; path?: string; body?: string | object } = {},
): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url)
    const { method = 'GET', headers = {}, path = pathname + search, body } = options
    const isText = body === undefined || typeof body === 'string'
    const sent = isText ? headers : { 'content-type': 'application/json', ...headers }
    request({ hostname: hostname.replace(/^\[|\]$/g, ''), port, path, method, headers: sent, agent: false })
      .on('error', reject)
      .on('response', async (response) => {
        const body = Buffer.concat(await response.toArray())
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() })
      })
      .end(isText ? body : JSON.stringify(body))
  })

/** Tries again until it no longer throws, for as long as the `eventually` of all tests. */
export const eventually = async <Result>(check: () => Result | Promise<Result>): Promise<Result> => {
  const giveUpAt = performance.now() + EVENTUALLY_MS
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
