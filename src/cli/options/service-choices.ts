import { hostOf } from '../../probe/targets/target-url.ts'
import { isLoopback } from '../../report/address/ip.ts'
import { serviceUrlValue } from './app-url.ts'
import type { ScopeOptions } from './options.ts'
import { UsageError } from './usage-error.ts'
import type { ValueParser } from './value-parser.ts'

const TOKEN = /^[\x21-\x7e]{1,512}$/

/** The token of a hosted service. Errors do not repeat it. */
export const serviceTokenValue: ValueParser<string> = (text, option) => {
  if (TOKEN.test(text)) return text
  throw new UsageError(`${option}: expected a token of at most 512 printable characters without spaces`)
}

const SERVICE_URL = 'SCOPE_SERVICE_URL'

/**
 * Completes the options of a hosted service: with a token, only the probe runs, and the URL is that of the environment unless
 * it is given.
 *
 * @throws {UsageError} when something is missing, or the token would be sent where others can read it
 */
export const withService = (options: ScopeOptions, env: NodeJS.ProcessEnv): ScopeOptions => {
  const { serviceToken, serviceTokenFile, serviceUrl, probe, access } = options
  if (serviceToken !== undefined && serviceTokenFile !== undefined)
    throw new UsageError('--service-token and --service-token-file exclude each other: give one of them')
  if (serviceToken === undefined && serviceTokenFile === undefined) {
    if (serviceUrl === undefined) return options
    throw new UsageError(
      '--service-url needs the token by which the service knows you: give --service-token, too',
    )
  }
  if (!probe) throw new UsageError('--service-token is for the probe, but --no-probe is given')
  const named = env[SERVICE_URL] || undefined
  const url = serviceUrl ?? (named === undefined ? undefined : serviceUrlValue(named, SERVICE_URL))
  if (url === undefined)
    throw new UsageError(
      `--service-token needs the address of the service: give --service-url=https://HOST[:PORT], or set ${SERVICE_URL}`,
    )
  const host = hostOf(url)
  if (url.startsWith('http:') && !isLoopback(host) && host !== 'localhost' && !access.insecure)
    throw new UsageError(
      `${serviceUrl === undefined ? SERVICE_URL : '--service-url'}: everybody on the way could read the token that is sent to ${url}; use https://, or give --app.insecure if you want that`,
    )
  return { ...options, app: false, serviceUrl: url }
}
