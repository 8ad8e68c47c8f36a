import { defaultStory, storyLimits } from '../../demo/options.ts'
import type { LogFormat } from '../../log/log.ts'
import { MAX_INTERVAL_MS } from '../../report/limits.ts'
import { defaultNamedServices } from '../../topology/named-services.ts'
import type { LabelFilter } from '../../topology/view/options/label-filter.ts'
import {
  booleanValue,
  choiceValue,
  countValue,
  directoryValue,
  durationValue,
  labelFilterValue,
  listenAddressValue,
  namedServicesValue,
  textValue,
  type ValueParser,
} from './values.ts'

/** Commands that take options of the parts. */
export type PartCommand = 'launch' | 'command' | 'app' | 'probe' | 'demo'

/** What the command line asks for. */
export interface ScopeOptions {
  /** Whether the app, and whether the probe is run. */
  app: boolean
  probe: boolean
  /** Where the app listens, as `host:port`; port 0 takes a free one. */
  appAddress: string
  windowMs: number
  /** Patterns of the names that make an outside address a node of its own. */
  namedServices: readonly string[]
  /** Choices of containers by label that the page offers. */
  labelFilters: readonly LabelFilter[]
  ebpf: boolean
  docker: boolean
  /** Whether address translations are learned from connection tracking. */
  conntrack: boolean
  processes: boolean
  /** Whether the environment of containers is sent. */
  dockerEnvironment: boolean
  /** Whether names are looked up for addresses. */
  dns: boolean
  /** Whether command lines are cut to the program. */
  omitCommandArguments: boolean
  publishIntervalMs: number
  /** How long connections that rest stay on the map while their processes live. */
  connectionsKeepMs: number
  procRoot: string
  debug: boolean
  logFormat: LogFormat
  /** Only say what would be run. */
  dryRun: boolean
  /** The simulated world of the demo. */
  hosts: number
  containers: number
  /** Starts and restarts a minute; undefined: what suits the number of containers. */
  churnPerMinute: number | undefined
  seed: string
}

/** What holds when no option is given. */
export const defaultOptions: Readonly<ScopeOptions> = {
  app: true,
  probe: true,
  appAddress: ':4040',
  windowMs: 15_000,
  namedServices: defaultNamedServices,
  labelFilters: [],
  ebpf: true,
  docker: true,
  conntrack: true,
  processes: true,
  dockerEnvironment: false,
  dns: true,
  omitCommandArguments: false,
  publishIntervalMs: 1000,
  connectionsKeepMs: 600_000,
  procRoot: '/proc',
  debug: false,
  logFormat: 'text',
  dryRun: false,
  hosts: defaultStory.hosts,
  containers: defaultStory.containers,
  churnPerMinute: undefined,
  seed: defaultStory.seed,
}

/** What else holds for a demo: it is for who sits before the machine. */
export const demoOptions: Partial<ScopeOptions> = { appAddress: '127.0.0.1:4040' }

/** One option: who takes it, whether a value must follow, and what it changes. */
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
  | 'debug'
  | 'dryRun'

/** A switch; `means` is what `key` becomes when it is on. */
function switched(commands: readonly PartCommand[], key: Switch, means = true): OptionDefinition {
  return {
    kind: 'boolean',
    commands,
    apply: (options, text, option) => {
      options[key] = booleanValue(text, option) === means
    },
  }
}

/** An option that may be given several times. @param exclude the containers with the label are those left out */
function labelFilter(commands: readonly PartCommand[], exclude: boolean): OptionDefinition {
  return {
    kind: 'value',
    commands,
    apply: (options, text, option) => {
      options.labelFilters = [...options.labelFilters, labelFilterValue(exclude)(text, option)]
    },
  }
}

/** An option that asks for what is so anyway. */
function alreadySo(commands: readonly PartCommand[]): OptionDefinition {
  return { kind: 'boolean', commands, apply: (_options, text, option) => void booleanValue(text, option) }
}

/** The options of Scope by name, without dashes; the first of each group is its own name, the others are Weave Scope's. */
export const optionDefinitions: ReadonlyMap<string, OptionDefinition> = new Map(
  Object.entries({
    'app.http.address': valued(ofPage, 'appAddress', listenAddressValue),
    'app.window': valued(ofApp, 'windowMs', durationValue(1000, 3_600_000)),
    'app.named-services': valued(ofPage, 'namedServices', namedServicesValue),
    'app.container-label-filter': labelFilter(ofPage, false),
    'app.container-label-filter-exclude': labelFilter(ofPage, true),
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
    'probe.proc.root': valued(ofProbe, 'procRoot', directoryValue),
    // This version has no controls at all, and is always run from its checkout.
    'probe.no-controls': alreadySo(ofProbe),
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
