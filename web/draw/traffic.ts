import { isStrong, onScreen, shortened, trace } from './edges.ts'
import type { Frame } from './frame.ts'
import { isDrawn, type Scene, type SceneEdge } from './scene.ts'

/**
 * The edges on which traffic moves. Where there is room, that is all busy ones in sight; where there are too many to be followed
 * by eye, those that are looked at, and those that fail unless these are too many, too.
 *
 * @param busy the edges in sight on which dashes could be drawn
 * @param isLookedAt whether an edge, or a node at its end, is under the pointer or selected
 * @param edgesMost how many may move that are not looked at
 */
export function movingOf<Edge extends Pick<SceneEdge, 'failing'>>(
  busy: readonly Edge[],
  isLookedAt: (edge: Edge) => boolean,
  edgesMost: number,
): readonly Edge[] {
  if (busy.length <= edgesMost) return busy
  const failing = busy.filter((edge) => edge.failing && !isLookedAt(edge))
  const isMany = failing.length > edgesMost
  return busy.filter((edge) => isLookedAt(edge) || (edge.failing && !isMany))
}

/** The edges of a frame along which dashes travel. */
export function movingEdges(frame: Frame, scene: Scene): readonly SceneEdge[] {
  if (frame.reducedMotion) return []
  const busy = scene.edges.filter(
    (edge) =>
      edge.pace > 0 &&
      edge.goneMs === undefined &&
      isDrawn(edge, frame) &&
      frame.edgeOpacity(edge.id) > 0.5 &&
      onScreen(frame, edge.curve),
  )
  return movingOf(busy, (edge) => isStrong(frame, edge), frame.settings.traffic.edgesMost)
}

/**
 * Draws the dashes that travel along edges from client to server; on one that fails they are of the colour of text, since the edge is
 * red, and go as far as its gap. All edges of the same pace and colour are drawn as one path, so a frame takes at most six strokes however
 * many edges there are.
 */
export function drawTraffic(frame: Frame, moving: readonly SceneEdge[]): void {
  const { ctx, tokens, camera, settings } = frame
  const { pace, dash, gap } = settings.traffic
  const scale = Math.max(camera.zoom, 0.45)
  ctx.lineCap = 'round'
  ctx.setLineDash([dash / scale, gap / scale])
  for (const failing of [false, true]) {
    ctx.strokeStyle = failing ? tokens.text : tokens.traffic
    pace.forEach((pixelsPerSecond, index) => {
      const path = new Path2D()
      let any = false
      for (const edge of moving) {
        if (edge.pace !== index + 1 || edge.failing !== failing) continue
        trace(path, failing ? shortened(edge.curve, settings.edge.failGap) : edge.curve)
        any = true
      }
      if (!any) return
      ctx.lineWidth = (1.5 + index * 0.5) / scale
      ctx.lineDashOffset = -((frame.nowMs / 1000) * pixelsPerSecond) / scale
      ctx.stroke(path)
    })
  }
  ctx.setLineDash([])
}
