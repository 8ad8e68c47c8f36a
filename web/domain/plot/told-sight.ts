import { isSameSight, type Sight } from './sight.ts'

/** What the address tells of the part of a map that is looked at, kept the same as what the map looks at. */
export interface ToldSight {
  /** The map looks at a part of a view, or at all of it: the address is to tell that. */
  seen(view: string, sight: Sight | undefined): void
  /**
   * The address tells a part of a view, together with a filter.
   *
   * @param arrivals how often the browser has led elsewhere, as by the way back. The map is led there then, whatever it has told: it may be
   *   on its way elsewhere, and tells only where it comes to rest
   * @returns whether the map is to look at it
   */
  led(view: string, sight: Sight | undefined, search: string, arrivals: number): boolean
  /**
   * What another filter shows has come. Where the map is to show all of it, the address tells that at once, since the way back may come before the map is there.
   *
   * @param search the filter that the address tells
   * @param isLaidOut whether the map of the view was laid out before
   * @returns whether the map is to show all of it; not where the address has led to a part together with that filter, as the way back does
   */
  filtered(view: string, search: string, isLaidOut: boolean): boolean
}

/**
 * Creates it before anything is told.
 *
 * @param tell is told what the address is to tell
 */
export function createToldSight(tell: (view: string, sight: Sight | undefined) => void): ToldSight {
  let told: { readonly view: string; readonly sight: Sight | undefined } = { view: '', sight: undefined }
  let ledBy: string | undefined
  let arrived: number | undefined
  /** @returns whether that is something else than what was told before */
  const note = (view: string, sight: Sight | undefined) => {
    if (view === told.view && isSameSight(sight, told.sight)) return false
    told = { view, sight }
    return true
  }
  const seen = (view: string, sight: Sight | undefined) => {
    if (note(view, sight)) tell(view, sight)
  }
  return {
    seen,
    led(view, sight, search, arrivals) {
      const isArrival = arrived !== undefined && arrivals !== arrived
      arrived = arrivals
      if (!note(view, sight) && !isArrival) return false
      ledBy = sight && search
      return true
    },
    filtered(view, search, isLaidOut) {
      const isFitted = isLaidOut && search !== ledBy
      ledBy = undefined
      if (isFitted) seen(view, undefined)
      return isFitted
    },
  }
}
