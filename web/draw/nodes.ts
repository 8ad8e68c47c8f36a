import { dashIfGone, type Frame, fading } from './frame.ts'
import { drawNetworkBars } from './network-bars.ts'
import type { Scene, SceneNode } from './scene.ts'
import { outlines } from './shapes/index.ts'
import { drawBadges } from './text/badge.ts'
import type { Tokens } from './tokens.ts'

/** The most outlines of one path: longer ones take more time, not less. */
const outlinesMost = 64

/**
 * Draws the nodes with their rings, icons and badges. Where they are so small that they have none of these, those of one colour are drawn
 * as one path.
 */
export function drawNodes(frame: Frame, scene: Scene): void {
  const batches = new Map<string, SceneNode[]>()
  const single: { readonly node: SceneNode; readonly opacity: number }[] = []
  for (const node of scene.nodes) {
    if (!near(frame, node)) continue
    const opacity = frame.nodeOpacity(node.id) * fading(frame, node.goneMs)
    if (opacity <= 0.01) continue
    if (!isPlain(frame, node)) {
      single.push({ node, opacity })
      continue
    }
    const key = `${opacity} ${node.colour} ${node.goneMs}`
    const batch = batches.get(key)
    if (batch) batch.push(node)
    else batches.set(key, [node])
  }
  for (const nodes of batches.values())
    for (let from = 0; from < nodes.length; from += outlinesMost)
      drawAlike(frame, nodes.slice(from, from + outlinesMost))
  for (const { node, opacity } of single) drawNode(frame, node, opacity)
  frame.ctx.globalAlpha = 1
}

/** Whether only the outline of a node is drawn. */
function isPlain(frame: Frame, node: SceneNode): boolean {
  const { iconRadiusMin, ringRadiusMin } = frame.settings.node
  return (
    (node.plain === true || node.r * frame.camera.zoom < Math.min(iconRadiusMin, ringRadiusMin)) &&
    node.id !== frame.selectedNode &&
    node.id !== frame.hoveredNode &&
    (node.arrivedMs === undefined || frame.reducedMotion)
  )
}

/** Draws the outlines of plain nodes of one colour and opacity. */
function drawAlike(frame: Frame, nodes: readonly SceneNode[]): void {
  const { ctx, tokens, camera } = frame
  const [first] = nodes
  if (!first) return
  const colour = colourIn(tokens, first)
  const opacity = frame.nodeOpacity(first.id) * fading(frame, first.goneMs)
  const path = frame.paths.create()
  for (const node of nodes) outlines[node.shape](path, node.x, node.y, node.r)
  ctx.globalAlpha = opacity
  ctx.fillStyle = tokens.bg
  ctx.fill(path)
  ctx.globalAlpha = opacity * 0.15
  ctx.fillStyle = colour
  ctx.fill(path)
  ctx.globalAlpha = opacity
  ctx.strokeStyle = colour
  ctx.lineWidth = Math.max(1.75, 1 / camera.zoom)
  dashIfGone(frame, first.goneMs)
  ctx.stroke(path)
  ctx.setLineDash([])
}

/** The colour of a node: that of its group, or grey. */
export function colourIn(tokens: Tokens, { colour }: SceneNode): string {
  return colour === undefined ? tokens.text2 : (tokens.groups[colour] ?? tokens.text2)
}

function near(frame: Frame, node: SceneNode): boolean {
  const { left, right, top, bottom } = frame.visible
  const reach = node.r * 2
  return node.x + reach > left && node.x - reach < right && node.y + reach > top && node.y - reach < bottom
}

function drawNode(frame: Frame, node: SceneNode, opacity: number): void {
  const { ctx, tokens, camera, settings } = frame
  const colour = colourIn(tokens, node)
  const onScreenRadius = node.r * camera.zoom
  const chosen = node.id === frame.selectedNode || node.id === frame.hoveredNode
  drawPulse(frame, node, colour)
  ctx.globalAlpha = opacity
  if (node.stack) drawStack(frame, node, colour, opacity)
  const path = frame.paths.create()
  outlines[node.shape](path, node.x, node.y, node.r)
  ctx.fillStyle = tokens.bg
  ctx.fill(path)
  ctx.globalAlpha = opacity * (chosen ? 0.3 : 0.15)
  ctx.fillStyle = colour
  ctx.fill(path)
  ctx.globalAlpha = opacity
  ctx.strokeStyle = chosen ? tokens.text : colour
  ctx.lineWidth = Math.max(1.75, 1 / camera.zoom)
  dashIfGone(frame, node.goneMs)
  if (node.shape === 'dashed-circle') ctx.setLineDash([4, 4])
  ctx.stroke(path)
  ctx.setLineDash([])
  if (node.shape === 'image') drawInner(frame, node)
  if (onScreenRadius >= settings.node.iconRadiusMin) drawGlyph(frame, node, chosen ? tokens.text : colour)
  if (onScreenRadius >= settings.node.ringRadiusMin && node.goneMs === undefined) {
    drawRing(frame, node, colour)
    drawNetworkBars(frame, node)
    drawBadges(frame, node)
  }
}

/** Two copies of the outline behind, shifted upwards. */
function drawStack(frame: Frame, node: SceneNode, colour: string, opacity: number): void {
  const { ctx, tokens } = frame
  for (const step of [2, 1]) {
    const path = frame.paths.create()
    outlines[node.shape](path, node.x + step * 2.5, node.y - step * 4, node.r)
    ctx.fillStyle = tokens.bg
    ctx.fill(path)
    ctx.globalAlpha = opacity * (step === 2 ? 0.45 : 0.7)
    ctx.strokeStyle = colour
    ctx.lineWidth = 1.5
    ctx.stroke(path)
    ctx.globalAlpha = opacity
  }
}

function drawInner(frame: Frame, node: SceneNode): void {
  const path = frame.paths.create()
  outlines.image(path, node.x, node.y, node.r * 0.8)
  frame.ctx.lineWidth = 1
  frame.ctx.stroke(path)
}

/** A mark fills its grid, a glyph leaves a rim. */
const markScale = 0.8

function drawGlyph(frame: Frame, node: SceneNode, colour: string): void {
  const { ctx } = frame
  const scale = (node.r * (node.shape === 'image' ? 0.8 : 1)) / 24
  ctx.save()
  ctx.translate(node.x - 12 * scale, node.y - 12 * scale + (node.shape === 'cloud' ? node.r * 0.06 : 0))
  ctx.scale(scale, scale)
  const mark = node.mark && frame.marks?.get(node.mark)
  if (mark) {
    ctx.translate(12 - 12 * markScale, 12 - 12 * markScale)
    ctx.scale(markScale, markScale)
    ctx.fillStyle = colour
    ctx.fill(mark)
  } else {
    ctx.strokeStyle = colour
    ctx.lineWidth = 1.7
    ctx.lineCap = 'round'
    ctx.lineJoin = 'round'
    ctx.stroke(frame.paths.glyph(node.glyph))
  }
  ctx.restore()
}

/** The chosen metric as an arc around the node, from the top clockwise. */
function drawRing(frame: Frame, node: SceneNode, colour: string): void {
  if (node.ring === undefined) return
  const { ctx, tokens } = frame
  const r = node.r + 5.5
  const start = -Math.PI / 2
  ctx.lineWidth = 2.5
  ctx.lineCap = 'round'
  ctx.beginPath()
  ctx.arc(node.x, node.y, r, 0, 2 * Math.PI)
  ctx.strokeStyle = tokens.line
  ctx.stroke()
  if (node.ring < 0.005) return
  ctx.beginPath()
  ctx.arc(node.x, node.y, r, start, start + 2 * Math.PI * Math.max(0.02, node.ring))
  ctx.strokeStyle = node.ringWarns ? tokens.warn : colour
  ctx.stroke()
}

/** Draws a soft ring that grows and fades around a new node. */
function drawPulse(frame: Frame, node: SceneNode, colour: string): void {
  if (node.arrivedMs === undefined || frame.reducedMotion) return
  const t = (frame.nowMs - node.arrivedMs) / frame.settings.motion.pulseMs
  if (t < 0 || t >= 1) return
  const { ctx } = frame
  ctx.globalAlpha = 0.5 * (1 - t) ** 2
  ctx.strokeStyle = colour
  ctx.lineWidth = 6 * (1 - t) + 1
  ctx.beginPath()
  ctx.arc(node.x, node.y, node.r + 4 + 30 * (1 - (1 - t) ** 3), 0, 2 * Math.PI)
  ctx.stroke()
}
