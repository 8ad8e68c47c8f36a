import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { ListenError, parseListenAddress } from '../../app/listen/address.ts'
import { targetOf } from '../../probe/apps/targets.ts'
import { type ControlKind, controlKinds } from '../../report/control/control-kind.ts'
import { publicKeyFrom } from '../../report/proof/ed25519.ts'
import { parseFingerprint } from '../../tls/fingerprint.ts'
import { parseNamedServices } from '../../topology/named-services.ts'
import { type LabelFilter, parseLabelFilter } from '../../topology/view/options/label-filter.ts'
import { MAX_UID, type PasswdEntry } from '../../users/passwd.ts'
import { createOwnUsers, createUsers, type Users } from '../../users/users.ts'
import { JOIN_PREFIX } from '../join/join-token.ts'
import { peerValue } from './app-url.ts'
import { UsageError } from './usage-error.ts'
import type { ValueParser } from './value-parser.ts'

function refuse(option: string, text: string, expected: string): never {
  throw new UsageError(`${option}: expected ${expected}, not "${text}"`)
}

/** `true` or `false` (also `1`, `0`, `t`, `f`, as Weave Scope allowed). */
export const booleanValue: ValueParser<boolean> = (text, option) => {
  if (/^(1|t|true)$/i.test(text)) return true
  if (/^(0|f|false)$/i.test(text)) return false
  return refuse(option, text, 'true or false')
}

/** A whole number between two bounds. */
export function countValue(min: number, max: number): ValueParser<number> {
  return (text, option) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return count >= min && count <= max
      ? count
      : refuse(option, text, `a whole number between ${min} and ${max}`)
  }
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** A number of bytes such as `64k`, `8M` or `1G` (powers of 1024) between two bounds. */
export function sizeValue(minBytes: number, maxBytes: number): ValueParser<number> {
  return (text, option) => {
    const [, count, unit = ''] = /^(\d{1,12})([kMG]?)$/.exec(text) ?? []
    const bytes = count === undefined ? Number.NaN : Number(count) * (unitBytes[unit] ?? 1)
    return bytes >= minBytes && bytes <= maxBytes
      ? bytes
      : refuse(
          option,
          text,
          `a size between ${formatSize(minBytes)} and ${formatSize(maxBytes)} such as 512k or 8M`,
        )
  }
}

/** Formats a number of bytes as a size option takes it: `8M`, `1000`. */
export function formatSize(bytes: number): string {
  const [unit = '', size = 1] = Object.entries(unitBytes).findLast(([, size]) => bytes % size === 0) ?? []
  return `${bytes / size}${unit}`
}

/** Any text that is not empty. */
export const textValue: ValueParser<string> = (text, option) =>
  text === '' ? refuse(option, text, 'some text') : text

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration such as `1s`, `500ms` or `1m30s` between two bounds, in milliseconds. */
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

/** Formats milliseconds as a duration option takes them: `15s`, `500ms`. */
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

/** An existing directory; the value is its absolute path. */
export const directoryValue: ValueParser<string> = (text, option) => {
  if (text !== '' && statSync(text, { throwIfNoEntry: false })?.isDirectory()) return resolve(text)
  return refuse(option, text, 'a directory that exists')
}

const MAX_USERS = 100

const uidOf = (text: string): number | undefined => {
  const uid = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  return uid <= MAX_UID ? uid : undefined
}

/** User ids with commas between them: `0,1000`. */
export const uidsValue: ValueParser<readonly number[]> = (text, option) => {
  const uids = text.split(',').map(uidOf)
  return uids.every((uid) => uid !== undefined) && uids.length <= MAX_USERS
    ? uids
    : refuse(option, text, `at most ${MAX_USERS} user ids such as 0,1000`)
}

/**
 * Users of this machine, by name or id, with commas between them (`anna,1001`); the value is their ids.
 *
 * @param users of this machine
 */
export const usersValue =
  (users: () => Users): ValueParser<readonly number[]> =>
  (text, option) => {
    const names = text.split(',')
    if (names.includes('') || names.length > MAX_USERS)
      return refuse(option, text, `at most ${MAX_USERS} users by name or id such as anna,1001`)
    return names.map((name) => {
      const uid = uidOf(name) ?? users().byName(name)?.uid
      if (uid !== undefined) return uid
      throw new UsageError(
        `${option}: there is no user "${name}" in /etc/passwd; name a user of a directory service by the id that "id -u ${name}" prints`,
      )
    })
  }

/** {@link usersValue} of the machine that this runs on. */
export const localUsersValue = usersValue(() => createUsers('/proc', () => performance.now()))
/** An existing file; the value is its absolute path. */
export const fileValue: ValueParser<string> = (text, option) => {
  if (text !== '' && statSync(text, { throwIfNoEntry: false })?.isFile()) return resolve(text)
  return refuse(option, text, 'a file that exists')
}

/** Where a join token is: `-`, or an existing file, whose absolute path is the value. */
export const joinValue: ValueParser<string> = (text, option) => {
  refuseJoinToken(text)
  return text === '-' ? text : fileValue(text, option)
}

/** Refuses a join token as an argument, without quoting it: whoever lists processes sees it there. */
export function refuseJoinToken(text: string): void {
  if (text.includes(JOIN_PREFIX))
    throw new UsageError(
      'the join token must not be an argument, which other users of the machine can see: --join=- reads it from standard input, --join=FILE from a file',
    )
}

/** A file of certificates in PEM; the value is its absolute path. */
export const authoritiesValue: ValueParser<string> = (text, option) => {
  const path = fileValue(text, option)
  try {
    new X509Certificate(readFileSync(path))
    return path
  } catch {
    return refuse(option, text, 'a file of certificates in PEM (-----BEGIN CERTIFICATE-----)')
  }
}

/** SHA-256 fingerprints of certificates, separated by commas, with or without colons. */
export const fingerprintsValue: ValueParser<readonly string[]> = (text, option) =>
  text
    .split(',')
    .map(
      (one) =>
        parseFingerprint(one) ?? refuse(option, one, 'a SHA-256 fingerprint of 64 hex digits, AB:CD:…'),
    )

/**
 * The user of this machine whom the app runs as, by name.
 *
 * @param users of this machine
 */
export const userValue =
  (users: () => Users): ValueParser<PasswdEntry> =>
  (text, option) => {
    const user = users().byName(text)
    if (user === undefined) throw new UsageError(`${option}: there is no user "${text}" in /etc/passwd`)
    return user.uid === 0 ? refuse(option, text, 'another user than root') : user
  }

/** {@link userValue} of the file system that this runs in: in a container the app is a user of its image. */
export const appUserValue = userValue(() => createOwnUsers(() => performance.now()))

/**
 * Where the app listens: `:4040`, `127.0.0.1:0`, `[::1]:4040`. `localhost` is read as 127.0.0.1: a server listens on one of the
 * addresses of that name, and on the other every user of the machine could take what browsers send to `localhost`.
 */
export const listenAddressValue: ValueParser<string> = (text, option) => {
  if (isHostPort(text)) return text.replace(/^localhost:/i, '127.0.0.1:')
  return refuse(option, text, 'an address to listen on such as :4040, 127.0.0.1:4040 or [::1]:4040')
}

function isHostPort(text: string): boolean {
  try {
    parseListenAddress(text)
    return true
  } catch (error) {
    if (error instanceof ListenError) return false
    throw error
  }
}

/**
 * A list of name patterns. With a leading `+` (`+*.example.com,*.example.net`) they are added to the default patterns,
 * otherwise they replace them.
 */
export const namedServicesValue: ValueParser<readonly string[]> = (text, option) =>
  parseNamedServices(text) ??
  refuse(option, text, 'patterns of domain names such as +*.example.com,*.example.net (= alone: none)')

/** A label filter `Title:key=value`, with `\:` for a colon in the title. */
export const labelFilterValue =
  (exclude: boolean): ValueParser<LabelFilter> =>
  (text, option) =>
    parseLabelFilter(text, exclude) ??
    refuse(option, text, 'Title:key=value, such as Databases:com.example.role=db')

/** Controls that a probe allows: `container,host,process` or some of them, or `none`. */
export const controlsValue: ValueParser<readonly ControlKind[]> = (text, option) => {
  const words = text.split(',')
  if (text === 'none') return []
  const chosen = controlKinds.filter((kind) => words.includes(kind))
  return chosen.length === words.length
    ? chosen
    : refuse(option, text, `some of ${controlKinds.join(',')}, or none`)
}

/** The key that the app at an address must prove. */
export interface NamedAppKey {
  /** `host:port` as in the URL of the app. */
  readonly target: string
  /** Raw Ed25519 public key, 43 base64url characters. */
  readonly key: string
}

/** `HOST[:PORT]=KEY`, see {@link NamedAppKey}. */
export const appKeyValue: ValueParser<NamedAppKey> = (text, option) => {
  const equals = text.lastIndexOf('=')
  const key = text.slice(equals + 1)
  if (equals < 1 || publicKeyFrom(key) === undefined)
    return refuse(
      option,
      text,
      'HOST:PORT=KEY with the key that "scope status" tells on the machine of the app',
    )
  return { target: targetOf(peerValue(text.slice(0, equals), option)), key }
}
