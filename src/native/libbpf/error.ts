/** Why eBPF cannot be used, as a caller may want to tell apart. */
export type LibbpfFailure =
  | 'no-library'
  | 'old-library'
  | 'no-btf'
  | 'not-permitted'
  | 'interrupted'
  | 'no-object'
  | 'rejected'
  | 'not-attached'

/** The one error of this boundary. `message` says in plain words what happened; `detail` is libbpf's own account. */
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
