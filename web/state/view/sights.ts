import { createEffect, on } from 'solid-js'
import type { Sight } from '../../domain/plot/sight.ts'
import type { Router } from '../page/router.ts'

/** Which part of its map each view shows; the address says it of the view that is shown. */
export interface Sights {
  /** Somebody has moved to a part of a view's map, or back to all of it; the address then says so. */
  note(view: string, sight: Sight | undefined): void
}

/**
 * Comes back to where somebody was when a view is opened again, in each layout; for the life of the page.
 *
 * @param view id of the view that is shown
 */
export function createSights(router: Router, view: () => string | undefined): Sights {
  const noted = new Map<string, Sight>()
  const keyOf = (id: string) => `${router.route().layout} ${id}`
  const note = (key: string, sight: Sight | undefined) => {
    if (sight) noted.set(key, sight)
    else noted.delete(key)
  }
  const here = () => {
    const id = view()
    return id === undefined ? undefined : keyOf(id)
  }
  createEffect(
    on([here, () => router.route().sight], ([key, sight], before) => {
      if (key === undefined) return
      const isOpened = before?.[0] !== key && !sight
      if (isOpened) router.go({ sight: noted.get(key) }, true)
      else note(key, sight)
    }),
  )
  return {
    note(id, sight) {
      note(keyOf(id), sight)
      if (id === view()) router.go({ sight }, true)
    },
  }
}
