/** Something is wrong with how Scope was called; its message is the one line the caller sees. Ends with {@link exitCode.usage}. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something could not be done; its message is the one line the caller sees. Ends with {@link exitCode.failed}. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** How the commands end. `stopped`, `dead` and `failing` are those of `scope status`, as service scripts have them. */
export const exitCode = { ok: 0, failed: 1, dead: 1, failing: 1, usage: 2, stopped: 3 } as const
