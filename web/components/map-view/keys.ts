import { type CommandOf, commandFor, mapKeys } from '../../domain/keys/keys.ts'
import type { Direction } from '../../domain/search/step-to.ts'
import { vectors } from '../../domain/search/step-to.ts'
import type { ScopeMap } from '../../map/map.ts'
import { settings } from '../../settings.ts'

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/**
 * Handles the keys of the map while it has the focus (`mapKeys`).
 *
 * @param along goes along edges by an arrow key; returns false where it cannot, and the key goes to the nearest node
 * @returns a function that stops listening
 */
export function listenToKeys(
  host: HTMLElement,
  map: ScopeMap,
  along: (direction: Direction) => boolean,
): () => void {
  const does: Readonly<Record<CommandOf<typeof mapKeys>, (direction: Direction) => void>> = {
    step: (direction) => {
      if (!along(direction)) map.point(direction)
    },
    pan: (direction) => {
      const { x, y } = vectors[direction]
      map.panBy(-x * settings.camera.panStep, -y * settings.camera.panStep)
    },
    nudge: (direction) => map.nudge(direction),
    open: () => map.open(),
    menuHere: () => map.menuOf(),
  }
  const onKey = (event: KeyboardEvent) => {
    const command = commandFor(mapKeys, event)
    if (command === undefined) return
    does[command](directions[event.key] ?? 'right')
    event.preventDefault()
  }
  host.addEventListener('keydown', onKey)
  return () => host.removeEventListener('keydown', onKey)
}
