import type { NodeState } from '../../../src/api/types.ts'
import type { Watch } from '../../domain/health/how-watched.ts'
import type { Canvas2D, Frame } from '../frame.ts'
import type { SceneNode } from '../scene.ts'
import type { Tokens } from '../tokens.ts'

type Mark = 'bars' | 'turn' | 'bang' | 'stop' | 'dot' | 'question' | 'pin' | 'half' | 'dots'

interface Look {
  readonly mark: Mark
  readonly colour: keyof Tokens & ('warn' | 'fail' | 'text2')
}

const looks: Readonly<Record<NodeState, Look>> = {
  paused: { mark: 'bars', colour: 'warn' },
  restarting: { mark: 'turn', colour: 'warn' },
  unhealthy: { mark: 'bang', colour: 'fail' },
  exited: { mark: 'stop', colour: 'text2' },
  created: { mark: 'dot', colour: 'text2' },
  dead: { mark: 'stop', colour: 'fail' },
}

const watchLooks: Readonly<Record<Watch['kind'], Look>> = {
  silent: { mark: 'dots', colour: 'warn' },
  // A probe that polls goes on to poll: that is worth a mark, and no alarm.
  partial: { mark: 'half', colour: 'text2' },
}

/** The colour of the badge of a node that is in trouble; undefined when it has none that says so. */
export const colourOfBadge = (
  tokens: Tokens,
  { state, watch }: Pick<SceneNode, 'state' | 'watch'>,
): string | undefined => {
  const look = state ? looks[state] : watch && watchLooks[watch]
  return look && tokens[look.colour]
}

const unverifiedLook: Look = { mark: 'question', colour: 'warn' }

const pinnedLook: Look = { mark: 'pin', colour: 'text2' }

/**
 * Draws the small round badges of a node: of its state at its upper right, when it is unverified at its upper left, when it is pinned
 * at its lower right, and when not all of it is seen at its lower left.
 */
export function drawBadges(frame: Frame, node: SceneNode): void {
  const y = node.y - node.r * 0.78
  if (node.state) drawBadge(frame, looks[node.state], node.x + node.r * 0.78, y)
  if (node.unverified) drawBadge(frame, unverifiedLook, node.x - node.r * 0.78, y)
  if (node.pinned) drawBadge(frame, pinnedLook, node.x + node.r * 0.78, node.y + node.r * 0.78)
  if (node.watch) drawBadge(frame, watchLooks[node.watch], node.x - node.r * 0.78, node.y + node.r * 0.78)
}

function drawBadge({ ctx, tokens }: Frame, look: Look, x: number, y: number): void {
  const size = 8
  ctx.beginPath()
  ctx.arc(x, y, size + 2, 0, 2 * Math.PI)
  ctx.fillStyle = tokens.bg
  ctx.fill()
  ctx.beginPath()
  ctx.arc(x, y, size, 0, 2 * Math.PI)
  ctx.fillStyle = tokens[look.colour]
  ctx.fill()
  ctx.strokeStyle = tokens.bg
  ctx.fillStyle = tokens.bg
  ctx.lineWidth = 2
  ctx.lineCap = 'round'
  ctx.beginPath()
  marks[look.mark](ctx, x, y)
  if (filled.has(look.mark)) ctx.fill()
  else ctx.stroke()
}

const filled: ReadonlySet<Mark> = new Set(['stop', 'half'])

const marks: Readonly<Record<Mark, (ctx: Canvas2D, x: number, y: number) => void>> = {
  bars(ctx, x, y) {
    for (const side of [-2, 2]) {
      ctx.moveTo(x + side, y - 3)
      ctx.lineTo(x + side, y + 3)
    }
  },
  turn(ctx, x, y) {
    ctx.arc(x, y, 3.6, 0.4, Math.PI * 1.7)
    ctx.lineTo(x + 3.6, y - 4)
  },
  bang(ctx, x, y) {
    ctx.moveTo(x, y - 4)
    ctx.lineTo(x, y + 0.5)
    ctx.moveTo(x, y + 3.8)
    ctx.lineTo(x, y + 4)
  },
  stop(ctx, x, y) {
    ctx.rect(x - 2.8, y - 2.8, 5.6, 5.6)
  },
  question(ctx, x, y) {
    ctx.arc(x, y - 1.9, 2.3, Math.PI, Math.PI * 2.35)
    ctx.lineTo(x, y + 1.2)
    ctx.moveTo(x, y + 4)
    ctx.lineTo(x, y + 4.1)
  },
  pin(ctx, x, y) {
    ctx.arc(x, y - 2, 1.8, 0, 2 * Math.PI)
    ctx.moveTo(x, y)
    ctx.lineTo(x, y + 4.2)
  },
  half(ctx, x, y) {
    ctx.arc(x, y, 4.4, Math.PI / 2, Math.PI * 1.5)
    ctx.closePath()
  },
  dots(ctx, x, y) {
    for (const side of [-3.6, 0, 3.6]) {
      ctx.moveTo(x + side, y)
      ctx.lineTo(x + side, y + 0.1)
    }
  },
  dot(ctx, x, y) {
    ctx.moveTo(x, y)
    ctx.lineTo(x, y + 0.1)
  },
}
