import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppOptions, startApp } from '../../src/app/app.ts'
import { createLogger } from '../../src/log/log.ts'

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

/** Starts an app on a free port of the loopback address, with a state directory of its own. */
export const startTestApp = async (
  options: Partial<Pick<AppOptions, 'address' | 'windowMs' | 'labelFilters' | 'limits'>> = {},
  kept?: string,
): Promise<TestApp> => {
  const dir = kept ?? (await mkdtemp(join(tmpdir(), 'scope-app-')))
  const stateDir = join(dir, 'state')
  const webRoot = join(dir, 'web')
  const logged: string[] = []
  const log = createLogger({ format: 'text', debug: true, write: (line) => logged.push(line) })
  const { address = '127.0.0.1:0', windowMs = 15_000, labelFilters = [], limits = {} } = options
  const app = await startApp({ address, stateDir, windowMs, labelFilters, webRoot, limits, log })
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

/** A request with exactly the headers given, `Host` too. */
export const ask = (
  url: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; path?: string } = {},
): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url)
    const { method = 'GET', headers = {}, path = pathname + search } = options
    request({ hostname: hostname.replace(/^\[|\]$/g, ''), port, path, method, headers, agent: false })
      .on('error', reject)
      .on('response', async (response) => {
        const body = Buffer.concat(await response.toArray())
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() })
      })
      .end()
  })

/** Tries again until it no longer throws, for at most ten seconds. */
export const eventually = async <Result>(check: () => Result | Promise<Result>): Promise<Result> => {
  const giveUpAt = performance.now() + 10_000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
