import type { ByteStream } from '../../channel/stream.ts'
import type { TerminalSize } from '../../pipe/viewer.ts'
import type { Subject } from '../access/subject.ts'

/** What a pipe is of, for the audit log. */
export interface PipeAbout {
  readonly probeId: string
  readonly nodeId: string
  /** Name of the node. */
  readonly label: string
  /** Id of the control that opened it. */
  readonly control: string
}

/** A stream to be held for somebody. */
export interface NewPipe {
  /** The app's end of a stream from a probe. */
  readonly stream: ByteStream
  /** See `controlResultSchema`. */
  readonly tty: boolean
  /** Who opened it, and so who alone can use it. */
  readonly subject: Subject
  /** The client's address, as the audit log names it. */
  readonly from: string
  readonly about: PipeAbout
}

/** Joins streams of probes with those who look at them. */
export interface Pipes {
  /**
   * Checks that somebody may open another pipe; before a probe is asked for what it needs.
   *
   * @throws {ApiError} 503 `too_many_pipes`
   */
  checkRoom(subject: Subject): void
  /**
   * Takes a stream over.
   *
   * @returns the pipe's id: 128 random bits, secret
   * @throws {ApiError} 503 `too_many_pipes`, after it has destroyed the stream
   */
  hold(pipe: NewPipe): string
  /** Tells the probe the size of the terminal. @returns false when this subject has no such pipe */
  resize(id: string, subject: Subject, size: TerminalSize): boolean
  /** Ends a pipe, and what runs at its other end. @returns false when this subject has no such pipe */
  end(id: string, subject: Subject): boolean
}
