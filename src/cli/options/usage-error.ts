/**
 * The command was used wrongly. The user sees only the message, in one line; the exit code is {@link exitCode.usage}.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command failed. The user sees only the message; the exit code is {@link exitCode.failed}. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/**
 * Exit codes of the commands. `stopped`, `dead` and `failing` are those of `scope status`, following the LSB convention
 * for service scripts.
 */
export const exitCode = { ok: 0, failed: 1, dead: 1, failing: 1, usage: 2, stopped: 3 } as const
