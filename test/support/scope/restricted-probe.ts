import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtPrograms } from '../../../src/checkout.ts'
import type { ProbeStatusDocument } from '../../../src/probe/status-file.ts'

const NOBODY = 65_534

/** Whose rights a probe runs with. */
export interface Rights {
  /** As `setpriv` names them: `bpf`, `perfmon`, … */
  readonly capabilities: readonly string[]
  /** As root, whose files need no capability; else as the user nobody. */
  readonly root?: boolean
  /** A daemon's Unix socket whose group the probe is in. */
  readonly socketPath?: string
}

/** A probe in a process of its own, with few rights. */
export interface RestrictedProbe {
  /** The status that the probe last wrote; throws before the first. */
  status(): ProbeStatusDocument
  /** What it has written to its log. */
  log(): string
  stop(): Promise<void>
}

/** The arguments that make `setpriv` run a command with these rights and no others. */
export const setprivArguments = ({ capabilities, root, socketPath }: Rights): string[] => {
  const only = ['-all', ...capabilities.map((name) => `+${name}`)].join(',')
  const groups = socketPath === undefined ? '--clear-groups' : `--groups=${statSync(socketPath).gid}`
  if (root) return [`--bounding-set=${only}`, '--inh-caps=-all', groups, '--no-new-privs']
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, groups, '--no-new-privs']
  return [...user, `--bounding-set=${only}`, `--inh-caps=${only}`, `--ambient-caps=${only}`]
}

/**
 * Starts a probe with few rights.
 *
 * @param appStateDir the state directory of the app, whose cluster key it gets
 * @param args of `scope probe`
 */
export const startRestrictedProbe = (
  rights: Rights,
  appStateDir: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): RestrictedProbe => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-restricted-'))
  copyFileSync(join(appStateDir, 'cluster.key'), join(stateDir, 'cluster.key'))
  const owner = rights.root ? 0 : NOBODY
  for (const path of [join(stateDir, 'cluster.key'), stateDir]) chownSync(path, owner, owner)
  let output = ''
  const child: ChildProcess = spawn(
    'setpriv',
    [...setprivArguments(rights), process.execPath, builtPrograms.main, 'probe', ...args],
    { env: { ...process.env, ...env, SCOPE_STATE_DIR: stateDir }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    status: () => {
      const path = join(stateDir, 'probe.status.json')
      return JSON.parse(readFileSync(path, 'utf8')) as ProbeStatusDocument
    },
    log: () => output,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM')
      await ended
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
