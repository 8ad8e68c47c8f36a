import type { Canvas2D } from '../../../web/draw/frame.ts'
import type { AnyCanvas } from '../../../web/map/layers.ts'

/** What was called on a canvas, since it was last emptied. */
export interface FakeCanvas {
  readonly canvas: AnyCanvas
  readonly ctx: Canvas2D
  readonly called: string[]
  /** The texts that were filled, since this was last emptied. */
  readonly texts: string[]
}

/** A canvas that draws nothing, and counts what it is told to draw. Each letter is 7 pixels wide. */
export const fakeCanvas = (): FakeCanvas => {
  const called: string[] = []
  const texts: string[] = []
  const canvas = { width: 0, height: 0, getContext: () => ctx }
  const held: Record<string | symbol, unknown> = {
    canvas,
    measureText: (text: string) => ({ width: 7 * text.length }),
    fillText(text: string) {
      called.push('fillText')
      texts.push(text)
    },
  }
  const ctx: unknown = new Proxy(held, {
    get: (_, name) => held[name] ?? ((): void => void called.push(String(name))),
    set(_, name, value) {
      held[name] = value
      return true
    },
  })
  return { canvas: canvas as unknown as AnyCanvas, ctx: ctx as Canvas2D, called, texts }
}

/** In place of `Path2D`: a path without shape. */
export const fakePath = function (this: object) {
  return new Proxy(this, { get: () => () => {} })
}
