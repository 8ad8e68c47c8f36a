import type { Guard } from '../log/faults.ts'
import type { Logger } from '../log/log.ts'
import type { AppSecrets } from '../state/app-secrets.ts'
import type { LabelFilter } from '../topology/view/options/label-filter.ts'
import type { AccessOptions } from './access/rules.ts'
import type { ClientChoices } from './client-choices.ts'
import type { ControlLimits } from './controls/offer-now.ts'
import type { BytesInFlightLimits } from './http/sending/in-flight.ts'
import type { ServerLimits } from './listen/server.ts'
import type { PipeLimits } from './pipes/held-pipes.ts'
import type { PushLimits } from './push/push.ts'
import type { IntakeChoices } from './reports/intake/intake-choices.ts'
import type { UnverifiedBounds } from './reports/unverified/limits.ts'
import type { UploadLimits } from './reports/uploads.ts'
import type { CertificateSource } from './tls/keeper.ts'
import type { ServedCertificate } from './tls/key-pair.ts'

/** How to start an app. */
export interface AppOptions {
  /** Where to listen: `:4040` (every address), `127.0.0.1:0`, `[::1]:4040`. Port 0 picks a free one. */
  readonly address: string
  /** Directory of the cluster key, the app's own key and the bearer token; they are created on first use. */
  readonly stateDir: string
  /** The secrets of the state directory, for an app that may not read them there. */
  readonly secrets?: AppSecrets | undefined
  /** A probe's nodes are removed after at least this much silence; later when the probe reports at long intervals. */
  readonly windowMs: number
  /** Name patterns of outside addresses that get a node of their own; well-known services by default. */
  readonly namedServices?: readonly string[]
  /** Label filters that container views offer; none by default. */
  readonly labelFilters?: readonly LabelFilter[]
  /** URL of graphs of metrics elsewhere, with `:query` where the PromQL expression belongs; none by default. */
  readonly metricsGraph?: string | undefined
  /**
   * Ids of the users of this machine who, besides root, may see the map without signing in; the user of this process by
   * default.
   */
  readonly localUsers?: readonly number[]
  /**
   * Ids of the users of this machine whose probes, besides root's, may report without the cluster key; the user of this process
   * by default.
   */
  readonly launchedBy?: readonly number[]
  /** Directory of the built page. */
  readonly webRoot: string
  /** True when all data is simulated; the page then says so. */
  readonly demo?: boolean
  /** The certificate of the port, which then speaks only https; undefined = plain HTTP. */
  readonly certificate?: CertificateSource
  /** Called when the certificate was renewed. */
  readonly certificateRenewed?: (served: ServedCertificate) => void
  /** Who may see and who may act, where that differs from the defaults. */
  readonly access?: AccessOptions
  /** Overrides of the default limits. */
  readonly limits?: AppLimits
  readonly log: Logger
}

/** Limits on the load that clients can put on an app. */
export interface AppLimits {
  /** What it takes of probes. */
  readonly intake?: Partial<IntakeChoices>
  /** What clients may take; the limits of parts, below, take precedence. */
  readonly clients?: Partial<ClientChoices>
  readonly uploads?: Partial<UploadLimits>
  readonly unverified?: Partial<UnverifiedBounds>
  readonly server?: Partial<ServerLimits>
  readonly push?: Partial<PushLimits>
  readonly pipes?: Partial<PipeLimits>
  readonly controls?: ControlLimits
  readonly sending?: Partial<BytesInFlightLimits>
}

/** A running app. */
export interface App {
  /** The port it listens on, also when 0 was asked for. */
  readonly port: number
  /** URLs at which people reach it, the most convenient first. */
  readonly urls: readonly string[]
  /** The certificate that it serves now; undefined when it speaks plain HTTP. */
  readonly certificate: ServedCertificate | undefined
  /** Runs jobs of a part that works for the app from outside it; what they throw shows in `/health`. */
  guardOf(part: string): Guard
  /** Closes every connection (WebSockets with code 1001) and releases all resources. */
  stop(): Promise<void>
}
