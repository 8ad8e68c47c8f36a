import { createSignal } from 'solid-js'
import type { OfferedControl } from '../../../src/api/control.ts'
import { fetchControls, type ShownView } from '../../data/controls.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { asRequestError } from '../app-info.ts'
import type { ActedOn } from './runs.ts'

/** The menu at a node of the map. */
export interface OpenMenu {
  readonly node: ActedOn
  /** Where it was asked for, in CSS pixels of the window. */
  readonly at: Point
  /** What the node offered when the menu was opened; undefined until the app has answered. */
  readonly controls: readonly OfferedControl[] | undefined
  /** Why the app could not be asked. */
  readonly failure: string | undefined
}

/** State of the menu at a node. */
export interface NodeMenu {
  readonly now: () => OpenMenu | undefined
  /** Opens it in place of another one, and asks the app what the node offers. */
  open(view: ShownView, node: ActedOn, at: Point): Promise<void>
  close(): void
}

/**
 * The state of the menu at a node. What it lists stays as it was when it was opened, so that nothing moves away under the
 * pointer; the probe decides anyway whether a control can still be used.
 */
export function createNodeMenu(): NodeMenu {
  const [now, setNow] = createSignal<OpenMenu>()
  let aborter: AbortController | undefined
  return {
    now,
    async open(view, node, at) {
      aborter?.abort()
      aborter = new AbortController()
      const { signal } = aborter
      const opened: OpenMenu = { node, at, controls: undefined, failure: undefined }
      setNow(opened)
      try {
        const found = await fetchControls(view, node.id, signal)
        if (signal.aborted) return
        // The map may show one that has ended since: the name is that of what the controls are used on.
        const { id, label, labelMinor } = found ?? node
        setNow({ ...opened, node: { id, label, labelMinor }, controls: found?.controls ?? [] })
      } catch (error) {
        if (!signal.aborted) setNow({ ...opened, failure: asRequestError(error).message })
      }
    },
    close() {
      aborter?.abort()
      setNow(undefined)
    },
  }
}
