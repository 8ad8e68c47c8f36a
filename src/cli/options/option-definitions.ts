import { storyLimits } from '../../demo/options.ts'
import { MAX_INTERVAL_MS } from '../../report/limits.ts'
import { headerNameValue, hostNamesValue, roleValue, trustedProxiesValue } from './access-choices.ts'
import { resolverValue, serviceUrlValue, weaveAddressValue, weaveNameValue } from './app-url.ts'
import { clientOptions } from './limits/client-options.ts'
import { intakeOptions } from './limits/intake-options.ts'
import { metricsGraphValue } from './metrics-graph.ts'
import type { PartCommand, ScopeOptions } from './options.ts'
import { serviceTokenValue } from './service-choices.ts'
import type { ValueParser } from './value-parser.ts'
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
  namedServicesValue,
  textValue,
  uidsValue,
} from './values.ts'

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
  <G extends 'access' | 'weaveNet' | 'intake' | 'clients'>(group: G) =>
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
const ofClients = grouped('clients')

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

const definitionsOfClients = Object.fromEntries(
  [...clientOptions].map(([name, { key, parse }]) => [name, ofClients('value', ofApp, key, parse)]),
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
    'app.metrics-graph': valued(ofPage, 'metricsGraph', metricsGraphValue),
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
    ...definitionsOfClients,
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
