import { type Box, union } from '../../../domain/plot/geometry.ts'
import type { Canvas2D } from '../../../draw/frame.ts'
import { type Dots, dotsOf, drawMinimap } from '../../../draw/minimap.ts'
import type { Scene } from '../../../draw/scene.ts'
import { createTextMeasure, type TextMeasure } from '../../../draw/text/text-measure.ts'
import type { Settings } from '../../../settings.ts'
import type { Layers } from '../../layers.ts'
import type { Minimap } from '../../minimap/minimap.ts'
import { troubledIn } from '../../overview/overview.ts'
import { compose, type Drawn, type Look, type Pictures, paintScene } from '../../paint.ts'
import type { Style } from '../../renderer/protocol.ts'
import type { Clock } from '../clock.ts'
import { isWorthPainting } from './worth-painting.ts'

/** What the painter is told of a frame; the rest of its {@link Look} comes from the style. */
export type FrameLook = Omit<Look, 'tokens' | 'reducedMotion'>

/** What a frame is drawn of. */
export interface PaintedFrame extends Drawn {
  /** The scene with the edges whose dashes are drawn. */
  readonly traffic: Scene
  readonly look: FrameLook
  readonly minimap: Minimap | undefined
  /** Something is not as in the pictures that somebody waits to see. */
  readonly isOther: boolean
  /** The content is not as in the pictures, which may wait while the camera moves. */
  readonly isStale: boolean
  /** The camera moves, or did so a moment ago. */
  readonly isMoving: boolean
}

/**
 * Draws the map in the present style. The pictures that it is put together from are drawn anew when something has changed. While only the
 * camera moves, and drawing them takes long, they are moved instead.
 */
export interface Painter {
  readonly measure: TextMeasure
  restyle(next: Style): void
  /** @returns whether there are dashes, and whether the pictures were drawn anew */
  paint(frame: PaintedFrame): { readonly hasTraffic: boolean; readonly isPainted: boolean }
}

/** Creates a painter. @param newScratch makes the context of a canvas that nothing is drawn on */
export function createPainter(
  layers: Layers,
  newScratch: () => Canvas2D,
  clock: Clock,
  first: Style,
  settings: Settings,
): Painter {
  const measureIn = ({ tokens }: Style) => createTextMeasure(newScratch, tokens.font, settings.label)
  let style = first
  let measure = measureIn(first)
  let painted: (Pictures & { readonly atMs: number; readonly extent: Box | undefined }) | undefined
  let costMs = 0
  let dots: { readonly dots: Dots; readonly zoom: number } | undefined

  return {
    get measure() {
      return measure
    },
    restyle(next) {
      style = next
      measure = measureIn(next)
    },
    paint({ scene, overview, traffic, look, minimap, isOther, isStale, isMoving }) {
      const whole = { ...look, ...style }
      const isPainted =
        isOther ||
        painted === undefined ||
        isWorthPainting(
          {
            camera: look.camera,
            ...{ painted: painted.camera, extent: painted.extent },
            ...{ sinceMs: look.nowMs - painted.atMs, costMs, isStale, isMoving },
          },
          layers.size,
          settings.motion,
        )
      const beganMs = clock.now()
      if (isPainted || !painted) {
        const isSplit = paintScene(layers, { scene, overview }, traffic, whole, measure, settings)
        painted = { camera: look.camera, isSplit, atMs: look.nowMs, extent: extentOf(scene, settings) }
      }
      const hasTraffic = compose(layers, traffic, whole, painted, settings)
      if (isPainted || dots?.zoom !== minimap?.camera.zoom) dots = undefined
      if (minimap) {
        const { zoom } = minimap.camera
        dots ??= { dots: dotsOf(scene, troubledIn(scene), style.tokens, zoom), zoom }
        layers.toPixels(layers.screen)
        drawMinimap(layers.screen, minimap, dots.dots, style.tokens)
      }
      // The browser draws the pictures when they are put together.
      if (isPainted) costMs = clock.now() - beganMs
      return { hasTraffic, isPainted }
    },
  }
}

/** What of the map there is anything on, generously. */
function extentOf({ nodes }: Scene, { node }: Settings): Box | undefined {
  const reach = 3 * node.radiusMax + node.labelHeight
  const corner = (pick: (a: number, b: number) => number, by: number): Box => {
    let [x, y] = [nodes[0]?.x ?? 0, nodes[0]?.y ?? 0]
    for (const one of nodes) [x, y] = [pick(x, one.x), pick(y, one.y)]
    return { left: x + by, right: x + by, top: y + by, bottom: y + by }
  }
  return nodes.length === 0 ? undefined : union([corner(Math.min, -reach), corner(Math.max, reach)])
}
