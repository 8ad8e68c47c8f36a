import { createRenderEffect, For, type JSX } from 'solid-js'
import type { Point } from '../../domain/plot/geometry.ts'
import './node-tooltip.css'

/** Props of {@link NodeTooltip}. */
export interface NodeTooltipProps {
  readonly label: string
  /** What is said of the node. */
  readonly lines: readonly string[]
  /** Where the node's right edge is, in pixels of the map. */
  readonly at: Point
}

const width = 272

/** Says what the badges of the node mean that is pointed at, beside it. */
export function NodeTooltip(props: NodeTooltipProps): JSX.Element {
  const x = () => Math.min(props.at.x + 14, window.innerWidth - width - 14)
  // Upwards, off the node's own name, but where the header is.
  const isAbove = () => props.at.y > 180
  const y = () => (isAbove() ? props.at.y + 10 : Math.max(56, props.at.y - 14))
  return (
    <div
      class="node-tooltip surface"
      role="tooltip"
      data-testid="node-tooltip"
      ref={(element) => {
        // Set by script: the page's policy allows no style attributes in markup.
        createRenderEffect(() => {
          element.style.transform = `translate(${Math.round(x())}px, ${Math.round(y())}px)${isAbove() ? ' translateY(-100%)' : ''}`
        })
      }}
    >
      <p class="node-tooltip-name">{props.label}</p>
      <For each={props.lines}>{(line) => <p class="node-tooltip-line">{line}</p>}</For>
    </div>
  )
}
