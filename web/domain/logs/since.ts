/** From when on logs are read. */
export type LogSince = 'tail' | '5m' | '1h' | 'all'

/** What the control that opens a log is used with. @param tail how many lines are read of the end of a log */
export function logArguments(since: LogSince, tail: number): Readonly<Record<string, string>> {
  return {
    follow: 'true',
    timestamps: 'true',
    ...(since === 'tail' && { tail: String(tail) }),
    ...((since === '5m' || since === '1h') && { since }),
  }
}
