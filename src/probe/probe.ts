import { openAuditLog } from '../audit/audit-log.ts'
import { auditPath } from '../audit/places.ts'
import { REPORT_METHOD } from '../report/channel.ts'
import type { ControlKind } from '../report/control/control-kind.ts'
import { probeIdOf } from '../report/proof/proof.ts'
import type { CollectorStatus } from '../report/schema.ts'
import { clusterKey, probeKey } from '../state/state-dir.ts'
import { bySystem, type Trust } from '../tls/trust.ts'
import { createAppKeys } from './apps/app-keys.ts'
import { createMerger } from './assemble/merger.ts'
import { openChannel } from './channel/channel.ts'
import { connectionsMethod } from './channel/connections-method.ts'
import { reportMethod } from './channel/report-method.ts'
import type { Clock, Contribution } from './collector.ts'
import { createCollectorFaults } from './collector-faults.ts'
import { createCollectorSet } from './collector-set.ts'
import { type CollectorOptions, createCollectors } from './collectors.ts'
import { createControlCollector } from './controls/control-collector.ts'
import { createControlGuard } from './controls/control-guard.ts'
import { createOffer } from './controls/offer.ts'
import { createReportFeed } from './feed/report-feed.ts'
import { createHeartbeat } from './heartbeat.ts'
import { hostIdentity } from './host/identity.ts'
import { ownUsage } from './own-usage.ts'
import { type Publishing, startPublishing } from './publish/publishing.ts'
import { createStatusFile } from './status-file.ts'
import type { TargetSource } from './targets/target.ts'
import { createUsageMeter } from './usage-meter.ts'

export interface ProbeOptions extends CollectorOptions {
  /** Finds the apps to report to, which need not be reachable yet. */
  readonly targets: TargetSource
  /** By what the certificate of the app at a URL is verified; asked for each connection. By default the system's authorities. */
  readonly trustOf?: (url: string) => Trust
  /** Directory with the probe's identity and the cluster key, which are created on first use. */
  readonly stateDir: string
  /** Public keys of which an app must prove one, by name (`host:port`); the others are known as `createAppKeys` says. */
  readonly appKeys?: ReadonlyMap<string, readonly string[]>
  /** Whether apps that do not hold the cluster key get nothing; else those elsewhere get reports. */
  readonly requiresClusterKey?: boolean
  /** Pids of Scope's own processes on this host, on which no control is used; by default, that of the probe. */
  readonly scopePids?: () => readonly number[]
}

/** A running probe. */
export interface Probe {
  readonly probeId: string
  /** The current status of each collector. */
  status(): CollectorStatus[]
  /** Releases all resources of the probe and removes its status file. */
  stop(): Promise<void>
}

const STATUS_INTERVAL_MS = 2000
/** How often the ring buffers are read; half as often while nothing comes. All other periodic jobs run on one of these beats. */
const BEAT_MS = 100
/** Parts of the probe that can fail and are no collectors. */
const OWN_PARTS = ['audit', 'publish', 'status'] as const
/** Window over which the CPU use is averaged; long enough to even out bursts. */
const USAGE_WINDOW_MS = 10_000

const createClock = (): Clock => {
  const startedMs = performance.now()
  return {
    uptimeMs: () => performance.now() - startedMs,
    nowMs: () => Date.now(),
  }
}

/**
 * Starts to watch this host and to report to the apps.
 *
 * @throws {StateError} when the state directory cannot be used
 * @throws Error when `SCOPE_HOSTNAME` is not usable as a host name, or the URL of an app is invalid
 */
export const startProbe = async (options: ProbeOptions): Promise<Probe> => {
  const { stateDir, log, trustOf = bySystem } = options
  const clock = createClock()
  const startedAt = new Date(clock.nowMs()).toISOString()
  const host = hostIdentity({ procRoot: options.procRoot, env: process.env })
  const [identity, secret] = await Promise.all([probeKey(stateDir), clusterKey(stateDir)])
  const probeId = probeIdOf(identity)
  const heartbeat = createHeartbeat(BEAT_MS, () => performance.now())
  const faults = createCollectorFaults(clock, log)
  const { all, connections } = createCollectors(options, { clock, every: heartbeat.every, faults, host })
  const allowed = new Set<ControlKind>(options.controls ?? ['container'])
  const scopePids = options.scopePids ?? (() => [process.pid])
  const control = createControlCollector({
    allowed,
    apps: () => publishing?.status() ?? [],
    faults: () => OWN_PARTS.flatMap((part) => faults.of(part)),
  })
  const collectors = createCollectorSet([...all, control], { clock, faults, log })
  const offer = createOffer({
    ...{ allowed, controls: collectors.controls, scopePids, faults },
    nowMs: () => clock.uptimeMs(),
  })
  const audit = openAuditLog({ path: auditPath.probe(stateDir), faults, nowMs: clock.nowMs })
  const trustFor = createAppKeys({
    stateDir,
    named: options.appKeys ?? new Map(),
    ...(options.requiresClusterKey !== undefined && { requiresClusterKey: options.requiresClusterKey }),
    nowMs: clock.nowMs,
    log: log.child('publish'),
    audit,
  })
  const statusFile = createStatusFile(stateDir, log)
  const measureUsage = createUsageMeter(
    () => ({ ...ownUsage(), uptimeMs: clock.uptimeMs() }),
    USAGE_WINDOW_MS,
  )
  let publishing: Publishing | undefined
  let latest: CollectorStatus[] = []

  const collect = (uptimeMs: number, samplesSinceMs?: number): Contribution[] => {
    const contributions = collectors.collect(uptimeMs, samplesSinceMs)
    latest = contributions.map(({ status }) => status)
    return contributions
  }
  const writeStatus = (): void =>
    statusFile.write({
      pid: process.pid,
      startedAt,
      writtenAt: new Date(clock.nowMs()).toISOString(),
      usage: measureUsage(),
      collectors: latest,
      apps: publishing?.status() ?? [],
    })

  const merge = createMerger()
  const feed = createReportFeed({
    probeId,
    intervalMs: options.publishIntervalMs,
    guard: faults.guardOf('publish'),
    collect(samplesSinceMs) {
      // Whole milliseconds, like the times of samples: so the ages of samples are whole, too, and take less space.
      const uptimeMs = Math.round(clock.uptimeMs())
      const contributions = collect(uptimeMs, samplesSinceMs)
      const processes = contributions.find(({ status }) => status.id === 'process')?.nodes ?? []
      return merge({ uptimeMs, host, probe: ownUsage(), contributions, offer: offer(processes) })
    },
  })
  await collectors.start(feed.changed)
  publishing = startPublishing({
    source: options.targets,
    ...{ feed, probeId, probeKey: identity, clusterKey: secret, intervalMs: options.publishIntervalMs },
    trustOf: ({ url }) => trustOf(url),
    trustFor,
    log: log.child('publish'),
    guard: faults.guardOf('publish'),
    onStatus: writeStatus,
    openChannel: ({ target, epoch, appKey, reported, endRest }) =>
      openChannel({
        target,
        trustOf: () => trustOf(target.url),
        ...{ probeId, epoch, probeKey: identity, clusterKey: secret },
        methods: new Map([
          ['connections', connectionsMethod(connections)],
          [REPORT_METHOD, reportMethod(endRest)],
        ]),
        controls: collectors.controls,
        guard: createControlGuard({ allowed, reported, scopePids }),
        ...{ audit, appKey },
        log: log.child('channel'),
      }),
  })
  collect(clock.uptimeMs())
  writeStatus()
  faults.everyOf('status', heartbeat.every)(STATUS_INTERVAL_MS, () => {
    // While no app takes reports, nothing else calls the collectors.
    if (publishing?.status().every(({ state }) => state !== 'ok')) collect(clock.uptimeMs())
    writeStatus()
  })

  return {
    probeId,
    status: () => collectors.status(),
    async stop() {
      heartbeat.stop()
      feed.stop()
      await publishing?.stop()
      await collectors.stop()
      await audit.stop()
      await statusFile.remove()
    },
  }
}
