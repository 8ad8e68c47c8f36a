import { defaultIntake, type IntakeChoices } from '../../app/reports/intake/intake-choices.ts'
import { defaultStory, storyLimits } from '../../demo/options.ts'
import type { LogFormat } from '../../log/log.ts'
import type { ControlKind } from '../../report/control-kind.ts'
import { MAX_INTERVAL_MS } from '../../report/limits.ts'
import { defaultNamedServices } from '../../topology/named-services.ts'
import type { LabelFilter } from '../../topology/view/options/label-filter.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import {
  type AccessChoices,
  defaultAccess,
  headerNameValue,
  hostNamesValue,
  roleValue,
  trustedProxiesValue,
} from './access-choices.ts'
import { resolverValue, serviceUrlValue, weaveAddressValue, weaveNameValue } from './app-url.ts'
import { intakeOptions } from './intake-options.ts'
import { serviceTokenValue } from './service-choices.ts'
import {
  appKeyValue,
  appUserValue,
  authoritiesValue,
  booleanValue,
  choiceValue,
  controlsValue,
  countValue,
  directoryValue,
  durationValue,
  fileValue,
  fingerprintsValue,
  joinValue,
  labelFilterValue,
  listenAddressValue,
  localUsersValue,
  type NamedAppKey,
  namedServicesValue,
  textValue,
  uidsValue,
  type ValueParser,
} from './values.ts'
import { defaultWeaveNet, type WeaveNetChoices } from './weave-net-choices.ts'

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
  /** Name patterns of outside addresses that get a node of their own. */
  namedServices: readonly string[]
  /** Label filters that the page offers for containers. */
  labelFilters: readonly LabelFilter[]
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
  namedServices: defaultNamedServices,
  labelFilters: [],
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

/** Definition of an option: which commands take it, whether a value must follow, and what it changes. */
export interface OptionDefinition {
  readonly kind: 'boolean' | 'value'
  readonly commands: readonly PartCommand[]
  /** Sets the option from its text; throws a `UsageError` on a value that is not allowed. */
  apply(options: ScopeOptions, text: string, option: string): void
}

const launching = ['launch', 'command'] as const
const ofApp = [...launching, 'app'] as const
const ofDemo = ['demo'] as const
const ofPage = [...ofApp, ...ofDemo] as const
const ofProbe = [...launching, 'probe'] as const
/** A join changes the state directory before anything runs, so it is no part of what `scope command` prints. */
const ofJoin = ['launch', 'probe'] as const
const ofAll = [...launching, 'app', 'probe', ...ofDemo] as const

function valued<K extends keyof ScopeOptions>(
  commands: readonly PartCommand[],
  key: K,
  parse: ValueParser<ScopeOptions[K]>,
): OptionDefinition {
  return {
    kind: 'value',
    commands,
    apply: (options, text, option) => {
      options[key] = parse(text, option)
    },
  }
}

type Switch =
  | 'app'
  | 'probe'
  | 'ebpf'
  | 'docker'
  | 'conntrack'
  | 'processes'
  | 'dockerEnvironment'
  | 'dns'
  | 'omitCommandArguments'
  | 'probeControls'
  | 'joinReplace'
  | 'probeRequiresClusterKey'
  | 'debug'
  | 'dryRun'

/** Defines a boolean option that sets `key`. `means` is the value of `key` when the option is on. */
function switched(commands: readonly PartCommand[], key: Switch, means = true): OptionDefinition {
  return {
    kind: 'boolean',
    commands,
    apply: (options, text, option) => {
      options[key] = booleanValue(text, option) === means
    },
  }
}

/**
 * Makes a function that defines options of a group of choices.
 *
 * @returns `parse` is from its text; for a switch, what a value means
 */
const grouped =
  <G extends 'access' | 'weaveNet' | 'intake'>(group: G) =>
  <K extends keyof ScopeOptions[G]>(
    kind: OptionDefinition['kind'],
    commands: readonly PartCommand[],
    key: K,
    parse: ValueParser<ScopeOptions[G][K]>,
  ): OptionDefinition => ({
    kind,
    commands,
    apply: (options, text, option) => {
      options[group] = { ...options[group], [key]: parse(text, option) }
    },
  })

const ofAccess = grouped('access')
const ofWeaveNet = grouped('weaveNet')
const ofIntake = grouped('intake')

/**
 * Defines a label filter option, which may be given several times.
 *
 * @param exclude whether containers with the label are excluded rather than selected
 */
function labelFilter(commands: readonly PartCommand[], exclude: boolean): OptionDefinition {
  return {
    kind: 'value',
    commands,
    apply: (options, text, option) => {
      options.labelFilters = [...options.labelFilters, labelFilterValue(exclude)(text, option)]
    },
  }
}

/** Defines the option that leaves nothing to be done: the app allows no controls, and the probe carries out none. */
function noControls(commands: readonly PartCommand[]): OptionDefinition {
  return {
    kind: 'boolean',
    commands,
    apply: (options, text, option) => {
      const controls = !booleanValue(text, option)
      options.access = { ...options.access, controls }
      options.probeControls = controls
    },
  }
}

/** Defines the option by which the app takes reports only from holders of the cluster key, and the probe sends them only to such. */
function requireClusterKey(commands: readonly PartCommand[]): OptionDefinition {
  return {
    kind: 'boolean',
    commands,
    apply: (options, text, option) => {
      const requireClusterKey = booleanValue(text, option)
      options.access = { ...options.access, requireClusterKey }
      options.probeRequiresClusterKey = requireClusterKey
    },
  }
}

/** Defines the option that names the key of an app; it may be given several times, also for one name. */
function appKey(commands: readonly PartCommand[]): OptionDefinition {
  return {
    kind: 'value',
    commands,
    apply: (options, text, option) => {
      const named = appKeyValue(text, option)
      const others = options.appKeys.filter(({ target, key }) => target !== named.target || key !== named.key)
      options.appKeys = [...others, named]
    },
  }
}

/** Defines an option that asks for what is always the case; its value is checked and ignored. */
function alreadySo(commands: readonly PartCommand[]): OptionDefinition {
  return { kind: 'boolean', commands, apply: (_options, text, option) => void booleanValue(text, option) }
}

const definitionsOfIntake = Object.fromEntries(
  [...intakeOptions].map(([name, { key, parse }]) => [name, ofIntake('value', ofApp, key, parse)]),
)

/**
 * All options by name, without dashes. Where several do the same, the first one is Scope's own name and the others are
 * Weave Scope's.
 */
export const optionDefinitions: ReadonlyMap<string, OptionDefinition> = new Map(
  Object.entries({
    'app.http.address': valued(ofPage, 'appAddress', listenAddressValue),
    'app.tls': valued(ofApp, 'tls', choiceValue(['self-signed'])),
    'app.tls.cert': valued(ofApp, 'tlsCert', fileValue),
    'app.tls.key': valued(ofApp, 'tlsKey', fileValue),
    'app.window': valued(ofApp, 'windowMs', durationValue(1000, 3_600_000)),
    'app.named-services': valued(ofPage, 'namedServices', namedServicesValue),
    'app.container-label-filter': labelFilter(ofPage, false),
    'app.container-label-filter-exclude': labelFilter(ofPage, true),
    'app.local-users': valued(ofPage, 'localUsers', localUsersValue),
    'app.user': valued(ofApp, 'appUser', appUserValue),
    // Set by `scope launch`, whose environment the app does not have.
    'app.launched-by': valued(['app'], 'launchedBy', uidsValue),
    'app.host': ofAccess('value', ofPage, 'hosts', hostNamesValue),
    // Of a probe alone it concerns the token of a service.
    'app.insecure': ofAccess('boolean', [...ofPage, 'probe'], 'insecure', booleanValue),
    'app.trusted-proxies': ofAccess('value', ofApp, 'trustedProxies', trustedProxiesValue),
    'app.auth.proxy-header': ofAccess('value', ofApp, 'proxyHeader', headerNameValue),
    'app.auth.proxy-role': ofAccess('value', ofApp, 'proxyRole', roleValue),
    'app.read-only': ofAccess('boolean', ofPage, 'readOnly', booleanValue),
    ...definitionsOfIntake,
    'no-app': switched(launching, 'app', false),
    'probe-only': switched(launching, 'app', false),
    'no-probe': switched(launching, 'probe', false),
    'app-only': switched(launching, 'probe', false),
    'no-ebpf': switched(ofProbe, 'ebpf', false),
    'probe.ebpf.connections': switched(ofProbe, 'ebpf'),
    'probe.docker': switched(ofProbe, 'docker'),
    'probe.conntrack': switched(ofProbe, 'conntrack'),
    'probe.processes': switched(ofProbe, 'processes'),
    'probe.docker.env': switched(ofProbe, 'dockerEnvironment'),
    'probe.omit.env-vars': switched(ofProbe, 'dockerEnvironment', false),
    'no-dns': switched(ofProbe, 'dns', false),
    'probe.omit.cmd-args': switched(ofProbe, 'omitCommandArguments'),
    'probe.publish.interval': valued(ofProbe, 'publishIntervalMs', durationValue(100, MAX_INTERVAL_MS)),
    'probe.connections.keep': valued(ofProbe, 'connectionsKeepMs', durationValue(1000, 86_400_000)),
    'probe.tls.ca': valued(ofProbe, 'tlsCa', authoritiesValue),
    'probe.tls.fingerprint': valued(ofProbe, 'tlsFingerprints', fingerprintsValue),
    'probe.proc.root': valued(ofProbe, 'procRoot', directoryValue),
    'probe.controls': valued(ofProbe, 'controls', controlsValue),
    'no-controls': noControls([...launching, 'app', 'probe']),
    'probe.no-controls': switched(ofProbe, 'probeControls', false),
    'app-key': appKey(ofProbe),
    'service-token': valued(ofProbe, 'serviceToken', serviceTokenValue),
    'probe.token': valued(ofProbe, 'serviceToken', serviceTokenValue),
    'service-token-file': valued(ofProbe, 'serviceTokenFile', fileValue),
    'service-url': valued(ofProbe, 'serviceUrl', serviceUrlValue),
    'probe.resolver': valued(ofProbe, 'resolver', resolverValue),
    join: valued(ofJoin, 'join', joinValue),
    'join-replace': switched(ofJoin, 'joinReplace'),
    'require-cluster-key': requireClusterKey([...launching, 'app', 'probe']),
    'app.require-cluster-key': ofAccess('boolean', ofApp, 'requireClusterKey', booleanValue),
    'probe.require-cluster-key': switched(ofProbe, 'probeRequiresClusterKey'),
    discover: valued([...launching, 'app', 'probe'], 'discover', choiceValue(['none', 'mdns'])),
    weave: ofWeaveNet('boolean', [...launching, 'app', 'probe'], 'isUsed', booleanValue),
    'weave.hostname': ofWeaveNet('value', [...launching, 'app', 'probe'], 'appUrl', weaveNameValue),
    'probe.weave.hostname': ofWeaveNet('value', ofProbe, 'appUrl', weaveNameValue),
    'app.weave.hostname': ofWeaveNet('value', ofApp, 'appUrl', weaveNameValue),
    'probe.weave.addr': ofWeaveNet('value', ofProbe, 'probeRouter', weaveAddressValue),
    'app.weave.addr': ofWeaveNet('value', ofApp, 'appRouter', weaveAddressValue),
    // It is for the launcher, which decides where Scope runs.
    native: alreadySo(launching),
    debug: switched(ofAll, 'debug'),
    'log.format': valued(ofAll, 'logFormat', choiceValue(['text', 'json'])),
    'dry-run': switched(launching, 'dryRun'),
    hosts: valued(ofDemo, 'hosts', countValue(1, storyLimits.hosts)),
    containers: valued(ofDemo, 'containers', countValue(1, storyLimits.containers)),
    churn: valued(ofDemo, 'churnPerMinute', countValue(0, storyLimits.churnPerMinute)),
    seed: valued(ofDemo, 'seed', textValue),
  }),
)
