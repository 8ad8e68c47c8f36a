import { createEffect, createMemo } from 'solid-js'
import type { ViewDescription } from '../../../src/api/types.ts'
import type { ShownView } from '../../data/controls.ts'
import {
  findView,
  firstView,
  type LeftOut,
  leftOut,
  viewId,
  viewName,
  viewQuery,
  withAllShown,
} from '../../domain/views.ts'
import type { AppInfo } from '../app-info.ts'
import type { Router } from '../page/router.ts'
import { createViewOptions, type ShownMap, type ViewOptions } from './view-options.ts'

/** The view that the address names, as the app describes it. */
export interface CurrentView extends ViewOptions {
  /** Undefined before the app's views are known. */
  readonly view: () => ViewDescription | undefined
  /** The tab that the view belongs to, and the view. */
  readonly found: () => { readonly tab: ViewDescription; readonly view: ViewDescription } | undefined
  readonly id: () => string | undefined
  /** Its options as a query string, or empty. */
  readonly query: () => string
  /** Its id and query string. */
  readonly shown: () => ShownView | undefined
  /** Kinds of nodes that its options hide. */
  readonly leftOut: () => readonly LeftOut[]
  /** Its options, changed so that they hide nothing. */
  readonly allShown: () => Readonly<Record<string, string>>
  /** Name of any view; undefined when the app has none of that id. */
  nameOf(id: string | undefined): string | undefined
  /** The options that any view is to be shown with, as a query string, or empty. */
  queryOf(id: string): string
  /** Opens a view, with no card. */
  open(id: string): void
}

/**
 * Follows the view in the address; where it names none that the app has, the default view takes its place.
 *
 * @param map how many nodes it has, and whether it stands still
 */
export function createCurrentView(router: Router, info: AppInfo, map: ShownMap): CurrentView {
  const all = () => info.views() ?? []
  const found = createMemo(() => findView(all(), router.route().view))
  const view = createMemo(() => found()?.view)
  const id = createMemo(() => {
    const current = view()
    return current && viewId(current)
  })
  const { options, optionsIn, go } = createViewOptions(router, view, map)
  const query = createMemo(() => {
    const current = view()
    return current ? viewQuery(current, options()) : ''
  })
  createEffect(() => {
    const views = info.views()
    if (views && !found()) router.go({ view: firstView(views), selected: undefined }, true)
  })
  return {
    found,
    view,
    id,
    options,
    optionsIn,
    go,
    query,
    shown: createMemo(() => {
      const current = id()
      return current === undefined ? undefined : { id: current, query: query() }
    }),
    leftOut: () => {
      const current = view()
      return current ? leftOut(current, options()) : []
    },
    allShown: () => {
      const current = view()
      return current ? withAllShown(current, options()) : options()
    },
    nameOf: (one) => viewName(all(), one),
    queryOf: (one) => {
      const of = findView(all(), one)?.view
      return of ? viewQuery(of, optionsIn(one)) : ''
    },
    open: (one) => go({ view: one, selected: undefined }),
  }
}
