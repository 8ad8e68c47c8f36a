import { angleAt, type Curve, part, pointAt } from '../domain/plot/geometry.ts'
import { dashIfGone, type Frame, fading } from './frame.ts'
import { isDrawn, type Scene, type SceneEdge } from './scene.ts'

/** The most curves of one path: longer ones take more time, not less. */
const curvesMost = 64

/**
 * Draws the edges as curves. Failing ones have a gap before the server's end, and are red from there on for as much of their length as the
 * share of connections that fail. Plain edges that look alike are drawn as one path.
 */
export function drawEdges(frame: Frame, scene: Scene): void {
  const { ctx, camera, settings } = frame
  ctx.lineCap = 'round'
  const withArrows = camera.zoom >= settings.edge.arrowZoom
  const batches = new Map<string, { readonly pen: Pen; readonly curves: Curve[] }>()
  const marked: { readonly edge: SceneEdge; readonly pen: Pen }[] = []
  for (const edge of scene.edges) {
    if (!isDrawn(edge, frame) || !onScreen(frame, edge.curve)) continue
    const pen = penOf(frame, edge)
    if (pen.alpha <= 0.01) continue
    if (edge.failing || withArrows || isStrong(frame, edge)) marked.push({ edge, pen })
    else batchOf(batches, pen).push(edge.curve)
  }
  for (const { pen, curves } of batches.values()) {
    takeUp(frame, pen)
    for (let from = 0; from < curves.length; from += curvesMost) {
      ctx.beginPath()
      for (const curve of curves.slice(from, from + curvesMost)) trace(ctx, curve)
      ctx.stroke()
    }
  }
  for (const { edge, pen } of marked) drawMarked(frame, edge, pen)
  ctx.setLineDash([])
  ctx.globalAlpha = 1
}

interface Pen {
  readonly alpha: number
  readonly colour: string
  readonly width: number
  readonly goneMs: number | undefined
}

function penOf(frame: Frame, edge: SceneEdge): Pen {
  const { tokens, camera } = frame
  const strong = isStrong(frame, edge)
  // Wide edges are more transparent, so that they do not hide everything else.
  const faint = edge.quiet && !strong ? frame.settings.edge.quietOpacity : 1
  const clear = strong || edge.failing ? 1 : 1 - 0.09 * (edge.width - 1)
  return {
    alpha: frame.edgeOpacity(edge.id) * fading(frame, edge.goneMs) * faint * clear,
    colour: edge.failing ? tokens.fail : strong ? tokens.text2 : tokens.edge,
    width: (edge.width + (strong ? 0.75 : 0)) / Math.max(camera.zoom, 0.5),
    goneMs: edge.goneMs,
  }
}

function batchOf(batches: Map<string, { readonly pen: Pen; readonly curves: Curve[] }>, pen: Pen): Curve[] {
  const key = `${pen.alpha} ${pen.width} ${pen.colour} ${pen.goneMs}`
  const known = batches.get(key)
  if (known) return known.curves
  const curves: Curve[] = []
  batches.set(key, { pen, curves })
  return curves
}

function takeUp(frame: Frame, { alpha, colour, width, goneMs }: Pen): void {
  const { ctx } = frame
  ctx.globalAlpha = alpha
  ctx.strokeStyle = colour
  ctx.lineWidth = width
  dashIfGone(frame, goneMs)
}

/** Draws an edge that has more than its curve: a gap where it fails, else an arrow head. */
function drawMarked(frame: Frame, edge: SceneEdge, pen: Pen): void {
  const { ctx } = frame
  const shown = edge.failing ? shortened(edge.curve, frame.settings.edge.failGap) : edge.curve
  const { failing, failingShare = 1 } = edge
  const stroke = (curve: Curve, by: Pen) => {
    takeUp(frame, by)
    ctx.beginPath()
    trace(ctx, curve)
    ctx.stroke()
  }
  if (failing && failingShare < 1) {
    stroke(part(shown, 0, 1 - failingShare), penOf(frame, { ...edge, failing: false }))
    stroke(part(shown, 1 - failingShare, 1), pen)
  } else stroke(shown, pen)
  if (edge.failing) drawBreak(frame, edge.curve, shown)
  else drawArrow(frame, edge)
}

/** Adds a curve to a path. */
export function trace(path: CanvasPath, curve: Curve): void {
  path.moveTo(curve.x0, curve.y0)
  path.quadraticCurveTo(curve.cx, curve.cy, curve.x1, curve.y1)
}

/** Whether a curve may be visible, judged by its control points. */
export function onScreen(frame: Frame, curve: Curve): boolean {
  const { left, right, top, bottom } = frame.visible
  return !(
    Math.max(curve.x0, curve.cx, curve.x1) < left ||
    Math.min(curve.x0, curve.cx, curve.x1) > right ||
    Math.max(curve.y0, curve.cy, curve.y1) < top ||
    Math.min(curve.y0, curve.cy, curve.y1) > bottom
  )
}

/** Whether an edge, or a node at its end, is looked at: it is under the pointer, else selected. */
export function isStrong(frame: Frame, edge: SceneEdge): boolean {
  const { hoveredEdge, hoveredNode, selectedNode, selectedEdge } = frame
  if (hoveredEdge) return edge.id === hoveredEdge
  if (selectedEdge && !hoveredNode) return edge.id === selectedEdge
  const near = hoveredNode ?? selectedNode
  return near !== undefined && (edge.source.id === near || edge.target.id === near)
}

/** The part of a failing edge that is drawn: it ends before the server. @param gap in map units */
export function shortened(curve: Curve, gap: number): Curve {
  const length = Math.hypot(curve.x1 - curve.x0, curve.y1 - curve.y0)
  return part(curve, 0, Math.max(0.4, 1 - gap / Math.max(1, length)))
}

/** Draws a short stroke across the edge on each side of the gap. */
function drawBreak(frame: Frame, whole: Curve, shown: Curve): void {
  const { ctx } = frame
  ctx.setLineDash([])
  const angle = angleAt(shown, 1) + Math.PI / 2
  const half = 5
  const at = { x: shown.x1, y: shown.y1 }
  const end = pointAt(whole, 1)
  ctx.lineWidth = 2 / Math.max(frame.camera.zoom, 0.5)
  ctx.beginPath()
  for (const place of [at, end]) {
    ctx.moveTo(place.x - half * Math.cos(angle), place.y - half * Math.sin(angle))
    ctx.lineTo(place.x + half * Math.cos(angle), place.y + half * Math.sin(angle))
  }
  ctx.stroke()
}

function drawArrow(frame: Frame, edge: SceneEdge): void {
  const { ctx } = frame
  const angle = angleAt(edge.curve, 1)
  const size = (6 + edge.width) / Math.max(frame.camera.zoom, 0.7)
  const { x1: x, y1: y } = edge.curve
  ctx.fillStyle = ctx.strokeStyle
  ctx.beginPath()
  ctx.moveTo(x + 2 * Math.cos(angle), y + 2 * Math.sin(angle))
  ctx.lineTo(x - size * Math.cos(angle - 0.45), y - size * Math.sin(angle - 0.45))
  ctx.lineTo(x - size * Math.cos(angle + 0.45), y - size * Math.sin(angle + 0.45))
  ctx.closePath()
  ctx.fill()
}
