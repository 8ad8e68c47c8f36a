import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { rotatedFile } from '../../log/bounded-file.ts'
import { appDir } from '../../state/app-dir.ts'
import {
  type AppSecrets,
  formatAppSecrets,
  parseAppSecrets,
  readAppSecrets,
} from '../../state/app-secrets.ts'
import { giveAppDir, giveFile, type Owner } from '../../state/give-app-dir.ts'
import { writeSteadyFile } from '../../state/steady-file.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { CommandError } from '../options/usage-error.ts'
import { environmentFor, noNewPrivileges } from './app-user.ts'
import { livingRecord } from './parts.ts'
import { appNodeOptions } from './probe-runtime.ts'
import { APP_STATUS_BYTES, stateFiles } from './state-files.ts'

/** Options of {@link SpawnNode}. */
export interface SpawnNodeOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'detached'> {
  /** The three standard streams. */
  readonly stdio: readonly ['ignore' | 'inherit', number | 'inherit', number | 'inherit']
}

/** Starts this Node. @param args its options, the program, and the arguments of that */
export type SpawnNode = (args: readonly string[], options: SpawnNodeOptions) => ChildProcess

/** Starts Node as the user who runs this process. */
export const spawnNode: SpawnNode = (args, { stdio, ...options }) =>
  spawn(process.execPath, [...appNodeOptions, ...args], { ...options, stdio: [...stdio] })

const ROOT: Owner = { uid: 0, gid: 0 }
const SECRETS_FD = 3
const SECRETS_VARIABLE = 'SCOPE_SECRETS_FD'

/**
 * Prepares the state directory for an app that runs as another user, and tells how to start it: what the app writes is
 * given to that user, and secrets are handed over through a descriptor. Without a user, what an earlier app wrote as
 * another is taken back. Only root can do this; for others it is always their own app.
 *
 * The process that is started has no capabilities and no supplementary groups, and can get none by executing a program.
 *
 * @throws {StateError}
 * @throws {CommandError} when an app of another user runs
 */
export const prepareApp = async (stateDir: string, user: PasswdEntry | undefined): Promise<SpawnNode> => {
  if (process.getuid?.() !== 0) return spawnNode
  const owner = user ?? ROOT
  refuseWhileRunning(stateDir, owner)
  await giveAppDir(stateDir, owner)
  const [status, log] = [stateFiles.status(stateDir, 'app'), stateFiles.log(stateDir, 'app')]
  const files = [status, log, rotatedFile(log)]
  if (user === undefined) {
    for (const path of files) if (existsSync(path)) giveFile(path, owner)
    return spawnNode
  }
  // The user cannot create files in the state directory, only write to those that are there.
  writeSteadyFile(status, '{}\n', APP_STATUS_BYTES)
  for (const path of files) giveFile(path, owner)
  return spawnAs(user, formatAppSecrets(await readAppSecrets(stateDir)))
}

/** An app that runs would lose what it writes to. */
const refuseWhileRunning = (stateDir: string, owner: Owner): void => {
  const running = livingRecord(stateDir, 'app')
  if (running === undefined || running.pid === process.pid) return
  const found = lstatSync(appDir(stateDir), { throwIfNoEntry: false })
  if (found !== undefined && found.uid !== owner.uid)
    throw new CommandError(
      `an app (pid ${running.pid}) runs with the state directory ${stateDir} as another user; "scope stop" ends it`,
    )
}

const spawnAs =
  ({ uid, gid }: PasswdEntry, secrets: string): SpawnNode =>
  (args, { stdio, env, ...options }) => {
    const [file = '', ...all] = [...noNewPrivileges, process.execPath, ...appNodeOptions, ...args]
    const app = spawn(file, all, {
      ...options,
      uid,
      gid,
      stdio: [...stdio, 'pipe'],
      env: { ...environmentFor(env ?? {}), [SECRETS_VARIABLE]: String(SECRETS_FD) },
    })
    const pipe = app.stdio[SECRETS_FD]
    if (pipe && 'end' in pipe) {
      // An app that ends at once leaves nobody to read them; that it ended is told elsewhere.
      pipe.on('error', () => {})
      pipe.end(secrets)
    }
    return app
  }

/** The secrets that this process was handed by who started it; undefined when it is to read them itself. */
export const takeSecrets = (env: NodeJS.ProcessEnv): AppSecrets | undefined => {
  if (env[SECRETS_VARIABLE] !== String(SECRETS_FD)) return undefined
  delete env[SECRETS_VARIABLE]
  return parseAppSecrets(readFileSync(SECRETS_FD, 'utf8'))
}
