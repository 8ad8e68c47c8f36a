import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { isUnspecified } from '../../report/address/ip.ts'
import type { RouterAddress } from '../../weave/router-client.ts'
import { UsageError } from './usage-error.ts'
import type { ValueParser } from './value-parser.ts'

/** Default port of an app. */
export const defaultPort = 4040

/** Ports of URLs that name none. */
const schemePorts: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
])

const MAX_NAME = 253
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Thrown by the parts below: what is wrong with an address. */
class AddressError extends Error {}

const bracketed = (address: string): string => {
  if (address.includes('%'))
    throw new AddressError(
      'an address with a zone (%eth0) cannot be used; take another address of that machine',
    )
  if (!isIPv6(address)) throw new AddressError(`"${address}" is no IPv6 address`)
  if (isUnspecified(address)) throw new AddressError('an app listens there; name an address that reaches it')
  return new URL(`http://[${address}]`).hostname
}

const named = (host: string): string => {
  if (host === '') throw new AddressError('the host is missing')
  if (isIPv4(host)) {
    if (isUnspecified(host)) throw new AddressError('an app listens there; name an address that reaches it')
    return host
  }
  const written = host.replace(/\.$/, '').toLowerCase()
  // It would read numbers as addresses.
  const isPlain = /^[ -~]*$/.test(written)
  const name = isPlain ? written : domainToASCII(written)
  const labels = name.split('.')
  // What ends in a number is an IPv4 address to every browser and library, in one of its odd spellings at best.
  if (/^(\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? ''))
    throw new AddressError(
      labels.length === 1
        ? `"${host}" is no host; is it a port? Then it follows a host and a colon`
        : `"${host}" is no IPv4 address`,
    )
  if (name.length > MAX_NAME || !labels.every((label) => LABEL.test(label)))
    throw new AddressError(`"${host}" is no host name`)
  return name
}

const portOf = (text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new AddressError('the port must be a number from 1 to 65535')
  return port
}

const hostAndPort = (text: string, defaultTo: number): { readonly host: string; readonly port: number } => {
  if (isIPv6(text) || ((text.match(/:/g)?.length ?? 0) > 1 && !text.startsWith('[')))
    throw new AddressError('an IPv6 address stands in brackets: [::1] or [::1]:4040')
  const {
    ipv6,
    host = '',
    port,
  } = /^(?:\[(?<ipv6>[^\]]*)\]|(?<host>[^:[\]]*))(?::(?<port>.*))?$/.exec(text)?.groups ?? {}
  if (ipv6 === undefined && host === '' && port === undefined)
    throw new AddressError(text === '' ? 'it is empty' : 'it is no host with a port')
  return { host: ipv6 === undefined ? named(host) : bracketed(ipv6), port: portOf(port, defaultTo) }
}

const urlOf = (text: string, defaults: { readonly scheme?: 'https' }): string => {
  const { scheme: written, rest = text } =
    /^(?<scheme>[a-z][a-z\d+.-]*):\/\/(?<rest>.*)$/i.exec(text)?.groups ?? {}
  const scheme = written?.toLowerCase() ?? defaults.scheme
  if (scheme !== undefined && !schemePorts.has(scheme))
    throw new AddressError(`an app is asked by http or https, not by ${scheme}`)
  if (rest.includes('@')) throw new AddressError('it holds no user, password or token')
  const place = rest.replace(/\/$/, '')
  if (/[/?#]/.test(place)) throw new AddressError('nothing follows host and port')
  const { host, port } = hostAndPort(
    place,
    scheme === undefined ? defaultPort : (schemePorts.get(scheme) ?? defaultPort),
  )
  return `${scheme ?? (port === 443 ? 'https' : 'http')}://${host}:${port}`
}

const parse = (text: string, option: string, defaults: { readonly scheme?: 'https' }): string => {
  try {
    return urlOf(text, defaults)
  } catch (error) {
    if (!(error instanceof AddressError)) throw error
    // What stands before an @ may be a secret.
    const shown = text.replace(/[^/]*@/, '…@')
    throw new UsageError(
      `${option}: expected HOST or HOST:PORT, or https://HOST:PORT, not "${shown}": ${error.message}`,
    )
  }
}

/**
 * An app given as `HOST[:PORT]`, with port 4040 by default, or as a URL, with the port of its scheme by default. The value
 * is its URL with its port, the host in the form that it has in URLs: `http://10.0.0.5:4040`. Port 443 without a scheme means
 * https.
 */
export const peerValue: ValueParser<string> = (text, option) => parse(text, option, {})

/** A hosted service, as {@link peerValue}; without a scheme it is https. */
export const serviceUrlValue: ValueParser<string> = (text, option) => parse(text, option, { scheme: 'https' })

/** A name server `IP[:PORT]`, with port 53 by default; the value is `IP:PORT`, IPv6 in brackets. */
export const resolverValue: ValueParser<string> = (text, option) => {
  const {
    ipv6,
    ipv4 = '',
    port = '53',
  } = /^(?:\[(?<ipv6>[^\]]*)\]|(?<ipv4>[^:[\]]*))(?::(?<port>.*))?$/.exec(isIPv6(text) ? `[${text}]` : text)
    ?.groups ?? {}
  const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
  if (isPort && ipv6 !== undefined && isIPv6(ipv6) && !ipv6.includes('%')) return `[${ipv6}]:${Number(port)}`
  if (isPort && isIPv4(ipv4)) return `${ipv4}:${Number(port)}`
  throw new UsageError(
    `${option}: expected the IP address of a name server, IP or IP:PORT such as 10.0.0.53 or [fd00::53]:5353, not "${text}"`,
  )
}

/**
 * The name by which apps are found in weaveDNS, `NAME[:PORT]` with port 4040 by default, or a URL. The value is its URL with its
 * port.
 */
export const weaveNameValue: ValueParser<string> = (text, option) => {
  const url = parse(text, option, {})
  const { hostname } = new URL(url)
  if (isIPv4(hostname) || hostname.startsWith('['))
    throw new UsageError(`${option}: expected a name in weaveDNS such as scope.weave.local, not "${text}"`)
  return url
}

const WEAVE_PORT = 6784

/** Where the HTTP API of a Weave router is: `HOST[:PORT]`, with port 6784 by default; also `http://HOST[:PORT]`. */
export const weaveAddressValue: ValueParser<RouterAddress> = (text, option) => {
  try {
    const { host, port } = hostAndPort(text.replace(/^http:\/\//i, '').replace(/\/$/, ''), WEAVE_PORT)
    return { host: host.replace(/^\[|\]$/g, ''), port }
  } catch (error) {
    if (!(error instanceof AddressError)) throw error
    throw new UsageError(
      `${option}: expected the address of a Weave router, HOST or HOST:PORT, not "${text}": ${error.message}`,
    )
  }
}
