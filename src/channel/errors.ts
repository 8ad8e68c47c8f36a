/** Thrown when the other end of a channel does what the protocol forbids; the channel is then closed with the message. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** With what a stream ends that did not end by itself. The message says why, in words for the person who uses it. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
}
