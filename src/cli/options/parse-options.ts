import { parseArgs } from 'node:util'
import { targetOf } from '../../probe/apps/targets.ts'
import { peerValue } from './app-url.ts'
import { checkClients } from './limits/client-options.ts'
import { checkIntake } from './limits/intake-options.ts'
import { optionDefinitions } from './option-definitions.ts'
import { defaultOptions, demoOptions, type PartCommand, type ScopeOptions } from './options.ts'
import { withService } from './service-choices.ts'
import { UsageError } from './usage-error.ts'
import { refuseJoinToken } from './values.ts'
import { passedOverOptions } from './weave/weave-options.ts'

/** A probe sends everything to each. */
const MAX_PEERS = 64

/** A parsed command line. */
export interface ParsedOptions {
  readonly options: Readonly<ScopeOptions>
  /** URLs of the apps given as `HOST[:PORT]`. */
  readonly peers: readonly string[]
  /** One line for each option that was ignored. */
  readonly warnings: readonly string[]
  /** Names of the options that were given, without dashes. */
  readonly given: ReadonlySet<string>
  /** The given options, with those of `base` where none were given, instead of the defaults. */
  over(base: Readonly<ScopeOptions>): ScopeOptions
}

/**
 * Parses the arguments of `launch`, `command`, `app`, `probe` or `demo`.
 *
 * @param args what follows the command
 * @param env the environment, for what options may be left to it
 * @throws UsageError for an unknown option, a bad or missing value, or an app given to a command that takes none
 */
export function parseOptions(
  command: PartCommand,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ParsedOptions {
  const peers: string[] = []
  const warnings: string[] = []
  const given = new Set<string>()
  const changes: ((options: ScopeOptions) => void)[] = []
  for (const token of tokensOf(command, args)) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      peers.push(peerOf(command, token.value))
      continue
    }
    const option = `--${token.name}`
    given.add(token.name)
    const text = token.value ?? 'true'
    const definition = optionDefinitions.get(token.name)
    if (definition?.commands.includes(command)) {
      if (definition.kind === 'value') requireValue(option, token.value, token.inlineValue)
      changes.push((options) => definition.apply(options, text, option))
    } else if (passedOverOptions.has(token.name)) {
      warnings.push(`${option} is an option of Weave Scope that has no effect here; it is passed over`)
    } else {
      throw new UsageError(
        `unknown option ${token.rawName} of "scope ${command}"; allowed: ${allowedOptions(command)}`,
      )
    }
  }
  const over = (base: Readonly<ScopeOptions>): ScopeOptions => {
    const options = { ...base }
    for (const apply of changes) apply(options)
    return options
  }
  const options = withService(over({ ...defaultOptions, ...(command === 'demo' ? demoOptions : {}) }), env)
  if (!options.app && !options.probe)
    throw new UsageError('--no-app and --no-probe together leave nothing to run')
  if (peers.length > 0 && !options.probe)
    throw new UsageError(`${peers[0]}: an app to publish to needs a probe, but --no-probe is given`)
  if (peers.length > MAX_PEERS)
    throw new UsageError(`${peers.length} apps to publish to are too many; at most ${MAX_PEERS} are allowed`)
  checkTls(options)
  checkIntake(options.intake)
  checkClients(options.clients)
  checkJoin(options, peers)
  return { options, peers, warnings, given, over }
}

function checkJoin({ join, joinReplace, appKeys }: ScopeOptions, peers: readonly string[]): void {
  if (join === undefined) {
    if (joinReplace) throw new UsageError('--join-replace says what --join may do: give that, too')
    return
  }
  if (peers.length === 0)
    throw new UsageError(
      '--join needs the address of the app whose token it is: take the line that "scope token --join" prints there as it is',
    )
  const targets = peers.map(targetOf)
  const named = appKeys.find(({ target }) => targets.includes(target))
  if (named !== undefined)
    throw new UsageError(
      `--app-key and --join both tell the key of the app at ${named.target}: give one of them`,
    )
}

function checkTls({ tls, tlsCert, tlsKey, tlsCa, tlsFingerprints }: ScopeOptions): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--app.tls.cert and --app.tls.key belong together: give both')
  if (tls !== undefined && tlsCert !== undefined)
    throw new UsageError('--app.tls and --app.tls.cert exclude each other: give one of them')
  if (tlsCa !== undefined && tlsFingerprints.length > 0)
    throw new UsageError('--probe.tls.ca and --probe.tls.fingerprint exclude each other: give one of them')
}

function tokensOf(command: PartCommand, args: readonly string[]) {
  const types = new Map<string, 'boolean' | 'value'>(passedOverOptions)
  for (const [name, { kind, commands }] of optionDefinitions)
    if (commands.includes(command)) types.set(name, kind)
  const options = Object.fromEntries(
    [...types].map(([name, kind]) => [
      name,
      { type: kind === 'value' ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  // Weave Scope allowed long options with one dash, which parseArgs would read as a group of short options.
  const dashed = args.map((arg) => (/^-[a-z]/i.test(arg) ? `-${arg}` : arg))
  return parseArgs({ args: dashed, options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function peerOf(command: PartCommand, text: string): string {
  // Else it would be looked up as the name of a host.
  refuseJoinToken(text)
  if (command === 'app' || command === 'demo')
    throw new UsageError(`"scope ${command}" takes no argument, but got "${text}"`)
  return peerValue(text, 'the app to publish to')
}

function requireValue(option: string, value: string | undefined, inline: boolean | undefined): void {
  if (value === undefined || (inline !== true && value.startsWith('-') && value !== '-'))
    throw new UsageError(`${option} needs a value`)
}

function allowedOptions(command: PartCommand): string {
  const names = [...optionDefinitions]
    .filter(([, { commands }]) => commands.includes(command))
    .map(([name]) => `--${name}`)
  return names.join(', ')
}
