import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Costs of one hash. */
export interface HashCost {
  /** KiB of memory. */
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/**
 * More than the least that OWASP's Password Storage Cheat Sheet advises for argon2id (46 MiB with one pass): some 0.2 s of
 * one core.
 */
export const defaultHashCost: HashCost = { memoryKib: 47_104, passes: 2, lanes: 1 }

const SALT_BYTES = 16
const HASH_BYTES = 32

const argon2Async = promisify(argon2)

// Of two spellings of one character, as keyboards and systems have them, either is right.
const normalised = (password: string): string => password.normalize('NFKC')

const derive = (password: string, salt: Uint8Array, cost: HashCost, tagLength: number): Promise<Buffer> =>
  argon2Async('argon2id', {
    message: normalised(password),
    nonce: salt,
    memory: cost.memoryKib,
    passes: cost.passes,
    parallelism: cost.lanes,
    tagLength,
  })

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/**
 * Hashes a password with a new salt.
 *
 * @returns the hash with all parameters in PHC string format, `$argon2id$v=19$m=47104,t=2,p=1$<salt>$<hash>`
 */
export const hashPassword = async (password: string, cost: HashCost): Promise<string> => {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, cost, HASH_BYTES)
  return `$argon2id$v=19$${costText(cost)}$${unpadded(salt)}$${unpadded(hash)}`
}

const costText = ({ memoryKib, passes, lanes }: HashCost): string => `m=${memoryKib},t=${passes},p=${lanes}`

const phc = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/**
 * Whether a password is the one that was hashed, with the parameters that are in the hash.
 *
 * @throws Error when the text is no hash of {@link hashPassword}
 */
export const isPassword = async (password: string, hashed: string): Promise<boolean> => {
  const found = phc.exec(hashed)
  if (found === null) throw new Error('the stored password is no argon2id hash')
  const [, memoryKib, passes, lanes, salt = '', hash = ''] = found
  const expected = Buffer.from(hash, 'base64')
  const cost = { memoryKib: Number(memoryKib), passes: Number(passes), lanes: Number(lanes) }
  const derived = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length)
  return timingSafeEqual(derived, expected)
}

/** Whether a hash was made at another cost than is wanted now. */
export const hasOtherCost = (hashed: string, cost: HashCost): boolean =>
  !hashed.startsWith(`$argon2id$v=19$${costText(cost)}$`)
