import { toScreen } from './camera.ts'
import { declutter, type Wish } from './declutter.ts'
import { type Frame, fading } from './frame.ts'
import type { Scene, SceneNode } from './scene.ts'
import type { TextKind, TextMeasure } from './text-measure.ts'

/**
 * Draws names and second lines below nodes, in screen pixels (the context's transform is that of the screen). A halo in the
 * background colour keeps edges from cutting letters; where labels would collide, the busier node keeps its own.
 */
export function drawLabels(frame: Frame, scene: Scene, measure: TextMeasure): void {
  const { camera, settings, ctx, tokens } = frame
  const { label: look, node: nodeLook } = settings
  const withMinor = camera.zoom >= look.minorZoom
  const namesWanted = camera.zoom >= look.nameZoom
  const landmarks = new Set(
    [...scene.nodes]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, look.landmarks)
      .map((node) => node.id),
  )
  const placed = new Map<
    string,
    { node: SceneNode; x: number; y: number; name: string; kind: TextKind; minor: string }
  >()
  const wishes: Wish[] = []
  const obstacles: { id: string; box: Wish['box'] }[] = []
  for (const node of scene.nodes) {
    const at = toScreen(camera, node)
    const r = node.r * camera.zoom
    if (at.x < -200 || at.y < -80) continue
    if (at.x > ctx.canvas.clientWidth + 200 || at.y > ctx.canvas.clientHeight + 80) continue
    obstacles.push({ id: node.id, box: { left: at.x - r, right: at.x + r, top: at.y - r, bottom: at.y + r } })
    const marked = isMarked(frame, node)
    if (!namesWanted && !marked) continue
    const widthMax = nodeLook.labelWidthMax * (marked ? 1.8 : 1)
    const kind: TextKind = camera.zoom < look.smallZoom && !marked ? 'small' : 'name'
    const name = measure.fitted(node.label, kind, widthMax)
    const minor = withMinor || marked ? measure.fitted(node.minor, 'minor', widthMax) : ''
    const y = at.y + r + (node.ring === undefined ? 6 : 11)
    placed.set(node.id, { node, x: at.x, y, name, kind, minor })
    const bright = frame.nodeOpacity(node.id) > 0.5
    const nameHalf = measure.width(name, kind) / 2 + 3
    const half = Math.max(nameHalf, measure.width(minor, 'minor') / 2 + 3)
    const least = { left: at.x - nameHalf, right: at.x + nameHalf, top: y - 1, bottom: y + look.nameSize + 3 }
    wishes.push({
      id: node.id,
      box: minor
        ? { ...least, left: at.x - half, right: at.x + half, bottom: least.bottom + look.minorSize + 3 }
        : least,
      least,
      weight: node.weight + (marked ? 1e9 : 0) + (bright ? 1e6 : 0),
      over: marked || landmarks.has(node.id) || (bright && frame.isDimmed),
    })
  }
  ctx.textAlign = 'center'
  ctx.textBaseline = 'top'
  ctx.lineJoin = 'round'
  ctx.lineWidth = look.halo
  ctx.strokeStyle = tokens.bg
  for (const [id, room] of declutter(wishes, obstacles)) {
    const label = placed.get(id)
    if (!label) continue
    const opacity = frame.nodeOpacity(id) * fading(frame, label.node.goneMs)
    if (opacity <= 0.01) continue
    ctx.globalAlpha = opacity
    line(frame, label.name, label.x, label.y, measure.font(label.kind), tokens.text)
    if (label.minor && room === 'whole') {
      line(frame, label.minor, label.x, label.y + look.nameSize + 4, measure.font('minor'), tokens.text2)
    }
  }
  ctx.globalAlpha = 1
}

function isMarked(frame: Frame, node: SceneNode): boolean {
  return node.id === frame.hoveredNode || node.id === frame.selectedNode
}

function line(frame: Frame, text: string, x: number, y: number, font: string, colour: string): void {
  const { ctx } = frame
  ctx.font = font
  ctx.strokeText(text, x, y)
  ctx.fillStyle = colour
  ctx.fillText(text, x, y)
}
