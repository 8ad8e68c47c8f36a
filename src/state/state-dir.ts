import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { access, chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createOnce, readIfThere, replaceFile } from './create-once.ts'

const KEY_BYTES = 32

/** The state directory or a file in it cannot be used. The message says what is wrong and how to fix it. */
export class StateError extends Error {
  override readonly name = 'StateError'
}

/** Where state is kept: `SCOPE_STATE_DIR`, else `/var/lib/scope` for root, else `~/.local/state/scope`. */
export const defaultStateDir = (env: NodeJS.ProcessEnv = process.env): string =>
  env.SCOPE_STATE_DIR ||
  (process.getuid?.() === 0 ? '/var/lib/scope' : join(homedir(), '.local', 'state', 'scope'))

/**
 * Creates the state directory with mode 0700 if it is missing. One of our own that others may look into, such as Docker makes for a
 * volume, is closed to them, if it is empty or at the standard place: a directory that somebody named may be there for more than Scope.
 *
 * @param standard the place where nobody but Scope keeps anything
 * @throws {StateError} when it is not a directory, or another user could put their own keys in it
 */
export const ensureStateDir = async (dir: string, standard = defaultStateDir({})): Promise<void> => {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StateError(
      `cannot make the state directory ${dir}: ${(cause as Error).message}. Set SCOPE_STATE_DIR to a directory you may write to.`,
      { cause },
    )
  }
  const found = await checkOwner(dir)
  if ((found.mode & OPEN_TO_OTHERS) === 0 || found.uid !== process.getuid?.()) return
  if (dir === standard || (await readdir(dir)).length === 0) await close(dir, found)
}

/** Rights beyond 0710, which the group has when the app runs as another user. */
const OPEN_TO_OTHERS = 0o067

const close = async (dir: string, { mode, gid }: Stats): Promise<void> => {
  // Another group than our own is that of the user whom the app runs as.
  const closed = mode & (gid === process.getgid?.() ? 0o700 : 0o710)
  try {
    await chmod(dir, closed)
  } catch (cause) {
    throw new StateError(
      `other users may look into the state directory ${dir}, and that cannot be changed: ${(cause as Error).message}. Set SCOPE_STATE_DIR to another.`,
      { cause },
    )
  }
}

/**
 * Checks whether the state directory exists and can be trusted, without creating it.
 *
 * @returns false when it does not exist
 * @throws {StateError} when it cannot be read, is not a directory, or another user could put their own files in it
 */
export const checkStateDir = async (dir: string): Promise<boolean> => {
  try {
    await checkOwner(dir)
    await access(dir, constants.R_OK | constants.X_OK)
    return true
  } catch (error) {
    if (error instanceof StateError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw new StateError(
      `the state directory ${dir} may not be read: ${(error as Error).message}. Run this as the user who launched Scope (sudo scope …).`,
      { cause: error },
    )
  }
}

const checkOwner = async (dir: string): Promise<Stats> => {
  const found = await stat(dir)
  if (!found.isDirectory()) throw new StateError(`the state directory ${dir} is no directory.`)
  const uid = process.getuid?.() ?? found.uid
  if (found.uid !== uid && found.uid !== 0)
    throw new StateError(`the state directory ${dir} belongs to user ${found.uid}, not to you (${uid}).`)
  if ((found.mode & 0o022) !== 0)
    throw new StateError(
      `other users may write to the state directory ${dir}; run "chmod 700 ${dir}" or set SCOPE_STATE_DIR to another.`,
    )
  return found
}

const secret = async (dir: string, file: string, make: () => string): Promise<string> => {
  await ensureStateDir(dir)
  const path = join(dir, file)
  let text: string
  try {
    text = await createOnce(path, make)
  } catch (cause) {
    throw new StateError(`cannot read or make the secret ${path}: ${(cause as Error).message}.`, { cause })
  }
  if (((await stat(path)).mode & 0o077) !== 0)
    throw new StateError(`other users may read the secret ${path}; delete it, or run "chmod 600 ${path}".`)
  return text
}

const unusable = (dir: string, file: string, expected: string): StateError =>
  new StateError(`${join(dir, file)} is not ${expected}; delete it to have a new one made.`)

const randomText = (): string => randomBytes(KEY_BYTES).toString('base64url')

const randomSecret = async (dir: string, file: string, make = randomText): Promise<string> => {
  const text = (await secret(dir, file, () => `${make()}\n`)).trim()
  if (!/^[\w-]{43}$/.test(text)) throw unusable(dir, file, '43 base64url characters')
  return text
}

const CLUSTER_KEY = 'cluster.key'

export const clusterKeyFile = (dir: string): string => join(dir, CLUSTER_KEY)

/**
 * The key shared by the app and probes of one cluster, created on first use.
 *
 * @param make what is created, as base64url; a random key by default
 * @returns 32 random bytes (stored as base64url text in `cluster.key`)
 * @throws {StateError}
 */
export const clusterKey = async (dir: string, make?: () => string): Promise<Buffer> =>
  Buffer.from(await randomSecret(dir, CLUSTER_KEY, make), 'base64url')

/**
 * The key that {@link clusterKey} returns, if there is one already.
 *
 * @throws {StateError}
 */
export const existingClusterKey = async (dir: string): Promise<Buffer | undefined> => {
  try {
    await access(clusterKeyFile(dir))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  }
  return clusterKey(dir)
}

const ed25519Key = async (dir: string, file: string): Promise<KeyObject> => {
  const pem = await secret(dir, file, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Reported below, like any other kind of key.
  }
  throw unusable(dir, file, 'an Ed25519 private key in PEM')
}

/**
 * The Ed25519 private key that identifies this machine's probe, created on first use (`probe.key`, PEM).
 *
 * @throws {StateError}
 */
export const probeKey = (dir: string): Promise<KeyObject> => ed25519Key(dir, 'probe.key')

const appPublicKeyFile = (dir: string): string => join(dir, 'app.pub')

/**
 * The Ed25519 private key by which probes know this machine's app, created on first use (`app.key`, PEM). Its public
 * part is written to `app.pub`, for the probe that uses the same state directory.
 *
 * @throws {StateError}
 */
export const appKey = async (dir: string): Promise<KeyObject> => {
  const key = await ed25519Key(dir, 'app.key')
  try {
    const text = String(createPublicKey(key).export({ format: 'jwk' }).x)
    if ((await readAppPublicKey(dir)) !== text) await replaceFile(appPublicKeyFile(dir), `${text}\n`)
  } catch (cause) {
    const { message } = cause as Error
    throw new StateError(`cannot write ${appPublicKeyFile(dir)}: ${message}.`, { cause })
  }
  return key
}

/**
 * The public key of the app that uses this state directory.
 *
 * @returns 43 base64url characters, or whatever else is in `app.pub`; undefined when no app has run here yet
 * @throws file system errors as they are
 */
export const readAppPublicKey = async (dir: string): Promise<string | undefined> =>
  (await readIfThere(appPublicKeyFile(dir)))?.trim()

/**
 * The bearer token of page and API, created on first use (file `token`).
 *
 * @returns 43 base64url characters
 * @throws {StateError}
 */
export const token = (dir: string): Promise<string> => randomSecret(dir, 'token')
