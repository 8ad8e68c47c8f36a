import { isLoopbackUrl, ownAppUrl } from '../launch/app-urls.ts'
import { parseOptions } from '../options/parse-options.ts'
import { identifyProcess } from '../parts/process-identity.ts'
import { readAppStatus } from '../parts/state-files.ts'
import { readPlan } from '../supervisor/plan.ts'
import { withAccounts } from './open.ts'

/** Links that sign a browser in, each once. */
export interface Links {
  /** One for each address that can be signed in at: `http://localhost:4040/#code=…`. */
  readonly links: readonly string[]
  /** Why there is no link. */
  readonly problem: string | undefined
  /** Whether the app runs; otherwise the address is where it would. */
  readonly isRunning: boolean
}

/**
 * Those of the app's URLs at which a link signs in: on this machine, and on others over TLS. Elsewhere whoever listens in
 * would have the session.
 */
export const linkableUrls = (urls: readonly string[]): string[] =>
  urls.filter((url) => isLoopbackUrl(url) || url.startsWith('https://'))

/** The code is in the fragment, which no browser sends: so it is in no log, of the app or of a proxy. */
export const linkTo = (url: string, code: string): string => `${url.replace(/\/$/, '')}/#code=${code}`

/**
 * Makes a link for each address of the app.
 *
 * @throws {StateError} when the accounts cannot be used
 */
export const makeLinks = async (stateDir: string): Promise<Links> => {
  const running = runningUrls(stateDir)
  const urls = running ?? [plannedUrl(stateDir)]
  const linkable = linkableUrls(urls)
  const links = await withAccounts(stateDir, ({ accounts, audited }) =>
    Promise.all(linkable.map((url) => audited('link', url, () => linkTo(url, accounts.codes.make())))),
  )
  const problem =
    links.length > 0
      ? undefined
      : `nobody can sign in at ${urls.join(', ')} without TLS; launch with --app.tls=self-signed, or on localhost, too`
  return { links, problem, isRunning: running !== undefined }
}

/** The lines that `scope launch` prints of links, each with a label, as in `describeUrls`. */
export const describeLinks = ({ links, problem }: Links): [about: string, text: string][] =>
  problem === undefined
    ? [
        ...links.map((link): [string, string] => ['link', link]),
        [
          'link',
          `${links.length === 1 ? 'signs' : 'each signs'} one browser in, within 10 minutes; another: scope token --link`,
        ],
      ]
    : [['link', `none: ${problem}`]]

const runningUrls = (stateDir: string): readonly string[] | undefined => {
  const status = readAppStatus(stateDir)
  return status !== undefined && identifyProcess(status.pid) !== undefined ? status.urls : undefined
}

/** Where the app was last launched, or would be without options. */
const plannedUrl = (stateDir: string): string => {
  const { options } = parseOptions('app', readPlan(stateDir).app?.args ?? [])
  return ownAppUrl(options).replace('//127.0.0.1:', '//localhost:')
}
