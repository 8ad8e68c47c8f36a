import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../checkout.ts'
import type { Logger } from '../../log/log.ts'
import { clusterKey, token } from '../../state/state-dir.ts'
import { isLoopbackUrl, ownAppUrl } from '../launch/app-urls.ts'
import { viewingUsers } from '../launch/launching-users.ts'
import { accessOptionsOf } from '../options/access-choices.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { partLog } from '../parts/part-log.ts'
import { runUntilSignal } from './run-part.ts'

/** Shows a simulated world in the foreground until a signal. Its temporary state directory is removed afterwards. */
export async function runDemo({ options }: ParsedOptions): Promise<number> {
  const log = options.debug ? partLog('app', options) : warningsOf(partLog('app', options))
  // The exit handler runs however the process ends, except by SIGKILL.
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-demo-'))
  process.on('exit', () => rmSync(stateDir, { recursive: true, force: true }))
  return runUntilSignal(log, async () => {
    const { startApp } = await import('../../app/app.ts')
    const { startFeed } = await import('../../demo/feed.ts')
    const { appAddress: address, windowMs, namedServices, labelFilters, metricsGraph } = options
    const webRoot = checkout.webRoot
    const app = await startApp({
      address,
      stateDir,
      windowMs,
      namedServices,
      labelFilters,
      metricsGraph,
      localUsers: viewingUsers(options, process),
      access: accessOptionsOf(options.access),
      webRoot,
      log,
      demo: true,
    })
    const feed = startFeed({
      url: ownAppUrl(options, app.port),
      clusterKey: await clusterKey(stateDir),
      story: storyOf(options),
      logFormat: options.logFormat,
      debug: options.debug,
    })
    const { makeLinks } = await import('../accounts/links.ts')
    const { links } = await makeLinks(stateDir, { urls: app.urls, localUrl: ownAppUrl(options, app.port) })
    process.stdout.write(`${describeDemo(options, app.urls, links, await token(stateDir))}\n`)
    return {
      stop: async () => {
        await feed.stop()
        await app.stop()
      },
    }
  })
}

/** Default churn for a number of containers, so that there is always something to see. */
const usualChurnPerMinute = (containers: number): number => Math.max(4, Math.round(containers / 50))

function storyOf({ hosts, containers, churnPerMinute, seed }: ScopeOptions) {
  return { hosts, containers, churnPerMinute: churnPerMinute ?? usualChurnPerMinute(containers), seed }
}

/**
 * The text that `scope demo` prints once it runs.
 *
 * @param links that sign a browser in
 * @param secret the token that requests from other machines need
 */
export function describeDemo(
  { hosts, containers }: ScopeOptions,
  urls: readonly string[],
  links: readonly string[],
  secret: string,
): string {
  const world = `${containers} containers on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`
  const lines = [`Scope shows a demo: a simulated shop of ${world}.`]
  for (const [index, url] of urls.entries()) lines.push(`  ${index === 0 ? 'page ' : '     '} ${url}`)
  for (const [index, link] of links.entries()) lines.push(`  ${index === 0 ? 'link ' : '     '} ${link}`)
  lines.push(`        ${links.length === 1 ? 'signs' : 'each signs'} one browser in, within 10 minutes`)
  if (!urls.every(isLoopbackUrl)) lines.push(`  token ${secret}  (asked of other users and machines)`)
  return [...lines, 'Ctrl-C ends it.'].join('\n')
}

/** Reduces a log to warnings and errors, since the user watches the demo on the terminal. */
function warningsOf(log: Logger): Logger {
  return { ...log, info: () => {}, debug: () => {}, child: (name) => warningsOf(log.child(name)) }
}
