import { type ClientChoices, defaultClients } from '../../app/client-choices.ts'
import { defaultIntake, type IntakeChoices } from '../../app/reports/intake/intake-choices.ts'
import { defaultStory } from '../../demo/options.ts'
import type { LogFormat } from '../../log/log.ts'
import type { ControlKind } from '../../report/control/control-kind.ts'
import { defaultNamedServices } from '../../topology/named-services.ts'
import type { LabelFilter } from '../../topology/view/options/label-filter.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { type AccessChoices, defaultAccess } from './access-choices.ts'
import type { NamedAppKey } from './values.ts'
import { defaultWeaveNet, type WeaveNetChoices } from './weave/weave-net-choices.ts'

/** Commands that take the options of app and probe. */
export type PartCommand = 'launch' | 'command' | 'app' | 'probe' | 'demo'

/** What the command line asks for. */
export interface ScopeOptions {
  /** Whether to run the app, and the probe. */
  app: boolean
  probe: boolean
  /** Where the app listens, as `host:port`; port 0 takes a free one. */
  appAddress: string
  windowMs: number
  /** Whether the app makes its own certificate. */
  tls: 'self-signed' | undefined
  /** Paths of the app's certificate with its chain, and of its key; given together, or neither. */
  tlsCert: string | undefined
  tlsKey: string | undefined
  /** Who may see and act. */
  access: AccessChoices
  /** How much the app takes of probes. */
  intake: IntakeChoices
  /** How much clients may take of the app. */
  clients: ClientChoices
  /** Name patterns of outside addresses that get a node of their own. */
  namedServices: readonly string[]
  /** Label filters that the page offers for containers. */
  labelFilters: readonly LabelFilter[]
  /** URL of graphs of metrics elsewhere, with `:query` where the PromQL expression belongs. */
  metricsGraph: string | undefined
  /** Ids of users of this machine who may see the map without signing in, besides root and who launched Scope. */
  localUsers: readonly number[]
  /** Whom the app runs as, when it is started by root. */
  appUser: PasswdEntry | undefined
  /** Ids of the users who launched Scope; empty when it is who runs this command. */
  launchedBy: readonly number[]
  ebpf: boolean
  docker: boolean
  /** Whether NAT translations are read from connection tracking. */
  conntrack: boolean
  processes: boolean
  /** Whether containers' environment variables are sent. */
  dockerEnvironment: boolean
  /** Whether addresses are resolved to names. */
  dns: boolean
  /** Whether command lines are reduced to the program, without arguments. */
  omitCommandArguments: boolean
  publishIntervalMs: number
  /** Path of the authorities by which the certificates of `https` apps are verified. */
  tlsCa: string | undefined
  /** Fingerprints of the certificates that `https` apps may have; empty = they are verified by authorities. */
  tlsFingerprints: readonly string[]
  /** How long idle connections stay on the map while their processes live. */
  connectionsKeepMs: number
  procRoot: string
  /** False: nothing may be done through the probe, whatever `controls` says. */
  probeControls: boolean
  /** What people may do through the probe; empty for nothing. */
  controls: readonly ControlKind[]
  /** Keys that apps must prove. */
  appKeys: readonly NamedAppKey[]
  /** Token of a hosted service that the probe publishes to, or the path of the file that has it. */
  serviceToken: string | undefined
  serviceTokenFile: string | undefined
  /** URL of that service. */
  serviceUrl: string | undefined
  /** `IP:PORT` of the name server that is asked for the addresses of apps; by default the machine's settings count. */
  resolver: string | undefined
  /** Where the join token is read from: the path of a file, or `-` for standard input. Undefined: there is none. */
  join: string | undefined
  /** Whether the keys of the join token count more than those that this machine has. */
  joinReplace: boolean
  /** Whether the probe sends nothing to apps that do not hold the cluster key. */
  probeRequiresClusterKey: boolean
  /** How apps are found besides those that are named: the app announces itself, and the probe looks for others. */
  discover: 'none' | 'mdns'
  /** How a Weave router of this machine is used. */
  weaveNet: WeaveNetChoices
  debug: boolean
  logFormat: LogFormat
  /** Only print what would be run. */
  dryRun: boolean
  /** Size and seed of the demo's simulated world. */
  hosts: number
  containers: number
  /** Container starts and restarts per minute; undefined picks a rate that suits the number of containers. */
  churnPerMinute: number | undefined
  seed: string
}

/** Values of options that are not given. */
export const defaultOptions: Readonly<ScopeOptions> = {
  app: true,
  probe: true,
  appAddress: ':4040',
  windowMs: 15_000,
  tls: undefined,
  tlsCert: undefined,
  tlsKey: undefined,
  access: defaultAccess,
  intake: defaultIntake,
  clients: defaultClients,
  namedServices: defaultNamedServices,
  labelFilters: [],
  metricsGraph: undefined,
  localUsers: [],
  appUser: undefined,
  launchedBy: [],
  ebpf: true,
  docker: true,
  conntrack: true,
  processes: true,
  dockerEnvironment: false,
  dns: true,
  omitCommandArguments: false,
  publishIntervalMs: 1000,
  tlsCa: undefined,
  tlsFingerprints: [],
  connectionsKeepMs: 600_000,
  procRoot: '/proc',
  probeControls: true,
  controls: ['container'],
  appKeys: [],
  serviceToken: undefined,
  serviceTokenFile: undefined,
  serviceUrl: undefined,
  resolver: undefined,
  join: undefined,
  joinReplace: false,
  probeRequiresClusterKey: false,
  discover: 'none',
  weaveNet: defaultWeaveNet,
  debug: false,
  logFormat: 'text',
  dryRun: false,
  hosts: defaultStory.hosts,
  containers: defaultStory.containers,
  churnPerMinute: undefined,
  seed: defaultStory.seed,
}

/** Defaults that differ for the demo: it is meant for the person at this machine, so it listens on loopback only. */
export const demoOptions: Partial<ScopeOptions> = { appAddress: '127.0.0.1:4040' }
