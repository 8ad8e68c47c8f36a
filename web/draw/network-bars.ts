import type { BarLook, NetworkBars } from '../domain/graph/networks.ts'
import type { Settings } from '../settings.ts'
import type { Frame } from './frame.ts'
import type { SceneNode } from './scene.ts'

/** A bar within the row of a node. */
export interface PlacedBar {
  readonly look: BarLook
  /** Left border, from the middle of the node. */
  readonly x: number
  readonly width: number
}

/** The row of bars under a node, in map units from its middle. */
export interface BarRow {
  readonly bars: readonly PlacedBar[]
  /** Upper border. */
  readonly y: number
  /** `+2` for networks without a bar, left of which there is a gap; undefined when all have one. */
  readonly more: { readonly text: string; readonly x: number } | undefined
}

/** Sizes of bars; see `settings.network`. */
export type BarSizes = Readonly<Record<keyof Settings['network'], number>>

/** Where the bars of a node of a radius are: side by side, in the middle below it. */
export function barRow({ looks, more }: NetworkBars, r: number, look: BarSizes): BarRow {
  const { barWidth: width, barGap: gap } = look
  const textWidth = more > 0 ? gap + look.textSize * 1.4 : 0
  const whole = looks.length * width + (looks.length - 1) * gap + textWidth
  const left = -whole / 2
  return {
    bars: looks.map((one, i) => ({ look: one, x: left + i * (width + gap), width })),
    y: r + look.barsBelow,
    more: more > 0 ? { text: `+${more}`, x: left + looks.length * (width + gap) } : undefined,
  }
}

/** How far below the middle of a node its bars end, in screen pixels; 0 when it has none. */
export function barsEnd({ camera, settings }: Frame, { bars, r }: SceneNode): number {
  const { barsBelow, barHeight } = settings.network
  const isDrawn = bars !== undefined && r * camera.zoom >= settings.node.ringRadiusMin
  return isDrawn ? (r + barsBelow + barHeight) * camera.zoom + 3 : 0
}

/** Draws a bar below a node for each network that it is in, in the colour and the pattern of the network. */
export function drawNetworkBars({ ctx, tokens, settings }: Frame, node: SceneNode): void {
  if (!node.bars) return
  const { barHeight: height, textSize } = settings.network
  const row = barRow(node.bars, node.r, settings.network)
  const y = node.y + row.y
  for (const { look, x, width } of row.bars) {
    const colour = tokens.groups[look.colour] ?? tokens.text2
    const left = node.x + x
    // In the colour of the background around it, so that edges never touch a bar.
    ctx.fillStyle = tokens.bg
    ctx.fillRect(left - 1, y - 1, width + 2, height + 2)
    ctx.fillStyle = colour
    if (look.pattern === 0) ctx.fillRect(left, y, width, height)
    else if (look.pattern === 1) {
      ctx.strokeStyle = colour
      ctx.lineWidth = 1.25
      ctx.strokeRect(left + 0.625, y + 0.625, width - 1.25, height - 1.25)
    } else {
      ctx.fillRect(left, y, width * 0.36, height)
      ctx.fillRect(left + width * 0.64, y, width * 0.36, height)
    }
  }
  if (!row.more) return
  ctx.font = `${textSize}px ${tokens.font}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  ctx.lineWidth = 3
  ctx.strokeStyle = tokens.bg
  const [textX, textY] = [node.x + row.more.x, y + height / 2]
  ctx.strokeText(row.more.text, textX, textY)
  ctx.fillStyle = tokens.text2
  ctx.fillText(row.more.text, textX, textY)
}
