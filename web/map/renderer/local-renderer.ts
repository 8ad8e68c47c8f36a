import { createLayoutClient } from '../../layout/client.ts'
import { loadMarkPaths } from '../../marks/load-marks.ts'
import { settings } from '../../settings.ts'
import { createClock } from '../engine/clock.ts'
import { createEngine } from '../engine/engine.ts'
import { pictureOf } from '../engine/frame/picture.ts'
import { addCanvas, contextOf, createLayers } from '../layers.ts'
import type { Style } from './protocol.ts'
import type { Listener, Renderer } from './renderer.ts'

const newCanvas = () => document.createElement('canvas')

/** Creates a renderer in this thread, for browsers whose workers cannot draw. Throws when the browser gives no 2D canvas. */
export function createLocalRenderer(host: HTMLElement, style: Style, listener: Listener): Renderer {
  return createEngine(
    {
      layers: createLayers(addCanvas(host), newCanvas),
      newScratch: () => contextOf(newCanvas()),
      layout: createLayoutClient((words) => listener({ kind: 'failure', words })),
      loadMarks: loadMarkPaths,
      // At once: a browser that prints waits for nothing.
      withPictures: (use) => use(pictureOf),
      clock: createClock(performance.timeOrigin),
      style,
      settings,
    },
    listener,
  )
}
