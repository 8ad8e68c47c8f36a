/** Why eBPF cannot be used; for callers that handle some reasons differently. */
export type LibbpfFailure =
  | 'no-library'
  | 'old-library'
  | 'no-btf'
  | 'not-permitted'
  | 'interrupted'
  | 'no-object'
  | 'rejected'
  | 'not-attached'

/**
 * The only error that this folder throws. `message` says in plain words what happened; `detail` contains the log of
 * libbpf.
 */
export class LibbpfError extends Error {
  override readonly name = 'LibbpfError'
  readonly failure: LibbpfFailure
  readonly detail: string

  constructor(failure: LibbpfFailure, message: string, detail = '') {
    super(message)
    this.failure = failure
    this.detail = detail
  }
}
