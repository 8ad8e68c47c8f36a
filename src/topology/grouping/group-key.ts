/** Identifies a group. Equal keys mean the same group, also across reports. */
export interface GroupKey {
  readonly key: string
  readonly label: string
  /** Name of the host, for groupings whose groups belong to a single host. */
  readonly place?: string
}
