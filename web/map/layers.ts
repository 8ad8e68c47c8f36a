/** Three stacked canvases, so that the dashes, which move all the time, are redrawn without the rest. */
export interface Layers {
  /** Edges at rest. */
  readonly edges: CanvasRenderingContext2D
  /** The dashes that travel. */
  readonly traffic: CanvasRenderingContext2D
  /** Nodes and labels. */
  readonly nodes: CanvasRenderingContext2D
  readonly size: { readonly width: number; readonly height: number; readonly ratio: number }
  /** Adapts the canvases to the element's size and the pixel ratio; false when neither has changed. */
  resize(): boolean
  /** Clears a layer and scales it to CSS pixels. */
  clear(ctx: CanvasRenderingContext2D): void
}

/** Adds the canvases to an element. Throws when the browser cannot draw. */
export function createLayers(host: HTMLElement): Layers {
  const add = (): CanvasRenderingContext2D => {
    const canvas = document.createElement('canvas')
    canvas.className = 'map-layer'
    canvas.setAttribute('aria-hidden', 'true')
    host.append(canvas)
    const ctx = canvas.getContext('2d')
    if (!ctx) throw new Error('The map cannot be drawn: this browser gives no 2D canvas.')
    return ctx
  }
  const all = [add(), add(), add()] as const
  let size = { width: 0, height: 0, ratio: 1 }
  return {
    edges: all[0],
    traffic: all[1],
    nodes: all[2],
    get size() {
      return size
    },
    resize() {
      const next = { width: host.clientWidth, height: host.clientHeight, ratio: window.devicePixelRatio || 1 }
      if (next.width === size.width && next.height === size.height && next.ratio === size.ratio) return false
      size = next
      for (const { canvas } of all) {
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
