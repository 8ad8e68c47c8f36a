/** Whether the map is seen from afar. */
export interface Level {
  readonly isFar: boolean
  /** Takes the present zoom. @returns whether that has changed */
  take(zoom: number): boolean
}

/** A level that changes below `from` and, so that it does not flicker at the border, changes back only above `until`. */
export function createLevel({ from, until }: { readonly from: number; readonly until: number }): Level {
  let isFar = false
  return {
    get isFar() {
      return isFar
    },
    take(zoom) {
      const before = isFar
      isFar = isFar ? zoom <= until : zoom < from
      return isFar !== before
    },
  }
}
