import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { AuditEntry } from '../../../src/api/audit.ts'
import { newestEntries } from '../../../src/audit/files/newest.ts'
import { auditPath } from '../../../src/audit/places.ts'
import { readJson } from '../../../src/cli/parts/state-files.ts'
import { createLogger } from '../../../src/log/log.ts'
import { type ProbeOptions, startProbe } from '../../../src/probe/probe.ts'
import type { PublishStatus } from '../../../src/probe/publish/publish-status.ts'
import type { ProbeStatusDocument } from '../../../src/probe/status-file.ts'
import { targetsAt } from '../../support/targets-at.ts'

/** A real probe, in this process, on a host of its own: it polls /proc. */
export interface Victim {
  readonly probeId: string
  readonly stateDir: string
  /** How it stands with the apps that it publishes to. */
  apps(): readonly PublishStatus[]
  /** Its own audit log, newest first. */
  audited(): readonly AuditEntry[]
  /** How many channels it has opened so far. */
  readonly channels: number
  stop(): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** What a test chooses about a {@link Victim}. */
export interface VictimOptions extends Partial<Pick<ProbeOptions, 'appKeys' | 'controls' | 'passwdPath'>> {
  readonly host: string
  readonly appUrls: readonly string[]
  readonly clusterKey: Uint8Array
  /** A state directory to use, such as that of an app; a new one by default. */
  readonly stateDir?: string
}

/** Makes a state directory that has nothing but a cluster key, as on another machine than that of the app. */
export const stateWith = async (clusterKey: Uint8Array): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-victim-'))
  await writeFile(join(dir, 'cluster.key'), `${Buffer.from(clusterKey).toString('base64url')}\n`, {
    mode: 0o600,
  })
  return dir
}

export const startVictim = async (options: VictimOptions): Promise<Victim> => {
  const { host, appUrls, clusterKey, appKeys, controls, passwdPath } = options
  const stateDir = options.stateDir ?? (await stateWith(clusterKey))
  const logged: string[] = []
  const log = createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) })
  vi.stubEnv('SCOPE_HOSTNAME', host)
  const probe = await startProbe({
    targets: targetsAt(appUrls),
    stateDir,
    publishIntervalMs: 200,
    procRoot: '/proc',
    ebpf: false,
    docker: false,
    dns: false,
    conntrack: false,
    log,
    ...(appKeys && { appKeys }),
    ...(controls && { controls }),
    ...(passwdPath && { passwdPath }),
  })
  vi.unstubAllEnvs()
  return {
    probeId: probe.probeId,
    stateDir,
    apps: () => readJson<ProbeStatusDocument>(join(stateDir, 'probe.status.json'))?.apps ?? [],
    audited: () => newestEntries(auditPath.probe(stateDir), 100),
    get channels() {
      return logged.filter((line) => line.includes('the app may give this probe orders')).length
    },
    stop: () => probe.stop(),
    async remove() {
      await probe.stop()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}
