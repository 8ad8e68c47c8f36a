import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { ViewDescription } from '../../../src/api/types.ts'
import type { Route } from '../../domain/address/route.ts'
import {
  isFoldedAlike,
  type OpenedView,
  openedView,
  optionsElsewhere,
  optionsOf,
} from '../../domain/grouping/grouping.ts'
import { viewId } from '../../domain/views.ts'
import { settings } from '../../settings.ts'
import type { Router } from '../page/router.ts'

/** The options of the view that is shown. */
export interface ViewOptions {
  /** Those in the address and, until it has it, the grouping that was taken by itself. */
  readonly options: () => Route['options']
  /** The options that a view is to be shown with: another one is folded in its own way, unless somebody has chosen one. */
  optionsIn(viewId: string): Route['options']
  /** Changes the address, with the options of the view that it leads to. */
  go(change: Partial<Route>): void
}

/** What decides besides the address how a view is folded. */
export interface ShownMap {
  /** How many nodes it has. */
  size(): number
  /** Whether a view stands still as it is shown. */
  isHeld(viewId: string): boolean
}

/**
 * Decides how the view that is shown is folded when nobody has chosen, and writes it into the address.
 *
 * @param map how many nodes it has, and whether it stands still
 */
export function createViewOptions(
  router: Router,
  view: () => ViewDescription | undefined,
  map: ShownMap,
): ViewOptions {
  const id = createMemo(() => {
    const current = view()
    return current && viewId(current)
  })
  const [isOpening, setOpening] = createSignal(true)
  createEffect(
    on(id, () => {
      setOpening(true)
      const timer = setTimeout(() => setOpening(false), settings.data.openingMs)
      onCleanup(() => clearTimeout(timer))
    }),
  )
  const opened = createMemo<OpenedView | undefined>((before) => {
    const current = view()
    if (!current) return before
    const stage = map.isHeld(viewId(current)) ? 'paused' : isOpening() ? 'opening' : 'open'
    return openedView(before, viewId(current), current, router.route().options, map.size(), stage)
  })
  const options = createMemo(() => {
    const own = router.route().options
    const how = opened()
    return how ? optionsOf(how, own) : own
  })
  createEffect(() => {
    if (!isFoldedAlike(router.route().options, options())) router.go({ options: options() }, true)
  })
  const optionsIn = (id: string) =>
    id === opened()?.view ? options() : optionsElsewhere(opened(), options())
  return {
    options,
    optionsIn,
    go: (change) =>
      router.go(change.view === undefined ? change : { options: optionsIn(change.view), ...change }),
  }
}
