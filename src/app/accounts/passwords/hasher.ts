import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Turns } from '../../../pacing/turns.ts'
import { AccountsError } from '../accounts.ts'
import { defaultHashCost, type HashCost, hashPassword, hasOtherCost, isPassword } from './hash.ts'

/** Each hashing takes 46 MiB and a core, of which a flood of attempts shall not take more than half. */
export const hashingsAtOnce = (cores = availableParallelism()): number => (cores < 4 ? 1 : 2)

/** Some two or three seconds of waiting. */
export const MAY_WAIT = 16

/**
 * Hashes and checks passwords, a few at a time, so that a flood of attempts to sign in takes neither the machine's memory
 * nor its cores.
 *
 * All methods throw an {@link AccountsError} `busy` when too many wait already.
 */
export class PasswordHasher {
  readonly #cost: HashCost
  readonly #turns = new Turns({
    atOnce: hashingsAtOnce(),
    mayWait: MAY_WAIT,
    refuse: () =>
      new AccountsError(
        'busy',
        'too many passwords are being checked at the moment; try again in a few seconds',
      ),
  })
  /** A hash of no password, which costs as much to check as any. */
  readonly #hashOfNone: string

  constructor(cost: HashCost = defaultHashCost) {
    this.#cost = cost
    const { memoryKib, passes, lanes } = cost
    const [salt, hash] = [randomBytes(16), randomBytes(32)].map((bytes) =>
      bytes.toString('base64').replace(/=+$/, ''),
    )
    this.#hashOfNone = `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${salt}$${hash}`
  }

  /** See {@link hashPassword}. */
  hash(password: string): Promise<string> {
    return this.#turns.run(() => hashPassword(password, this.#cost))
  }

  /**
   * Checks a password; it takes as long when there is no hash to compare it with.
   *
   * @returns whether it is right, and then a new hash if the old one was made at another cost
   */
  async check(
    password: string,
    hashed: string | undefined,
  ): Promise<{ readonly isRight: boolean; readonly rehashed?: string }> {
    return this.#turns.run(async () => {
      const isRight = (await isPassword(password, hashed ?? this.#hashOfNone)) && hashed !== undefined
      if (!isRight || !hasOtherCost(hashed, this.#cost)) return { isRight }
      return { isRight, rehashed: await hashPassword(password, this.#cost) }
    })
  }
}
