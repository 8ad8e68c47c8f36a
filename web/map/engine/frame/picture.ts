import type { Mark } from '../../../domain/node/mark-of.ts'
import type { Box } from '../../../domain/plot/geometry.ts'
import { glyphText } from '../../../draw/glyphs.ts'
import { emptyScene, type Scene } from '../../../draw/scene.ts'
import { createSvgCanvas } from '../../../draw/svg/svg-canvas.ts'
import type { TextMeasure } from '../../../draw/text/text-measure.ts'
import type { Settings } from '../../../settings.ts'
import type { Overview } from '../../overview/overview.ts'
import { type Look, paintScene } from '../../paint.ts'

/** What a picture is made of. */
export interface PictureParts {
  readonly scene: Scene
  /** What is drawn instead where one looks from afar. */
  readonly overview: Overview | undefined
  /** How the map looks on screen, with its camera. */
  readonly look: Look
  /** Outlines of marks, as the attribute `d` has them. */
  readonly markOutlines: Readonly<Record<string, string>>
  /** Size of what is seen, in pixels. */
  readonly size: { readonly width: number; readonly height: number }
  /** What all nodes with their labels cover; undefined = only what is seen is wanted. */
  readonly whole: Box | undefined
  readonly title: string
}

/** What makes pictures: {@link pictureOf}. */
export type MakePicture = typeof pictureOf

/** Free space around a picture of the whole map. */
const border = 48

/** Nothing lies over a picture. */
const uncovered = {
  coveredRight: 0,
  coveredCorner: undefined,
  coveredBottom: 0,
  optionsTop: 0,
  minimap: undefined,
} as const

/**
 * The map as an SVG document, drawn by what draws it on screen: as it is seen, or the whole of it, in which nothing is pointed at, chosen
 * or dimmed.
 */
export function pictureOf(
  { scene, overview, markOutlines, look, size, whole, title }: PictureParts,
  measure: TextMeasure,
  settings: Settings,
): string {
  const { width, height } = whole
    ? {
        width: Math.ceil(whole.right - whole.left + 2 * border),
        height: Math.ceil(whole.bottom - whole.top + 2 * border),
      }
    : size
  const seen: Look = whole
    ? {
        ...look,
        ...{ focus: undefined, dim: 0, ...uncovered },
        ...{
          hoveredNode: undefined,
          hoveredEdge: undefined,
          selectedNode: undefined,
          selectedEdge: undefined,
        },
        camera: { zoom: 1, x: border - whole.left, y: border - whole.top },
      }
    : { ...look, ...uncovered }
  const drawing = createSvgCanvas(width, height)
  const { ctx, newPath } = drawing
  paintScene(
    {
      ...{ screen: ctx, below: ctx, above: ctx },
      paths: { create: () => newPath(), glyph: (glyph) => newPath(glyphText(glyph)) },
      size: { width, height, ratio: 1 },
      resize: () => false,
      blank: () => undefined,
      ...{ toPixels: () => undefined, clear: () => undefined },
    },
    { scene, overview: whole ? undefined : overview },
    emptyScene,
    // What pulses for a moment is drawn as it is at rest.
    { ...seen, marks: marksOf(markOutlines, newPath), reducedMotion: true },
    measure,
    settings,
  )
  return drawing.text(title)
}

function marksOf(
  outlines: PictureParts['markOutlines'],
  newPath: (written: string) => Path2D,
): ReadonlyMap<Mark, Path2D> {
  return new Map(Object.entries(outlines).map(([mark, outline]) => [mark as Mark, newPath(outline)]))
}
