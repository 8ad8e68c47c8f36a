import { parseArgs } from 'node:util'
import { peerValue } from '../options/app-url.ts'
import { UsageError } from '../options/usage-error.ts'
import { authoritiesValue, choiceValue, fingerprintsValue } from '../options/values.ts'
import { moment } from './logs/moment.ts'
import { parseDetachKeys } from './session/detach-keys.ts'
import { signalControls, type Verb, verbDefinitions } from './verbs.ts'

/** Which app is asked, as told by options; without `url`, the one of the state directory. */
export interface AppChoice {
  /** `https://host:port` */
  readonly url?: string
  /** Path of a file that holds the token. */
  readonly tokenFile?: string
  readonly tlsCa?: string
  readonly tlsFingerprints: readonly string[]
  /** Whether the token may be sent to another machine without TLS. */
  readonly insecure: boolean
}

/** What a command is to do, read from its arguments. */
export interface ControlArguments {
  readonly verb: Verb
  /** In Scope's query language; for `shell`, empty for every host. */
  readonly query: string
  /** Id of the control. */
  readonly control: string
  /** What the control is given. */
  readonly args: Readonly<Record<string, string>>
  readonly all: boolean
  readonly yes: boolean
  readonly json: boolean
  readonly app: AppChoice
  /** Of sessions: whether to ask for a terminal; by default when there is one here. */
  readonly tty?: boolean
  /** Of sessions: the keys that leave it. */
  readonly detachKeys?: Uint8Array
  /** Of logs: whether lines begin with their time. */
  readonly timestamps: boolean
}

type Option = { readonly type: 'string' | 'boolean'; readonly short?: string }

/** Options by which each of these commands is told which app it asks. */
export const ofApp = {
  app: { type: 'string' },
  'token-file': { type: 'string' },
  'tls.ca': { type: 'string' },
  'tls.fingerprint': { type: 'string' },
  insecure: { type: 'boolean' },
} satisfies Record<string, Option>

const ofActing = {
  all: { type: 'boolean', short: 'a' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
} satisfies Record<string, Option>

const detachKeys = { 'detach-keys': { type: 'string' } } satisfies Record<string, Option>
const signal = { signal: { type: 'string', short: 's' } } satisfies Record<string, Option>

/** Options of each command that acts on what a query finds, beside those of every such command: {@link ofApp}. */
export const optionsOf: Readonly<Record<Verb, Readonly<Record<string, Option>>>> = {
  exec: {
    ...detachKeys,
    'no-tty': { type: 'boolean', short: 'T' },
    tty: { type: 'boolean', short: 't' },
    // Input is always passed on; people are used to writing `-it`.
    interactive: { type: 'boolean', short: 'i' },
    user: { type: 'string', short: 'u' },
    workdir: { type: 'string', short: 'w' },
  },
  attach: detachKeys,
  shell: detachKeys,
  logs: {
    all: { type: 'boolean', short: 'a' },
    json: { type: 'boolean' },
    follow: { type: 'boolean', short: 'f' },
    since: { type: 'string' },
    until: { type: 'string' },
    tail: { type: 'string', short: 'n' },
    timestamps: { type: 'boolean', short: 't' },
    stdout: { type: 'boolean' },
    stderr: { type: 'boolean' },
  },
  start: ofActing,
  stop: ofActing,
  restart: ofActing,
  pause: ofActing,
  unpause: ofActing,
  kill: { ...ofActing, ...signal },
  remove: ofActing,
  signal: { ...ofActing, ...signal },
}

type Values = Readonly<Record<string, string | boolean | undefined>>

/**
 * Reads the arguments of a command that acts on what a query finds.
 *
 * @param args what follows the verb
 * @throws {UsageError}
 */
export const parseControlArguments = (verb: Verb, args: readonly string[]): ControlArguments => {
  const { values, words, command } = parsed(verb, args)
  const query = words.join(' ').trim()
  if (query === '' && verb !== 'shell') throw new UsageError(noQuery(verb))
  if (command !== undefined && command.length === 0)
    throw new UsageError('there is no command after "--"; without "--", exec opens a shell')
  return {
    verb,
    query,
    control: controlOf(verb, values),
    args: argsOf(verb, values, command),
    all: values.all === true,
    yes: values.yes === true,
    json: values.json === true,
    app: appOf(values),
    ...(verb === 'exec' && ttyOf(values)),
    ...(typeof values['detach-keys'] === 'string' && {
      detachKeys: parseDetachKeys(values['detach-keys'], '--detach-keys'),
    }),
    timestamps: verb === 'logs' && values.timestamps === true,
  }
}

const parsed = (verb: Verb, args: readonly string[]) => {
  const end = args.indexOf('--')
  const [before, after] = end < 0 ? [args, undefined] : [args.slice(0, end), args.slice(end + 1)]
  const options: Record<string, Option> = { ...ofApp, ...optionsOf[verb] }
  try {
    const { values, positionals } = parseArgs({ args: [...before], options, allowPositionals: true })
    // Only exec runs a command; elsewhere "--" is for queries that begin with a dash.
    return verb === 'exec'
      ? { values: values as Values, words: positionals, command: after }
      : { values: values as Values, words: [...positionals, ...(after ?? [])], command: undefined }
  } catch (error) {
    const [what = ''] = (error as Error).message.split(/\.? ?To specify|\n/)
    throw new UsageError(`${what.replace(/\.$/, '')} of "scope ${verb}"; allowed: ${allowed(options)}`, {
      cause: error,
    })
  }
}

const allowed = (options: Readonly<Record<string, Option>>): string =>
  Object.entries(options)
    .map(([name, { short }]) => (short === undefined ? `--${name}` : `-${short}, --${name}`))
    .join(', ')

const noQuery = (verb: Verb): string => {
  const { noun } = verbDefinitions[verb]
  const usage = `say which ${noun}: scope ${verb} QUERY${verb === 'exec' ? ' [-- COMMAND…]' : ''}`
  if (verb === 'stop') return `${usage}; Scope itself is ended by "scope stop" without anything behind it`
  if (verb === 'logs')
    return `${usage}; the logs of Scope itself are printed by "scope logs" and "scope logs -f"`
  return usage
}

const controlOf = (verb: Verb, { signal }: Values): string => {
  if (verb !== 'signal' || typeof signal !== 'string') return verbDefinitions[verb].control
  const names = Object.keys(signalControls) as (keyof typeof signalControls)[]
  return signalControls[choiceValue(names)(signal.toUpperCase().replace(/^SIG/, ''), '--signal')]
}

const argsOf = (
  verb: Verb,
  values: Values,
  command: readonly string[] | undefined,
): Record<string, string> => {
  const text = (name: string): Record<string, string> =>
    typeof values[name] === 'string' ? { [name]: values[name] } : {}
  switch (verb) {
    case 'exec':
      return {
        ...(command === undefined ? {} : { command: JSON.stringify(command) }),
        ...text('user'),
        ...text('workdir'),
      }
    case 'logs':
      return logArgs(values)
    case 'kill':
      return typeof values.signal === 'string' ? { signal: signalName(values.signal) } : {}
    default:
      return {}
  }
}

const signalName = (text: string): string => {
  if (!/^(?:SIG)?[A-Z][A-Z\d+-]{1,15}$|^\d{1,2}$/i.test(text))
    throw new UsageError(`--signal: expected a signal such as HUP or SIGUSR1, not "${text}"`)
  return text.toUpperCase()
}

const logArgs = (values: Values): Record<string, string> => {
  const { since, until, tail, stdout, stderr } = values
  if (typeof tail === 'string' && !/^(?:all|\d{1,9})$/.test(tail))
    throw new UsageError(`--tail: expected a number of lines, or all, not "${tail}"`)
  const one = stdout === true || stderr === true
  return {
    follow: String(values.follow === true),
    ...(typeof since === 'string' && { since: moment(since, '--since') }),
    ...(typeof until === 'string' && { until: moment(until, '--until') }),
    ...(typeof tail === 'string' && { tail }),
    ...(one && { stdout: String(stdout === true), stderr: String(stderr === true) }),
    // Lines of several containers are merged by them.
    timestamps: 'true',
  }
}

const ttyOf = (values: Values): { tty?: boolean } => {
  if (values['no-tty'] === true && values.tty === true)
    throw new UsageError('-t and -T exclude each other: give one of them')
  if (values['no-tty'] === true) return { tty: false }
  return values.tty === true ? { tty: true } : {}
}

const appOf = (values: Values): AppChoice => {
  const { app, 'token-file': tokenFile, 'tls.ca': ca, 'tls.fingerprint': fingerprint } = values
  if (typeof ca === 'string' && typeof fingerprint === 'string')
    throw new UsageError('--tls.ca and --tls.fingerprint exclude each other: give one of them')
  return {
    ...(typeof app === 'string' && { url: peerValue(app, '--app') }),
    ...(typeof tokenFile === 'string' && { tokenFile }),
    ...(typeof ca === 'string' && { tlsCa: authoritiesValue(ca, '--tls.ca') }),
    tlsFingerprints:
      typeof fingerprint === 'string' ? fingerprintsValue(fingerprint, '--tls.fingerprint') : [],
    insecure: values.insecure === true,
  }
}
