import { AccountsError } from '../../app/accounts/accounts.ts'
import { ListenError } from '../../app/listen/address.ts'
import { CertificateError } from '../../app/tls/key-pair.ts'
import { describeError } from '../../log/log.ts'
import { KnownAppsError } from '../../probe/apps/known-apps-error.ts'
import { StateError } from '../../state/state-dir.ts'
import { CommandError, UsageError } from '../options/usage-error.ts'

const expected = [
  UsageError,
  CommandError,
  ListenError,
  StateError,
  CertificateError,
  AccountsError,
  KnownAppsError,
]

/** True for errors whose message tells the user everything, so that no stack or causes are needed. */
export function isExpected(error: unknown): boolean {
  return expected.some((kind) => error instanceof kind)
}

/** Formats an error as one line: an expected one by its message, any other with all its causes. */
export function explain(error: unknown): string {
  return error instanceof Error && isExpected(error) ? error.message : describeError(error)
}
