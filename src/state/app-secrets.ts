import { createPrivateKey, type KeyObject } from 'node:crypto'
import { appKey, clusterKey, StateError, token } from './state-dir.ts'

/** What the app needs of the state directory and only its owner may read. */
export interface AppSecrets {
  readonly clusterKey: Buffer
  /** The app's own Ed25519 private key. */
  readonly appKey: KeyObject
  /** The bearer token. */
  readonly token: string
}

/**
 * Reads the secrets of the app, and creates those that are missing.
 *
 * @throws {StateError}
 */
export const readAppSecrets = async (stateDir: string): Promise<AppSecrets> => {
  const [cluster, own, bearer] = await Promise.all([clusterKey(stateDir), appKey(stateDir), token(stateDir)])
  return { clusterKey: cluster, appKey: own, token: bearer }
}

/** Formats secrets for an app that may not read them itself, and is handed them by who starts it. */
export const formatAppSecrets = ({ clusterKey, appKey, token }: AppSecrets): string =>
  JSON.stringify({
    clusterKey: clusterKey.toString('base64url'),
    appKey: appKey.export({ type: 'pkcs8', format: 'pem' }),
    token,
  })

/**
 * Parses what {@link formatAppSecrets} has made.
 *
 * @throws {StateError} when it is anything else
 */
export const parseAppSecrets = (text: string): AppSecrets => {
  try {
    const { clusterKey, appKey, token } = Object(JSON.parse(text)) as Record<string, unknown>
    if (typeof clusterKey === 'string' && typeof appKey === 'string' && typeof token === 'string')
      return { clusterKey: Buffer.from(clusterKey, 'base64url'), appKey: createPrivateKey(appKey), token }
  } catch {
    // What was handed over may be a secret, so the error must not quote it.
  }
  throw new StateError('the secrets that the app was handed are incomplete; start it with "scope launch".')
}
