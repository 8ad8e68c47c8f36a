import type { SignIn } from '../../api/session.ts'
import type { Authentication } from '../access/authenticate.ts'
import { type Accounts, type CodeUse, OWNER } from '../accounts/accounts.ts'
import { ApiError } from '../http/api-error.ts'

/** Whom somebody signs in as. */
export type SignedInAs = { readonly user: string } & (
  | { readonly by: 'proxy' }
  /** With the session that this code has opened already, if its browser asks once more since it got no answer. */
  | { readonly by: 'code'; readonly use: CodeUse; readonly replaces?: string }
  /** With the stamp that they had when their password was right, see `PasswordAnswer`. */
  | { readonly by: 'password'; readonly stamp: string }
)

/** What {@link checkSignIn} needs. */
export interface SignInOptions {
  readonly accounts: Pick<Accounts, 'codes' | 'users' | 'checkPassword'>
}

/**
 * Checks what somebody signs in with.
 *
 * @throws {ApiError} 401 when it is wrong, 403 when nobody can sign in on this connection, 429 after too many attempts, 503 when
 * too many sign in at once
 */
export const checkSignIn = async (
  given: SignIn,
  { connection, proxyUser }: Authentication,
  { accounts }: SignInOptions,
): Promise<SignedInAs> => {
  if (connection.insecure !== undefined)
    throw new ApiError(403, 'insecure', `nobody can sign in here, since ${connection.insecure}`)
  if ('code' in given) {
    const user = accounts.codes.redeem(given.code)
    if (user !== undefined) return { user, by: 'code', use: given }
    const replaces = accounts.codes.openedBy(given)
    if (replaces !== undefined) return { user: OWNER, by: 'code', use: given, replaces }
    throw new ApiError(
      401,
      'wrong_code',
      'this link was used already, or is older than 10 minutes; "scope token --link" prints a new one',
    )
  }
  if ('proxy' in given) {
    if (proxyUser !== undefined) return { user: proxyUser, by: 'proxy' }
    throw new ApiError(401, 'no_proxy_user', 'no trusted proxy names the user of this request')
  }
  const answer = await accounts.checkPassword({
    name: given.user,
    password: given.password,
    source: connection.source,
  })
  if ('user' in answer) return { user: answer.user.name, by: 'password', stamp: answer.stamp }
  switch (answer.refused) {
    case 'wrong':
      throw new ApiError(401, 'wrong_password', 'the name or the password is wrong')
    case 'busy':
      throw new ApiError(503, 'busy', 'too many sign in at once; try again', {
        headers: { 'retry-after': '1' },
      })
    case 'limited':
      throw new ApiError(
        429,
        'too_many_attempts',
        `too many attempts failed; try again in ${answer.retryAfterSeconds} s, or sign in with a link ("scope token --link")`,
        { headers: { 'retry-after': String(answer.retryAfterSeconds) } },
      )
  }
}
