/** Thrown when a probe gave no valid answer to a request. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  /**
   * Machine-readable: `no_channel`, `stale` (the probe has been started again), `closed`, `timeout`, `cancelled`, `busy`,
   * `bad_answer`, `too_large`, or the code from the probe's answer.
   */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
