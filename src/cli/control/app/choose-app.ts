import { readFileSync } from 'node:fs'
import { token } from '../../../state/state-dir.ts'
import type { Trust } from '../../../tls/trust.ts'
import { isLoopbackUrl } from '../../launch/app-urls.ts'
import { CommandError, UsageError } from '../../options/usage-error.ts'
import { type AppStatus, readRunningApp } from '../../parts/state-files.ts'
import { authoritiesIn, isOwn, trustInOwn } from '../../tls/trust-for.ts'
import type { AppChoice } from '../arguments.ts'

/** The app that a command asks, and by what it and the command prove themselves to each other. */
export interface ChosenApp {
  /** `https://host:port` */
  readonly url: string
  readonly token: string
  /** By what its certificate is verified. */
  trustOf(): Trust
}

/** Many times the length of a token. */
const MAX_TOKEN_BYTES = 4096

/**
 * Chooses the app: the one that runs with the state directory, or another that is named. The token of the state directory is
 * only sent to its own app.
 *
 * @throws {UsageError} when options are missing for another app
 * @throws {CommandError} when no app runs here
 */
export const chooseApp = async (choice: AppChoice, stateDir: string): Promise<ChosenApp> => {
  const own = readRunningApp(stateDir)
  const { url } = choice
  if (url === undefined) {
    if (own === undefined)
      throw new CommandError(
        `no app runs here (state: ${stateDir}); "scope launch" starts it, --app=URL names one elsewhere`,
      )
    const secret = choice.tokenFile === undefined ? await token(stateDir) : tokenIn(choice.tokenFile)
    return { url: own.localUrl, token: secret, trustOf: () => trustInOwn(own) }
  }
  const ofHere = own !== undefined && isOwn(new URL(url), own) ? own : undefined
  if (choice.tokenFile === undefined && ofHere === undefined)
    throw new UsageError(
      `--app=${url} is not the app of this state directory: give the file of its token with --token-file ("scope token" prints it there)`,
    )
  if (url.startsWith('http:') && !isLoopbackUrl(url) && !choice.insecure)
    throw new UsageError(
      `--app=${url} would send the token in the clear: use https://, an SSH tunnel, or --insecure where nobody can listen`,
    )
  return {
    url,
    token: choice.tokenFile === undefined ? await token(stateDir) : tokenIn(choice.tokenFile),
    trustOf: () => trustIn(choice, ofHere),
  }
}

const trustIn = ({ tlsCa, tlsFingerprints }: AppChoice, own: AppStatus | undefined): Trust => {
  if (tlsFingerprints.length > 0)
    return { by: 'fingerprint', fingerprints: tlsFingerprints, namedBy: 'named by --tls.fingerprint' }
  if (tlsCa !== undefined) return { by: 'ca', pem: authoritiesIn(tlsCa, '--tls.ca') }
  return own === undefined ? { by: 'system' } : trustInOwn(own)
}

const tokenIn = (path: string): string => {
  let text: string
  try {
    text = readFileSync(path, 'utf8').slice(0, MAX_TOKEN_BYTES).trim()
  } catch (cause) {
    throw new UsageError(`--token-file: cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new UsageError(`--token-file: ${path} holds no token; it is one word, as "scope token" prints it`)
}
