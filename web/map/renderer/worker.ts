import { retry } from '../../data/retry.ts'
import { createLayoutClient } from '../../layout/client.ts'
import { loadMarkPaths } from '../../marks/load-marks.ts'
import { settings } from '../../settings.ts'
import { createClock } from '../engine/clock.ts'
import { createEngine } from '../engine/engine.ts'
import { contextOf, createLayers } from '../layers.ts'
import type { Renderer } from './renderer.ts'
import type { FromWorker, Start, ToWorker } from './worker-protocol.ts'

const scope = self as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void
  postMessage(message: FromWorker): void
}

let engine: Renderer | undefined

const loadPictures = async () => {
  try {
    const load = () => import('../engine/frame/picture.ts')
    return (await retry(load, { pausesMs: settings.data.partPausesMs })).pictureOf
  } catch {
    throw new Error('What makes pictures of the map did not load. Reload the page.')
  }
}

const newCanvas = () => new OffscreenCanvas(1, 1)

const begin = ({ canvas, originMs, style }: Start): Renderer =>
  createEngine(
    {
      layers: createLayers(canvas, newCanvas),
      newScratch: () => contextOf(newCanvas()),
      layout: createLayoutClient((words) => scope.postMessage({ kind: 'failure', words })),
      loadMarks: loadMarkPaths,
      withPictures: (use) =>
        void loadPictures().then(use, ({ message }) =>
          scope.postMessage({ kind: 'failure', words: message }),
        ),
      clock: createClock(originMs),
      style,
      settings,
    },
    (news) => scope.postMessage(news),
  )

scope.onmessage = ({ data }) => {
  if (data.kind === 'start') engine = begin(data)
  else engine?.tell(data)
}

/** Some browsers draw on the canvases of a worker only in three dimensions, have no frames there, or no workers of workers. */
const isAble = (): boolean =>
  typeof requestAnimationFrame === 'function' &&
  typeof Worker === 'function' &&
  newCanvas().getContext('2d') !== null

scope.postMessage({ kind: 'ready', able: isAble() })
