import { roles } from '../../api/credentials.ts'
import type { Role } from '../../api/session.ts'
import type { AccessOptions } from '../../app/access/rules.ts'
import { TrustedProxyError, trustedProxies } from '../../app/access/trusted-proxies.ts'
import { UsageError } from './usage-error.ts'
import type { ValueParser } from './value-parser.ts'

/** What the command line asks for about who may see and act. */
export interface AccessChoices {
  /** Names by which the app may be asked for, beside addresses and those of the machine. */
  readonly hosts: readonly string[]
  /** Whether passwords, sessions and tokens count on connections from elsewhere without TLS. */
  readonly insecure: boolean
  /** Addresses, networks, and `user:NAME`. */
  readonly trustedProxies: readonly string[]
  /** Name of the header by which these name their user. */
  readonly proxyHeader: string | undefined
  /** Role of users whom only the proxy knows. */
  readonly proxyRole: Role
  readonly readOnly: boolean
  /** Whether the app lets anybody control anything. */
  readonly controls: boolean
  /** Whether the app takes reports only of probes that hold the cluster key. */
  readonly requireClusterKey: boolean
}

/** Choices when nothing is asked for. */
export const defaultAccess: AccessChoices = {
  hosts: [],
  insecure: false,
  trustedProxies: [],
  proxyHeader: undefined,
  proxyRole: 'viewer',
  readOnly: false,
  controls: true,
  requireClusterKey: false,
}

/** Formats choices as arguments of `scope app`. */
export const accessArguments = (choices: AccessChoices): string[] => [
  ...(choices.hosts.length === 0 ? [] : [`--app.host=${choices.hosts.join(',')}`]),
  ...(choices.insecure ? ['--app.insecure'] : []),
  ...(choices.trustedProxies.length === 0
    ? []
    : [`--app.trusted-proxies=${choices.trustedProxies.join(',')}`]),
  ...(choices.proxyHeader === undefined ? [] : [`--app.auth.proxy-header=${choices.proxyHeader}`]),
  ...(choices.proxyRole === defaultAccess.proxyRole ? [] : [`--app.auth.proxy-role=${choices.proxyRole}`]),
  ...(choices.readOnly ? ['--app.read-only'] : []),
  ...(choices.controls ? [] : ['--no-controls']),
  ...(choices.requireClusterKey ? ['--app.require-cluster-key'] : []),
]

/** Choices as the app takes them. */
export const accessOptionsOf = ({ trustedProxies: given, ...others }: AccessChoices): AccessOptions => ({
  ...others,
  proxies: trustedProxies(given),
})

const itemsOf = (text: string): string[] => text.split(',').map((item) => item.trim())

/** Host names: `scope.example.com,map.local`. */
export const hostNamesValue: ValueParser<readonly string[]> = (text, option) => {
  const names = itemsOf(text)
  const wrong = names.find((name) => !/^[a-z\d_]([a-z\d_.-]*[a-z\d_])?$/i.test(name))
  if (wrong === undefined) return names
  throw new UsageError(
    `${option}: expected host names without port, such as scope.example.com, not "${wrong}"`,
  )
}

/** Addresses, networks and `user:NAME`. */
export const trustedProxiesValue: ValueParser<readonly string[]> = (text, option) => {
  try {
    return trustedProxies(itemsOf(text)).given
  } catch (error) {
    if (error instanceof TrustedProxyError) throw new UsageError(`${option}: ${error.message}`)
    throw error
  }
}

/** Name of a header that clients' software does not send by itself, and that has no other meaning here. */
export const headerNameValue: ValueParser<string> = (text, option) => {
  const isOwn =
    /^(host|origin|cookie|authorization|forwarded|via|user-agent|accept.*|sec-.*|scope-.*|content-.*|x-forwarded-.*)$/i
  if (/^[\w-]+$/.test(text) && !isOwn.test(text)) return text
  throw new UsageError(`${option}: expected the name of a header such as X-Remote-User, not "${text}"`)
}

/** One of the roles. */
export const roleValue: ValueParser<Role> = (text, option) => {
  const role = roles.find((name) => name === text)
  if (role !== undefined) return role
  throw new UsageError(`${option}: expected ${roles.join(', ')}, not "${text}"`)
}
