import type { Canvas2D } from '../draw/frame.ts'
import type { MapSize } from './renderer/protocol.ts'

/** A canvas of the page, or one that was handed over to another thread. */
export type AnyCanvas = HTMLCanvasElement | OffscreenCanvas

/** Three stacked canvases, so that the dashes, which move all the time, are redrawn without the rest. */
export interface Layers {
  /** Edges at rest. */
  readonly edges: Canvas2D
  /** The dashes that travel. */
  readonly traffic: Canvas2D
  /** Nodes and labels. */
  readonly nodes: Canvas2D
  readonly size: MapSize
  /** Gives the canvases another size; false when it is the one that they have. */
  resize(next: MapSize): boolean
  /** Clears a layer and scales it to CSS pixels. */
  clear(ctx: Canvas2D): void
}

/** How many canvases a map has. */
const layerCount = 3

/** Adds the canvases of a map to an element. */
export function addCanvases(host: HTMLElement): readonly HTMLCanvasElement[] {
  return Array.from({ length: layerCount }, () => {
    const canvas = document.createElement('canvas')
    canvas.className = 'map-layer'
    canvas.setAttribute('aria-hidden', 'true')
    host.append(canvas)
    return canvas
  })
}

/** Draws on the canvases of a map, which lie above each other in their order. Throws when the browser cannot. */
export function createLayers(canvases: readonly AnyCanvas[]): Layers {
  const contexts = canvases.map(contextOf)
  const [edges, traffic, nodes] = contexts
  if (!edges || !traffic || !nodes) throw new Error(`A map has ${layerCount} canvases.`)
  let size: MapSize = { width: 0, height: 0, ratio: 1 }
  return {
    edges,
    traffic,
    nodes,
    get size() {
      return size
    },
    resize(next) {
      if (next.width === size.width && next.height === size.height && next.ratio === size.ratio) return false
      size = next
      for (const { canvas } of contexts) {
        canvas.width = Math.round(next.width * next.ratio)
        canvas.height = Math.round(next.height * next.ratio)
      }
      return true
    },
    clear(ctx) {
      ctx.setTransform(1, 0, 0, 1, 0, 0)
      ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
      ctx.setTransform(size.ratio, 0, 0, size.ratio, 0, 0)
    },
  }
}

/** The context of a canvas. Throws when the browser gives none. */
export function contextOf(canvas: AnyCanvas): Canvas2D {
  const ctx = canvas.getContext('2d') as Canvas2D | null
  if (!ctx) throw new Error('The map cannot be drawn: this browser gives no 2D canvas.')
  return ctx
}
