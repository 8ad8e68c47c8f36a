import { toScreen } from './camera.ts'
import { declutter, type Spot, type Wish } from './declutter.ts'
import { type Frame, fading } from './frame.ts'
import type { Scene, SceneNode } from './scene.ts'
import type { TextKind, TextMeasure } from './text-measure.ts'

interface Label {
  readonly node: SceneNode
  readonly name: string
  readonly kind: TextKind
  readonly minor: string
}

/**
 * Draws names and second lines at nodes, in screen pixels (the context's transform is that of the screen): below where there is
 * room, else above or beside. A halo in the background colour keeps edges from cutting letters; where labels would collide,
 * the busier node keeps its own.
 */
export function drawLabels(frame: Frame, scene: Scene, measure: TextMeasure): void {
  const { camera, settings, ctx, tokens } = frame
  const { label: look, node: nodeLook } = settings
  const { clientWidth, clientHeight } = ctx.canvas
  const withMinor = camera.zoom >= look.minorZoom
  const namesWanted = camera.zoom >= look.nameZoom
  const landmarks = busiest(scene, Math.round((clientWidth * clientHeight) / look.landmarkArea))
  const labels = new Map<string, Label>()
  const wishes: Wish[] = []
  const obstacles: { id: string; box: Spot['box'] }[] = []
  for (const node of scene.nodes) {
    const at = toScreen(camera, node)
    const r = node.r * camera.zoom
    if (at.x < -200 || at.y < -80) continue
    if (at.x > clientWidth + 200 || at.y > clientHeight + 80) continue
    obstacles.push({ id: node.id, box: { left: at.x - r, right: at.x + r, top: at.y - r, bottom: at.y + r } })
    const marked = isMarked(frame, node)
    if (!namesWanted && !marked) continue
    const small = camera.zoom < look.smallZoom && !marked
    const kind: TextKind = small ? 'small' : 'name'
    const widthMax = marked
      ? nodeLook.labelWidthMax * 1.8
      : small
        ? look.smallWidthMax
        : nodeLook.labelWidthMax
    const name = measure.fitted(node.label, kind, widthMax)
    const minor = withMinor || marked ? measure.fitted(node.minor, 'minor', widthMax) : ''
    labels.set(node.id, { node, name, kind, minor })
    const bright = frame.nodeOpacity(node.id) > 0.5
    wishes.push({
      id: node.id,
      spots: spotsOf(
        at,
        r + (node.ring === undefined ? 5 : 10),
        measure.width(name, kind) / 2 + 3,
        small ? look.minorSize + 3 : look.nameSize + 4,
        minor ? { half: measure.width(minor, 'minor') / 2 + 3, height: look.minorSize + 3 } : undefined,
      ),
      weight: node.weight + (marked ? 1e9 : 0) + (bright ? 1e6 : 0),
      over: marked || landmarks.has(node.id) || (bright && frame.isDimmed),
    })
  }
  ctx.textAlign = 'center'
  ctx.textBaseline = 'top'
  ctx.lineJoin = 'round'
  ctx.lineWidth = look.halo
  ctx.strokeStyle = tokens.bg
  for (const [id, { box, shows }] of declutter(wishes, obstacles)) {
    const label = labels.get(id)
    if (!label) continue
    const opacity = frame.nodeOpacity(id) * fading(frame, label.node.goneMs)
    if (opacity <= 0.01) continue
    ctx.globalAlpha = opacity
    const x = (box.left + box.right) / 2
    line(frame, label.name, x, box.top + 1, measure.font(label.kind), tokens.text)
    if (label.minor && shows === 'whole') {
      line(frame, label.minor, x, box.top + look.nameSize + 5, measure.font('minor'), tokens.text2)
    }
  }
  ctx.globalAlpha = 1
}

/** Where a label can be around a node: below whole, then only the name below, above, right, left. */
function spotsOf(
  at: { readonly x: number; readonly y: number },
  away: number,
  half: number,
  height: number,
  minor: { readonly half: number; readonly height: number } | undefined,
): Spot[] {
  const spot = (x: number, top: number, more?: typeof minor): Spot => {
    const widest = Math.max(half, more?.half ?? 0)
    return {
      box: { left: x - widest, right: x + widest, top, bottom: top + height + (more?.height ?? 0) },
      shows: more || !minor ? 'whole' : 'least',
    }
  }
  return [
    ...(minor ? [spot(at.x, at.y + away, minor)] : []),
    spot(at.x, at.y + away),
    spot(at.x, at.y - away - height),
    spot(at.x + away + half, at.y - height / 2),
    spot(at.x - away - half, at.y - height / 2),
  ]
}

function busiest(scene: Scene, most: number): ReadonlySet<string> {
  const byWeight = [...scene.nodes].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))
  return new Set(byWeight.slice(0, most).map((node) => node.id))
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
