import { createHash } from 'node:crypto'
import { publicKeyFrom } from '../../report/proof/ed25519.ts'
import { CommandError } from '../options/usage-error.ts'

/** What a machine needs to join the cluster of an app. */
export interface JoinToken {
  /** The cluster key: 32 bytes, a secret. */
  readonly clusterKey: Buffer
  /** The app's own public key: 43 base64url characters. */
  readonly appKey: string
}

/** What every join token begins with. The probe recognises a join token in command lines by it, and blots it out. */
export const JOIN_PREFIX = 'scopejoin_'

const VERSION = 1
const KEY_BYTES = 32
const CHECKSUM_BYTES = 4
const SIZE_BYTES = 1 + 2 * KEY_BYTES + CHECKSUM_BYTES
const LENGTH = JOIN_PREFIX.length + (SIZE_BYTES * 4) / 3

const checksumOf = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update(JOIN_PREFIX).update(bytes).digest().subarray(0, CHECKSUM_BYTES)

/**
 * Formats a join token: the prefix, then as base64url a byte with the version, the cluster key, the app's key, and a
 * checksum by which a token that was not copied whole is told from a wrong one.
 */
export const formatJoinToken = ({ clusterKey, appKey }: JoinToken): string => {
  const bytes = Buffer.concat([Buffer.of(VERSION), clusterKey, Buffer.from(appKey, 'base64url')])
  return JOIN_PREFIX + Buffer.concat([bytes, checksumOf(bytes)]).toString('base64url')
}

const MAKE = 'on the machine of the app, "scope token --join" prints it'

/**
 * Parses a join token. White space within it, as a terminal adds it to a long line, and what is around it, as the whole
 * line that `scope token --join` prints, do not matter.
 *
 * @throws {CommandError} when it is none, is not whole, or was made by a newer Scope; the message never quotes it
 */
export const parseJoinToken = (text: string): JoinToken => {
  if (text.trim() === '') throw new CommandError(`no join token was given; ${MAKE}`)
  const found = new RegExp(`${JOIN_PREFIX}[\\w\\s-]*`).exec(text)?.[0].replace(/\s/g, '')
  if (found === undefined) {
    const bearer = /^[\w-]{43}$/.test(text.trim())
    throw new CommandError(
      bearer
        ? `this is not a join token: it may be the secret of page and API that "scope token" prints; ${MAKE}`
        : `this is not a join token, which begins with ${JOIN_PREFIX}; ${MAKE}`,
    )
  }
  const bytes = Buffer.from(found.slice(JOIN_PREFIX.length), 'base64url')
  const version = bytes[0] ?? VERSION
  // Later versions may be longer, but their first byte tells, unless the beginning is what is damaged.
  if (version > VERSION && version < 16)
    throw new CommandError(
      `the join token was made by a newer Scope (version ${version} of it, here ${VERSION} is known); update this one`,
    )
  if (found.length !== LENGTH)
    throw new CommandError(
      `the join token is not whole: it has ${found.length} characters instead of ${LENGTH}; copy all of it again`,
    )
  const body = bytes.subarray(0, SIZE_BYTES - CHECKSUM_BYTES)
  const appKey = body.subarray(1 + KEY_BYTES).toString('base64url')
  const isWhole = checksumOf(body).equals(bytes.subarray(SIZE_BYTES - CHECKSUM_BYTES))
  if (!isWhole || version !== VERSION || publicKeyFrom(appKey) === undefined)
    throw new CommandError(
      'the join token was changed on its way: its checksum is wrong; copy all of it again',
    )
  return { clusterKey: Buffer.from(body.subarray(1, 1 + KEY_BYTES)), appKey }
}
