/** A viewer sent what it must not. The message says what, for whoever wrote the viewer. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}
