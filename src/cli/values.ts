import { statSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

/** Turns the text of an option into its value, or throws a {@link UsageError} that says what is allowed. */
export type ValueParser<T> = (text: string, option: string) => T

function refuse(option: string, text: string, expected: string): never {
  throw new UsageError(`${option}: expected ${expected}, not "${text}"`)
}

/** `true` or `false` (also `1`, `0`, `t`, `f`, as Weave Scope allowed). */
export const booleanValue: ValueParser<boolean> = (text, option) => {
  if (/^(1|t|true)$/i.test(text)) return true
  if (/^(0|f|false)$/i.test(text)) return false
  return refuse(option, text, 'true or false')
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A length of time such as `1s`, `500ms` or `1m30s`, between two bounds, in milliseconds. */
export function durationValue(minMs: number, maxMs: number): ValueParser<number> {
  return (text, option) => {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
    const whole = parts.map(([part]) => part).join('')
    const totalMs = parts.reduce(
      (sum, [, count, unit]) => sum + Number(count) * (unitsMs[unit ?? ''] ?? 0),
      0,
    )
    if (text === '' || whole !== text || totalMs < minMs || totalMs > maxMs) {
      return refuse(
        option,
        text,
        `a duration between ${formatDuration(minMs)} and ${formatDuration(maxMs)} such as 1s or 500ms`,
      )
    }
    return Math.round(totalMs)
  }
}

/** Milliseconds as an option takes them: `15s`, `500ms`. */
export function formatDuration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

/** One of a few words. */
export function choiceValue<const T extends string>(choices: readonly T[]): ValueParser<T> {
  return (text, option) =>
    choices.find((choice) => choice === text) ?? refuse(option, text, choices.join(' or '))
}

/** A directory that is there; its absolute path. */
export const directoryValue: ValueParser<string> = (text, option) => {
  if (text !== '' && statSync(text, { throwIfNoEntry: false })?.isDirectory()) return resolve(text)
  return refuse(option, text, 'a directory that exists')
}

/** A host and a port. The host is `''` for "every address"; an IPv6 address is without its brackets. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Splits `host:port`, `:port` and `[::1]:port`; the port may be missing. `undefined` when it is none of these. */
function splitHostPort(text: string): { host: string; port: number | undefined } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]/\s]*))(?::(\d{1,5}))?$/.exec(text)
  if (match === null) return undefined
  const [, bracketed, plain, digits] = match
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined
  if (/^[\d.]+$/.test(plain ?? '') && !isIPv4(plain ?? '')) return undefined
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && port > 65_535) return undefined
  return { host: bracketed ?? plain ?? '', port }
}

/** Where the app listens: `:4040`, `127.0.0.1:0`, `[::1]:4040`. */
export const listenAddressValue: ValueParser<string> = (text, option) => {
  const parts = splitHostPort(text)
  if (parts?.port === undefined)
    return refuse(option, text, 'an address to listen on such as :4040 or 127.0.0.1:4040')
  return text
}

/** The parts of an address that {@link listenAddressValue} let pass. */
export function parseListenAddress(text: string): HostPort {
  const parts = splitHostPort(text)
  if (parts?.port === undefined) throw new UsageError(`"${text}" is not an address to listen on`)
  return { host: parts.host, port: parts.port }
}

/** The port of an app when none is named. */
export const defaultPort = 4040

/** The URL of an app named as `HOST[:PORT]` (port 4040 when it has none): `http://10.0.0.5:4040`. */
export const peerValue: ValueParser<string> = (text, option) => {
  const parts = splitHostPort(text.replace(/^http:\/\/([^/]+)\/?$/, '$1'))
  if (parts === undefined || parts.host === '' || parts.port === 0)
    return refuse(option, text, 'HOST or HOST:PORT')
  return urlOf({ host: parts.host, port: parts.port ?? defaultPort })
}

/** `http://host:port`; an IPv6 host gets its brackets. */
export function urlOf({ host, port }: HostPort): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** Where a listener on `host` is reached from the same machine. */
export function reachableHost(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
