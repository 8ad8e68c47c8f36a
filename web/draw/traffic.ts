import { onScreen, trace } from './edges.ts'
import type { Frame } from './frame.ts'
import type { Scene } from './scene.ts'

/**
 * Draws the dashes that travel along busy edges from client to server. All edges of the same pace are drawn as one
 * path, so a frame takes at most three strokes however many edges there are.
 *
 * @returns whether any dashes were drawn
 */
export function drawTraffic(frame: Frame, scene: Scene): boolean {
  const { ctx, tokens, camera, settings } = frame
  const { pace, dash, gap, edgesMax } = settings.traffic
  const busy = scene.edges.filter(
    (edge) =>
      edge.pace > 0 &&
      edge.goneMs === undefined &&
      !edge.failing &&
      frame.edgeOpacity(edge.id) > 0.5 &&
      onScreen(frame, edge.curve),
  )
  const shown = busy.length > edgesMax ? busy.sort((a, b) => b.busy - a.busy).slice(0, edgesMax) : busy
  if (shown.length === 0) return false
  const scale = Math.max(camera.zoom, 0.45)
  ctx.strokeStyle = tokens.traffic
  ctx.lineCap = 'round'
  ctx.setLineDash([dash / scale, gap / scale])
  pace.forEach((pixelsPerSecond, index) => {
    const path = new Path2D()
    let any = false
    for (const edge of shown) {
      if (edge.pace !== index + 1) continue
      trace(path, edge.curve)
      any = true
    }
    if (!any) return
    ctx.lineWidth = (2 + index * 0.5) / scale
    ctx.lineDashOffset = -((frame.nowMs / 1000) * pixelsPerSecond) / scale
    ctx.stroke(path)
  })
  ctx.setLineDash([])
  return true
}
