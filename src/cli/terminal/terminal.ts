import type { ReadStream, WriteStream } from 'node:tty'

/** Where a person is asked, and answers. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>
  /** Questions go here; not to standard output, which may be a file. */
  readonly output: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY'>>
}
