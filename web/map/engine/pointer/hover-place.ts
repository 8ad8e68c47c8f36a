import { toScreen } from '../../../draw/camera.ts'
import type { HoverPlace } from '../../renderer/protocol.ts'
import type { Listener } from '../../renderer/renderer.ts'
import type { ViewPoint } from '../../view-point.ts'
import type { MapState } from '../map-state.ts'
import type { MapSelection } from '../selection.ts'

/** What {@link createHoverPlace} needs. */
export interface HoverPlaceParts {
  readonly selection: Pick<MapSelection, 'hover'>
  readonly state: Pick<MapState, 'scene'>
  readonly viewPoint: Pick<ViewPoint, 'camera'>
  readonly tell: Listener
}

/** Creates a function that tells where on the screen the node is that is pointed at, when that has changed. */
export function createHoverPlace({ selection, state, viewPoint, tell }: HoverPlaceParts): () => void {
  let told: HoverPlace | undefined
  return () => {
    const { hover } = selection
    const node = hover?.kind === 'node' ? state.scene.nodeById.get(hover.id) : undefined
    if (!node) return
    const { id, x, y, r } = node
    const at = toScreen(viewPoint.camera, { x: x + r, y })
    if (told?.id === id && told.at.x === at.x && told.at.y === at.y) return
    told = { id, at }
    tell({ kind: 'hover-place', id, at })
  }
}
