/** Why a request is refused, as it is answered. */
export interface Refusal {
  readonly status: 401 | 403 | 421
  /** For programs, such as `forbidden`. */
  readonly code: string
  /** What is refused, why, and what to do. */
  readonly message: string
}
