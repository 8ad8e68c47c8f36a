/** A load of an app. */
export interface Load {
  readonly hosts: number
  readonly intervalS: number
  /** Share of what the hosts tell that changes from report to report, 0 to 1. */
  readonly share: number
  /** The views of the sockets. */
  readonly views: readonly string[]
}
