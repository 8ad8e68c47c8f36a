import { nextTraceMs } from '../../../domain/node/presence.ts'
import { createPace } from '../../../draw/pace.ts'
import { emptyScene } from '../../../draw/scene.ts'
import type { Settings } from '../../../settings.ts'
import type { Minimap } from '../../minimap/minimap.ts'
import type { Level } from '../../overview/level.ts'
import type { Placer } from '../../placing/placer.ts'
import type { Listener } from '../../renderer/renderer.ts'
import type { ViewPoint } from '../../view-point.ts'
import type { Clock } from '../clock.ts'
import type { MapState } from '../map-state.ts'
import type { Rest } from '../rest.ts'
import type { MapSelection } from '../selection.ts'
import { createLoop } from './loop.ts'
import type { FrameLook, PaintedFrame, Painter } from './painter.ts'

/** What frames are made of. What is a function may be made later than these. */
export interface FramesParts {
  readonly state: MapState
  readonly spotlight: MapSelection['spotlight']
  readonly viewPoint: ViewPoint
  readonly level: Level
  readonly painter: Painter
  readonly clock: Clock
  readonly placer: () => Placer
  readonly rest: () => Rest
  readonly look: (nowMs: number) => FrameLook
  /** The map as seen from afar; undefined from nearby. */
  readonly overview: () => PaintedFrame['overview']
  readonly minimap: () => Minimap | undefined
  readonly isMotionReduced: () => boolean
  /** Called after each frame. @param isMoving whether the map moves still, by itself or by hand */
  readonly drawn: (nowMs: number, isMoving: boolean) => void
  readonly tell: Listener
}

/** The frames of a map, which are drawn as long as something moves. */
export interface Frames {
  /** Asks for a frame, or for one that may wait for a moment. */
  request(): void
  requestSoon(): void
  /** Something else than the camera, places or content has changed, and the next frame is to show it. */
  touch(): void
  /** The same, and asks for that frame. */
  redraw(): void
  /** The content has changed: of that, somebody need not see each step while the camera moves. */
  contentChanged(): void
  /** The first layout of a view is done, of which the page is told after the next frame. */
  laidOut(): void
  stop(): void
}

/** Creates frames, of which none is asked for yet. */
export function createFrames(parts: FramesParts, { motion, traffic }: Settings): Frames {
  const { state, spotlight, viewPoint, level, painter, clock, tell } = parts
  let isTouched = true
  let isStale = false
  let isFirst = false
  let paintedMs = Number.NEGATIVE_INFINITY

  /** Draws a frame. @returns in how many milliseconds there is to be another; undefined while nothing moves */
  const draw = (): number | undefined => {
    const nowMs = clock.now()
    const [placer, rest] = [parts.placer(), parts.rest()]
    const cameraMoves = viewPoint.step(nowMs)
    const nodesMove = placer.places.step(nowMs)
    if (nodesMove) state.move(placer.places)
    const dimMoves = spotlight.moves(nowMs)
    const moves = cameraMoves || nodesMove || dimMoves
    const traceMs = () => nextTraceMs(state.traces, { nowMs, paintedMs }, motion, parts.isMotionReduced())
    // This may run more often than fades need, because dashes have a higher frame rate. A millisecond less, as timers
    // may fire early.
    const isFading = nowMs >= (traceMs() ?? Number.POSITIVE_INFINITY) - 1
    const scene = placer.settled ? state.scene : emptyScene
    const isOtherLevel = level.take(viewPoint.camera.zoom)
    const overview = parts.overview()
    const { hasTraffic, isPainted } = painter.paint({
      scene,
      overview,
      traffic: state.live ? (overview?.scene ?? scene) : emptyScene,
      look: parts.look(nowMs),
      minimap: parts.minimap(),
      isOther: isTouched || isOtherLevel || nodesMove || dimMoves,
      isStale: isStale || isFading,
      isMoving: cameraMoves || rest.isByHand(nowMs),
    })
    if (isPainted) {
      paintedMs = nowMs
      isStale = false
    }
    isTouched = false
    parts.drawn(nowMs, moves || rest.isByHand(nowMs))
    const restMs = moves ? undefined : rest.tell(nowMs, isFirst)
    if (isFirst) {
      isFirst = false
      tell({ kind: 'settled', isSettled: true })
    }
    if (moves) return 0
    const dueMs = traceMs()
    const waits = [
      dueMs === undefined ? undefined : Math.max(0, dueMs - nowMs),
      restMs,
      hasTraffic ? 1000 / traffic.framesPerSecond : undefined,
    ].filter((wait) => wait !== undefined)
    return waits.length > 0 ? Math.min(...waits) : undefined
  }

  const loop = createLoop(createPace(motion.timeShare), draw)
  const touch = () => {
    isTouched = true
  }
  return {
    request: loop.request,
    requestSoon: loop.requestSoon,
    touch,
    redraw() {
      touch()
      loop.request()
    },
    contentChanged() {
      isStale = true
    },
    laidOut() {
      isFirst = true
    },
    stop: loop.stop,
  }
}
