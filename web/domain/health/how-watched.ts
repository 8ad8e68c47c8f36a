/** How a host is watched of which not all is seen, or of which what is shown may be over; or such hosts of a closed group. */
export interface Watch {
  /** `silent`: reports of its probe are overdue. `partial`: its probe sees less than all. Of a group the worse of the two. */
  readonly kind: 'silent' | 'partial'
  /** Why. */
  readonly words: string
  /** Of a group: how many of how many hosts. */
  readonly hosts?: { readonly count: number; readonly of: number }
}
