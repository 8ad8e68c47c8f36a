/** Why a probe that was asked gave no answer: the one error of the channel's boundary. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  /** For programs: `no_channel`, `closed`, `timeout`, `busy`, `bad_answer`, `too_large`, or what the probe answered. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
