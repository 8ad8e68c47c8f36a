import type { Point } from '../../../domain/plot/geometry.ts'
import { toMap } from '../../../draw/camera.ts'
import { openGroupAt } from '../../../draw/open-groups.ts'
import type { Listener } from '../../renderer/renderer.ts'
import type { ViewPoint } from '../../view-point.ts'
import type { MapState } from '../map-state.ts'
import type { Pinning } from './pinning.ts'
import { type Pointing, slack } from './pointing.ts'

/** What presses of the map tell the page. */
export interface Presses {
  /** A click; `again` when it is the second of a double click. */
  click(at: Point, again: boolean): void
  /** The menu is asked for at a place; undefined where something lies over the map. */
  menu(at: Point | undefined): void
  /** Whether the last press has opened a menu. */
  readonly hasMenu: boolean
}

/** What presses concern. */
export interface PressParts {
  readonly state: MapState
  readonly pointing: Pointing
  readonly pinning: Pinning
  readonly viewPoint: ViewPoint
  readonly tell: Listener
}

/** Creates presses of a map that was not pressed yet. */
export function createPresses({ state, pointing, pinning, viewPoint, tell }: PressParts): Presses {
  let lastClicked: string | undefined
  let hasMenu = false
  return {
    get hasMenu() {
      return hasMenu
    },
    menu(at) {
      const node = at && pointing.node(at, slack.pressing)
      hasMenu = node !== undefined
      if (at && node) tell({ kind: 'menu', id: node.id, at })
    },
    click(at, again) {
      // A double click is one on the node that its first click has chosen, which may have moved the map under the pointer: it lets go
      // of a pinned one, and opens a group.
      if (again && lastClicked !== undefined) {
        if (pinning.has(lastClicked)) pinning.unpin(lastClicked)
        else if (state.isGroup(lastClicked)) tell({ kind: 'open-group', id: lastClicked })
        return
      }
      const node = pointing.node(at, slack.pressing)
      if (node) {
        lastClicked = node.id
        return tell({ kind: 'select', selection: { kind: 'node', id: node.id } })
      }
      const edge = pointing.edge(at)
      const around =
        again && edge === undefined ? openGroupAt(state.scene, toMap(viewPoint.camera, at)) : undefined
      if (around !== undefined && lastClicked === undefined) return tell({ kind: 'close-group', id: around })
      lastClicked = undefined
      const isSingle = edge !== undefined && !pointing.isBundle(edge)
      tell({
        kind: 'select',
        selection: isSingle ? { kind: 'edge', source: edge.source.id, target: edge.target.id } : undefined,
      })
    },
  }
}
