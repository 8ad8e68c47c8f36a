/**
 * Why nothing is known from a Weave router. `absent`: nobody listens at its address. `broken`: whoever does gives no answer
 * that a router gives. `distrusted`: it may be anybody's.
 */
export type RouterTrouble = 'absent' | 'broken' | 'distrusted'

/** A Weave router did not do what it was asked. The message says in plain words why, without naming the router. */
export class RouterError extends Error {
  override readonly name = 'RouterError'
  readonly trouble: RouterTrouble

  constructor(trouble: RouterTrouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
  }
}
