import type { Canvas2D } from '../../draw/frame.ts'
import { emptyScene, type Scene } from '../../draw/scene.ts'
import { createTextMeasure, type TextMeasure } from '../../draw/text/text-measure.ts'
import type { Settings } from '../../settings.ts'
import type { Layers } from '../layers.ts'
import { type Look, paintScene, paintTraffic } from '../paint.ts'
import type { Style } from '../renderer/protocol.ts'

/** What the painter is told of a frame; the rest of its {@link Look} comes from the style. */
export type FrameLook = Omit<Look, 'tokens' | 'reducedMotion'>

/** Draws the map on its canvases, in the present style. */
export interface Painter {
  readonly measure: TextMeasure
  restyle(next: Style): void
  /** Draws all but the dashes. */
  scene(scene: Scene, look: FrameLook): void
  /** Draws the dashes. Returns whether there are any. */
  traffic(scene: Scene, look: FrameLook): boolean
}

/** Creates a painter. @param scratch context of a canvas that nothing is drawn on */
export function createPainter(layers: Layers, scratch: Canvas2D, first: Style, settings: Settings): Painter {
  const measureIn = ({ tokens }: Style) => createTextMeasure(scratch, tokens.font, settings.label)
  let style = first
  let measure = measureIn(first)
  let hasTraffic = false
  return {
    get measure() {
      return measure
    },
    restyle(next) {
      style = next
      measure = measureIn(next)
    },
    scene: (scene, look) => paintScene(layers, scene, { ...look, ...style }, measure, settings),
    traffic(scene, look) {
      if (scene === emptyScene && !hasTraffic) return false
      hasTraffic = paintTraffic(layers, scene, { ...look, ...style }, settings)
      return hasTraffic
    },
  }
}
