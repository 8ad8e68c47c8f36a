import { createRenderEffect, type JSX } from 'solid-js'
import type { Point } from '../../domain/plot/geometry.ts'
import './ghost-tooltip.css'

/** Props of {@link GhostTooltip}. */
export interface GhostTooltipProps {
  /** What is said of the node. */
  readonly words: string
  /** The pointer, in pixels of the map. */
  readonly at: Point
}

/** Says beside the pointer that the node under it is gone. */
export function GhostTooltip(props: GhostTooltipProps): JSX.Element {
  return (
    <p
      class="ghost-tooltip surface"
      role="tooltip"
      data-testid="ghost-tooltip"
      ref={(element) => {
        // Set by script: the page's policy allows no style attributes in markup.
        createRenderEffect(() => {
          element.style.transform = `translate(${Math.round(props.at.x + 14)}px, ${Math.round(props.at.y + 14)}px)`
        })
      }}
    >
      {props.words}
    </p>
  )
}
