import type { Canvas2D, Paths } from '../draw/frame.ts'
import { glyphPath } from '../draw/glyphs.ts'
import type { MapSize } from './renderer/protocol.ts'

/** A canvas of the page, or one that was handed over to another thread. */
export type AnyCanvas = HTMLCanvasElement | OffscreenCanvas

/**
 * What is seen, and what it is put together from: the dashes, which move all the time, are drawn between two pictures, and the map can
 * be moved as its pictures.
 */
export interface Layers {
  readonly screen: Canvas2D
  /** Background, open groups and edges at rest; the whole map where no dashes travel. */
  readonly below: Canvas2D
  /** Nodes and labels. */
  readonly above: Canvas2D
  readonly paths: Paths
  readonly size: MapSize
  /** Gives the canvases another size; false when it is the one that they have. They are black then, until they are drawn on. */
  resize(next: MapSize): boolean
  /** Gives what is seen one colour, until it is drawn. */
  blank(colour: string): void
  /** Scales a layer to CSS pixels. */
  toPixels(ctx: Canvas2D): void
  /** Clears a layer and scales it to CSS pixels. */
  clear(ctx: Canvas2D): void
}

/** Adds the canvas of a map to an element. */
export function addCanvas(host: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.className = 'map-layer'
  canvas.setAttribute('aria-hidden', 'true')
  host.append(canvas)
  return canvas
}

/** Draws on a canvas. Throws when the browser cannot. @param newCanvas makes a canvas that is not seen */
export function createLayers(canvas: AnyCanvas, newCanvas: () => AnyCanvas): Layers {
  const [screen, below, above] = [
    contextOf(canvas, false),
    contextOf(newCanvas(), false),
    contextOf(newCanvas()),
  ]
  let size: MapSize = { width: 0, height: 0, ratio: 1 }
  return {
    screen,
    below,
    above,
    paths: { create: () => new Path2D(), glyph: glyphPath },
    get size() {
      return size
    },
    resize(next) {
      if (next.width === size.width && next.height === size.height && next.ratio === size.ratio) return false
      size = next
      for (const { canvas } of [screen, below, above]) {
        canvas.width = Math.max(1, Math.round(next.width * next.ratio))
        canvas.height = Math.max(1, Math.round(next.height * next.ratio))
      }
      return true
    },
    blank(colour) {
      screen.setTransform(1, 0, 0, 1, 0, 0)
      screen.fillStyle = colour
      screen.fillRect(0, 0, screen.canvas.width, screen.canvas.height)
    },
    toPixels: (ctx) => ctx.setTransform(size.ratio, 0, 0, size.ratio, 0, 0),
    clear(ctx) {
      ctx.setTransform(1, 0, 0, 1, 0, 0)
      ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
      ctx.setTransform(size.ratio, 0, 0, size.ratio, 0, 0)
    },
  }
}

/** The context of a canvas. Throws when the browser gives none. @param alpha whether one can see through the canvas */
export function contextOf(canvas: AnyCanvas, alpha = true): Canvas2D {
  const ctx = canvas.getContext('2d', { alpha }) as Canvas2D | null
  if (!ctx) throw new Error('The map cannot be drawn: this browser gives no 2D canvas.')
  return ctx
}
