import { isLoopbackUrl, ownAppUrl } from '../launch/app-urls.ts'
import { parseOptions } from '../options/parse-options.ts'
import { readRunningApp } from '../parts/state-files.ts'
import { readPlan } from '../supervisor/plan.ts'
import { withAccounts } from './open.ts'

/** Where an app is reached. */
export interface AppAddresses {
  readonly urls: readonly string[]
  /** Its URL for this machine. */
  readonly localUrl: string
}

/** Links that sign a browser in, each once. */
export interface Links {
  /** One for each address that can be signed in at: `http://localhost:4040/#code=…`. */
  readonly links: readonly string[]
  /** Whether there is none for other machines. */
  readonly onlyHere: boolean
}

/**
 * Those of the app's URLs at which a link signs in: on this machine, and on others over TLS. Elsewhere whoever listens in
 * would have the session.
 */
export const linkableUrls = ({ urls, localUrl }: AppAddresses): readonly string[] => {
  const linkable = urls.filter((url) => isLoopbackUrl(url) || url.startsWith('https://'))
  // What a machine sends to an address of its own does not leave it.
  return linkable.length > 0 ? linkable : [localUrl]
}

/** The code is in the fragment, which no browser sends: so it is in no log, of the app or of a proxy. */
export const linkTo = (url: string, code: string): string => `${url.replace(/\/$/, '')}/#code=${code}`

/**
 * Makes a link for each address of an app.
 *
 * @throws {StateError} when the accounts cannot be used
 */
export const makeLinks = async (stateDir: string, addresses: AppAddresses): Promise<Links> => {
  const urls = linkableUrls(addresses)
  const links = await withAccounts(stateDir, ({ accounts, audited }) =>
    Promise.all(urls.map((url) => audited('link', url, () => linkTo(url, accounts.codes.make())))),
  )
  return { links, onlyHere: !urls.some((url) => url.startsWith('https://') && !isLoopbackUrl(url)) }
}

/** The lines that `scope launch` prints of links, each with a label, as in `describeUrls`. */
export const describeLinks = ({ links, onlyHere }: Links): [about: string, text: string][] => {
  const who = `${links.length === 1 ? 'signs' : 'each signs'} one browser${onlyHere ? ' on this machine' : ''} in`
  return [
    ...links.map((link): [string, string] => ['link', link]),
    ['link', `${who}, within 10 minutes; another: scope token --link`],
  ]
}

/** Where the app runs; undefined when it does not. */
export const runningAddresses = (stateDir: string): AppAddresses | undefined => readRunningApp(stateDir)

/** Where the app was last launched, or would be without options. */
export const plannedAddresses = (stateDir: string): AppAddresses => {
  const { options } = parseOptions('app', readPlan(stateDir).app?.args ?? [])
  const own = ownAppUrl(options)
  // Browsers take `localhost` for ::1, too, where anybody can listen unless the app listens on every address.
  const localUrl = options.appAddress.startsWith(':') ? own.replace('//127.0.0.1:', '//localhost:') : own
  return { urls: [localUrl], localUrl }
}
