import type { IncomingMessage } from 'node:http'
import type { HeldMemory } from '../../api/types.ts'
import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import type { AppIdentity } from '../../report/proof/app-proof.ts'
import { verifiedFirst } from '../../topology/claims/verified-first.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { hostNamer } from '../../topology/reports/host-names.ts'
import type { Peer } from '../access/peer/local-peers.ts'
import type { AccessRules } from '../access/rules.ts'
import type { AppLimits } from '../app-options.ts'
import type { Handlers } from '../http/handlers.ts'
import { MetricStores } from '../metrics/metric-stores.ts'
import { LatestReports } from '../reports/held/latest-reports.ts'
import { ListeningClock } from '../reports/held/listening-clock.ts'
import { RecentReports } from '../reports/held/recent-reports.ts'
import { makeEntrance } from '../reports/intake/entrance.ts'
import { defaultIntake } from '../reports/intake/intake-choices.ts'
import { type IntakeLimits, intakeLimitsOf } from '../reports/intake/intake-limits.ts'
import { receiveGoodbyes } from '../reports/intake/receive-goodbye.ts'
import { receiveReports } from '../reports/receive-report.ts'
import { UnverifiedAdmission } from '../reports/unverified/admission.ts'
import { UnverifiedGate } from '../reports/unverified/gate.ts'
import { maxKnownHosts } from '../reports/unverified/known-hosts.ts'
import { KnownHostsFile, knownHostsPath } from '../reports/unverified/known-hosts-file.ts'
import { unverifiedBoundsOf, unverifiedLimitsOf } from '../reports/unverified/limits.ts'

/** What {@link openReported} needs. */
export interface ReportedOptions {
  /** Directory of what is to be known after a restart. */
  readonly directory: string
  /** A probe's nodes are removed after at least this much silence. */
  readonly windowMs: number
  readonly limits: Pick<AppLimits, 'intake' | 'uploads' | 'unverified'>
  readonly identity: Required<AppIdentity>
  /** What the proofs of probes must cover; random per start of the app. */
  readonly challenge: string
  readonly rules: AccessRules
  /** Ids of the users of this machine, besides root, whose unverified probes are taken. */
  readonly launchedBy: ReadonlySet<number>
  /** Whether other machines can reach the app. */
  readonly isOpenToNetwork: () => boolean
  /** Asks the kernel whose process of this machine has the other end of a request's connection. */
  readonly ownerOf: (request: IncomingMessage) => Peer
  /** How long the next report may take if only numbers change; undefined while somebody looks. */
  readonly restMs: () => number | undefined
  /** Called when the reports that are shown have changed. */
  readonly changed: () => void
  readonly log: Logger
  readonly faults: Faults
  /** The app's clock, ms since 1970; never goes back. */
  readonly nowMs: () => number
}

/** What the probes of a map have reported. */
export interface Reported {
  /** What is held of them. */
  held(): readonly HeldReport[]
  /** Of that what is shown, each host by a name of its own. */
  shown(): readonly HeldReport[]
  /** What is held, each host by a name of its own. */
  named(): readonly HeldReport[]
  readonly metrics: MetricStores
  /** How large the held reports of verified probes are, and may be, and those of unverified ones. */
  readonly memory: Pick<HeldMemory, 'reports' | 'unverifiedReports'>
  /** What is taken of probes. */
  readonly limits: IntakeLimits
  readonly handlers: Pick<Handlers, 'receiveReport' | 'receiveGoodbye'>
  stop(): Promise<void>
}

/** Begins to take the reports of probes. */
export const openReported = (options: ReportedOptions): Reported => {
  const { directory, windowMs, limits: given, identity, challenge, rules, log, faults, nowMs } = options
  const limits = intakeLimitsOf({ ...defaultIntake, ...given.intake })
  const unverifiedLimits = unverifiedLimitsOf(limits.report)
  const bounds = { ...unverifiedBoundsOf(limits.report), ...given.unverified }
  const metrics = new MetricStores()
  const knownHosts = new KnownHostsFile({
    path: knownHostsPath(directory),
    max: { ...maxKnownHosts, unverified: bounds.knownHosts },
    faults,
    nowMs,
  })
  const listening = new ListeningClock(nowMs)
  const latest: LatestReports = new LatestReports({
    windowMs,
    listeningMs: () => listening.now(),
    unverified: new UnverifiedAdmission({ knownHosts, bounds, limits: unverifiedLimits, nowMs }),
    limits: limits.report,
    unverifiedLimits,
    inAll: limits.inAll,
    log,
    faults,
    nowMs,
    accepted: (held, told, silenceMs, before) => metrics.record(held, silenceMs, { told, before }),
    changed: () => recent.notify(),
  })
  const held = () => latest.held
  const recent = new RecentReports({
    held,
    show: verifiedFirst(),
    changed: options.changed,
    guard: faults.guardOf('reports'),
    nowMs,
  })
  const tellApart = hostNamer()
  const gate = new UnverifiedGate({ rules, users: options.launchedBy, bounds, nowMs })
  const unverified = () => (options.isOpenToNetwork() && !rules.requireClusterKey ? gate : undefined)
  const enter = makeEntrance({
    ...{ challenge, clusterKey: identity.clusterKey, limits, nowMs, unverified },
    ownerOf: options.ownerOf,
  })

  return {
    held,
    shown: () => tellApart(recent.current),
    named: () => tellApart(held()),
    metrics,
    get memory() {
      return {
        reports: { bytes: latest.reportBytes, maxBytes: limits.inAll.reportBytes },
        unverifiedReports: { bytes: latest.unverifiedBytes, maxBytes: bounds.held.decodedBytes },
      }
    },
    limits,
    handlers: {
      receiveReport: receiveReports({
        ...{ enter, identity, unverifiedLimits, unverified, log, nowMs, clockMs: Date.now },
        limits: { ...limits, uploads: { ...limits.uploads, ...given.uploads } },
        restMs: options.restMs,
        take: (report, sender) => latest.take(report, sender),
      }),
      receiveGoodbye: receiveGoodbyes({
        enter,
        take: (goodbye, verified) => latest.leave(goodbye, verified),
      }),
    },
    async stop() {
      latest.stop()
      listening.stop()
      await knownHosts.stop()
      recent.stop()
    },
  }
}
